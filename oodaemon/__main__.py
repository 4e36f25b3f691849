"""The command `oodaemon`: run the daemon, or the practice site alone."""

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import click

from oodaemon import __version__

CONFIGURATION, HELD, STORE_LOST, INTERRUPTED = 78, 75, 70, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="oodaemon")
def cli() -> None:
    """Runs parameter sweeps on OptionOmega unattended. Its client is `ooctl`."""


@cli.command()
@click.option("--practice", is_flag=True, default=None, help="Drive a practice site that comes with the daemon; no account needed.")
@click.option("--state-dir", help="Folder of the store.  [OODAEMON_STATE_DIR]")
@click.option("--base-url", help="Address of the site.  [OODAEMON_BASE_URL]")
@click.option("--browsers", help="How many browsers work at once, 1 to 16.  [OODAEMON_BROWSERS]")
@click.option("--headless/--no-headless", default=None, help="Browsers without or with a window.  [OODAEMON_HEADLESS]")
@click.option("--listen", help="unix:PATH or HOST:PORT for clients.  [OODAEMON_LISTEN]")
@click.option("--http", help="HOST:PORT for /metrics, or off.  [OODAEMON_HTTP]")
@click.option("--pace", help="polite or fast.  [OODAEMON_PACE]")
@click.option("--chromium", help="Program to start as browser.  [OODAEMON_CHROMIUM]")
@click.option("--recordings", help="Folder with the recordings of the site.  [OODAEMON_RECORDINGS]")
def run(**flags: Any) -> None:  # noqa: ANN401 - click fills them in
    """Run the daemon until SIGTERM or Ctrl-C; a second signal stops it at once.

    Settings come from these flags, from the environment, then from config.toml. The account is OO_EMAIL and OO_PASSWORD.

    \b
    Example:  oodaemon run --practice
    """
    from oodaemon.app import settings
    from oodaemon.app.launch import launch

    chosen = settings.load({name: value for name, value in flags.items() if value is not None}, os.environ)
    settings.forget_password(os.environ)
    sys.exit(launch(chosen))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--port", default=8460, show_default=True, help="Port to serve on; 0 takes a free one.")
@click.option("--seed", default=1, show_default=True, help="Seed of what is left to chance.")
@click.option("--fault", "faults", multiple=True, metavar="NAME[=PROBABILITY]", help="Let this go wrong; can be repeated.")
def practice(host: str, port: int, seed: int, faults: tuple[str, ...]) -> None:
    """Serve the practice site alone: a stand-in for OptionOmega to try things on.

    \b
    Example:  oodaemon practice --port 8460 --fault stale_page=0.2 --fault late_popup=0.1
    """
    from oodaemon.app.practice import serve_alone

    serve_alone(host=host, port=port, seed=seed, faults=faults, say=click.echo)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its code. No error a user can cause shows a traceback."""
    from oodaemon.errors import ConfigurationError, OODaemonError, StoreHeld, StoreUnusable

    try:
        sys.exit(cli.main(args, standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except OODaemonError as error:
        codes = {ConfigurationError: CONFIGURATION, StoreHeld: HELD, StoreUnusable: STORE_LOST}
        for line in str(error).splitlines():
            click.echo(f"oodaemon: {line}", err=True)
        sys.exit(next((code for kind, code in codes.items() if isinstance(error, kind)), 1))


if __name__ == "__main__":
    main()
