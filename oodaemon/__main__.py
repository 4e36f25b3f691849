"""The command `oodaemon`: run the daemon, or the practice site alone; check, mend and make recordings."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import click

from oodaemon import __version__
from oodaemon.app.inspecting import config, doctor
from oodaemon.app.outbound import cert, notify

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
@click.option("--pages", help="How many pages of a browser take turns at most, 1 to 8.  [OODAEMON_PAGES]")
@click.option("--headless/--no-headless", default=None, help="Browsers without or with a window.  [OODAEMON_HEADLESS]")
@click.option("--listen", help="unix:PATH for clients.  [OODAEMON_LISTEN]")
@click.option("--listen-tcp", help="HOST:PORT for clients on other machines, with TLS and tokens.  [OODAEMON_LISTEN_TCP]")
@click.option("--http", help="HOST:PORT for /metrics, or off.  [OODAEMON_HTTP]")
@click.option("--console", help="HOST:PORT for the web console, or off.  [OODAEMON_CONSOLE]")
@click.option("--pace", help="polite or fast.  [OODAEMON_PACE]")
@click.option("--chromium", help="Program to start as browser.  [OODAEMON_CHROMIUM]")
@click.option("--recordings", help="Folder with the recordings of the site.  [OODAEMON_RECORDINGS]")
@click.option("--trace/--no-trace", default=None, help="Keep Playwright's trace of failed attempts; slower.  [OODAEMON_TRACE]")
@click.option("--evidence-max-mb", help="MiB of evidence of failed attempts to keep.  [OODAEMON_EVIDENCE_MAX_MB]")
@click.option(
    "--profile-tasks/--no-profile-tasks",
    default=None,
    help="Say on stdout where the time of each attempt went, every 50 and at the end of all.  [OODAEMON_PROFILE_TASKS]",
)
def run(**flags: Any) -> None:  # noqa: ANN401 - click fills them in
    """Run the daemon until SIGTERM or Ctrl-C.

    What is in flight may finish then; a second signal ends that waiting, a third one the process.

    Settings come from these flags, from the environment, then from config.toml. The account is
    the one of `ooctl login`, or OO_EMAIL and OO_PASSWORD.

    \b
    Example:  oodaemon run --practice
    """
    from oodaemon.app import settings

    chosen = settings.load({name: value for name, value in flags.items() if value is not None}, os.environ)
    settings.forget_password(os.environ)
    from oodaemon.app.launch import launch  # what is wrong with the settings is said before the daemon is loaded

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


@cli.group(name="recordings")
def recordings_group() -> None:
    """Check the recordings of the site against what it looks like now, and mend them."""


@recordings_group.command("check")
@click.option("--site", "base_url", help="Address of the site; the one of the settings if none is given.  [OODAEMON_BASE_URL]")
@click.option("--pages", type=click.Path(path_type=Path), help="Folder of saved pages to look at instead of a site.")
@click.option("--practice", is_flag=True, help="Look at a practice site started for it; runs a backtest there.")
@click.option("--recordings", help="Folder with the recordings to check.  [OODAEMON_RECORDINGS]")
@click.option("--run", "may_run", is_flag=True, help="Also run one backtest, for what shows only then.")
@click.option(
    "--test", "tests", multiple=True, help="Id or address of a saved test to open; the first of the list if none is given."
)
@click.option("--chromium", help="Program to start as browser.  [OODAEMON_CHROMIUM]")
@click.option(
    "-o", "--output", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Form of the answer."
)
def check_recordings(
    *, pages: Path | None, practice: bool, may_run: bool, tests: tuple[str, ...], output: str, **flags: str | None
) -> None:
    """Say for every locator whether it finds exactly what it names: unique, ambiguous, gone, or not reached and why.

    Signs in with the configured account, opens the list, a saved test and its panel, switches toggles there to see the fields
    behind them, and leaves by Cancel; Run is pressed only with --run. Ends with 0 when every locator that could be reached is
    unique, else with 1.

    \b
    Example:  oodaemon recordings check --practice
    """
    from oodaemon.app import recordings, settings

    if pages is not None and (practice or may_run or tests):
        raise click.UsageError("--pages looks at files; leave out --practice, --run and --test")
    chosen = settings.load({name: value for name, value in flags.items() if value is not None}, os.environ)
    settings.forget_password(os.environ)
    options = recordings.CheckOptions(pages=pages, is_practice=practice, may_run=may_run, tests=tests)
    report = recordings.check(chosen, options)
    if output == "json":
        records = [recordings.as_record(finding) for finding in report.findings]
        click.echo(
            json.dumps({"locators": records, "summary": report.summary(), "ok": report.is_sound}, indent=2, ensure_ascii=False)
        )
    else:
        width = max((len(finding.locator) for finding in report.findings), default=0)
        for finding in report.findings:
            click.echo(recordings.as_line(finding, width))
        click.echo(report.summary())
    sys.exit(0 if report.is_sound else 1)


@recordings_group.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--recordings", help="Folder with the recordings to mend.  [OODAEMON_RECORDINGS]")
@click.option("--write", is_flag=True, help="Change the recordings; without it the changes are only shown.")
def import_(*, file: Path, write: bool, **flags: str | None) -> None:
    """Show what FILE, a flow exported as JSON by Chrome's Recorder, changes in the recordings.

    New locators go before the old ones, which stay as later alternatives. The result must load before anything is replaced.

    \b
    Example:  oodaemon recordings import sign-in.json --write
    """
    from oodaemon.app import recording, settings

    chosen = settings.load({name: value for name, value in flags.items() if value is not None}, os.environ)
    recording.propose(chosen, file, write=write, say=click.echo)


@cli.command()
@click.option("--site", "base_url", help="Address of the site.  [OODAEMON_BASE_URL]")
@click.option("--out", type=click.Path(path_type=Path), default=Path("recorded.json"), show_default=True, help="File to write.")
@click.option("--segment", default="sign_in", show_default=True, help="Segment of the flow that the recording begins with.")
@click.option("--chromium", help="Program to start as browser.  [OODAEMON_CHROMIUM]")
@click.option("--headless", is_flag=True, hidden=True)
def record(*, out: Path, segment: str, headless: bool, **flags: str | None) -> None:
    """Open a window and record what you do there as a flow of Chrome's DevTools Recorder.

    Passwords and e-mail addresses are never written. Alt+1 to Alt+7 begin a segment. Closing the window or Ctrl-C ends it; every
    step is on disk at once.

    \b
    Example:  oodaemon record --out sign-in.json
    """
    from oodaemon.app import recording, settings

    given = {name: value for name, value in flags.items() if value is not None}
    chosen = settings.load({**given, "headless": headless}, os.environ)
    settings.forget_password(os.environ)
    recording.record(chosen, recording.RecordOptions(out, segment), click.echo)


@cli.group()
def parameters() -> None:
    """For the authors of parameter plug-ins."""


@parameters.command("check")
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.option("--chromium", default="", help="Program to start as browser.  [OODAEMON_CHROMIUM]")
@click.option("--recordings", help="Folder with the recordings of the site.  [OODAEMON_RECORDINGS]")
def check_parameters(names: tuple[str, ...], chromium: str, recordings: str | None) -> None:
    """Try parameters out on a practice site: three values each, set in Chromium, read back, run, and compared with the truth.

    Without names, every parameter of this installation. Ends with 1 when one of them does not hold.

    \b
    Example:  oodaemon parameters check delta allocation
    """
    from oodaemon.app import launch, settings

    flags = {"chromium": chromium or None, "recordings": recordings}
    chosen = settings.load({name: value for name, value in flags.items() if value is not None}, os.environ)
    sys.exit(0 if launch.check_parameters(chosen, names, click.echo) else 1)


_STATE_DIR = click.option("--state-dir", help="Folder of the store.  [OODAEMON_STATE_DIR]")
_PRACTICE = click.option("--practice", is_flag=True, default=None, help="The store of `oodaemon run --practice`.")


@cli.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_STATE_DIR
@_PRACTICE
def backup(*, file: Path | None, **flags: Any) -> None:  # noqa: ANN401 - click fills them in
    """Copy the store to FILE, or into a folder, by default that of its backups. A daemon may run meanwhile.

    The copy is one file for this user alone. It gets its name once it was opened, every page checked and its journal read.

    \b
    Example:  oodaemon backup /media/disk/oodaemon.db
    """
    from oodaemon.app import settings, upkeep

    upkeep.back_up(settings.load({name: value for name, value in flags.items() if value is not None}, os.environ), file, click.echo)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@_STATE_DIR
@_PRACTICE
def restore(*, file: Path, **flags: Any) -> None:  # noqa: ANN401 - click fills them in
    """Put the backup FILE in the place of the store. No daemon may run; what was there is kept in a folder beside.

    \b
    Example:  oodaemon restore ~/.local/state/oodaemon/backups/daily-20261121T080000Z.db
    """
    from oodaemon.app import settings, upkeep

    upkeep.put_back(
        settings.load({name: value for name, value in flags.items() if value is not None}, os.environ), file, click.echo
    )


@cli.command()
@_STATE_DIR
@_PRACTICE
def fsck(**flags: Any) -> None:  # noqa: ANN401 - click fills them in
    """Hold the store to every promise: its pages, its tables, its journal. Changes nothing; a daemon may run meanwhile.

    One sentence per broken promise, and then exit code 1.

    \b
    Example:  oodaemon fsck
    """
    from oodaemon.app import settings, upkeep

    chosen = settings.load({name: value for name, value in flags.items() if value is not None}, os.environ)
    sys.exit(0 if upkeep.check(chosen, click.echo) else 1)


for group in (config, cert, notify):
    cli.add_command(group)
cli.add_command(doctor)


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
