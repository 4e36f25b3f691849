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
def practice(host: str, port: int, seed: int) -> None:
    """Serve the practice site alone: a stand-in for OptionOmega to try things on.

    \b
    Example:  oodaemon practice --port 8460
    """
    from oodaemon.app.practice import serve_alone

    serve_alone(host=host, port=port, seed=seed, say=click.echo)


@cli.group()
def parameters() -> None:
    """For the authors of parameter plug-ins."""


@parameters.command()
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.option("--chromium", default="", help="Program to start as browser.  [OODAEMON_CHROMIUM]")
@click.option("--recordings", help="Folder with the recordings of the site.  [OODAEMON_RECORDINGS]")
def check(names: tuple[str, ...], chromium: str, recordings: str | None) -> None:
    """Try parameters out on a practice site: three values each, set in Chromium, read back, run, and compared with the truth.

    Without names, every parameter of this installation. Ends with 1 when one of them does not hold.

    \b
    Example:  oodaemon parameters check delta margin_allocation
    """
    from oodaemon.app import settings
    from oodaemon.app.launch import check_parameters

    flags = {"chromium": chromium or None, "recordings": recordings}
    chosen = settings.load({name: value for name, value in flags.items() if value is not None}, os.environ)
    sys.exit(0 if check_parameters(chosen, names, click.echo) else 1)


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
