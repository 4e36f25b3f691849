"""The commands that look and change nothing: `oodaemon config` and `oodaemon doctor`. Imports late, for `--version`."""

import json
import os
import sys
from typing import Any

import click

_STATE_DIR = click.option("--state-dir", help="Folder of the store.  [OODAEMON_STATE_DIR]")
_PRACTICE = click.option("--practice", is_flag=True, default=None, help="As with `oodaemon run --practice`.")
_OUTPUT = click.option(
    "-o", "--output", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Form of the answer."
)


@click.group()
def config() -> None:
    """Check and show the settings: those of flags, environment, systemd credentials and config.toml together."""


@config.command("check")
def check() -> None:
    """Say everything that is wrong with the settings; ends with 78 if anything is. Starts nothing.

    \b
    Example:  oodaemon config check
    """
    from oodaemon.app import configuration, sources

    count = sum(entry.origin != configuration.DEFAULT for entry in configuration.entries({}, os.environ))
    for text in configuration.warnings(os.environ):
        click.echo(f"oodaemon: warning: {text}", err=True)
    file = sources.config_file(os.environ)
    click.echo(f"{file}{'' if file.exists() else ' is not there'}: the settings are right; {count} differ from their defaults")


@config.command("show")
@_STATE_DIR
@_PRACTICE
@_OUTPUT
def show(*, output: str, **flags: Any) -> None:  # noqa: ANN401 - click fills them in
    """Show every setting with its value and where it came from. Passwords are masked, addresses of accounts as well.

    \b
    Example:  oodaemon config show
    """
    from oodaemon.app import configuration

    found = configuration.entries(_given(flags), os.environ)
    if output == "json":
        click.echo(json.dumps([configuration.as_record(entry) for entry in found], indent=2, ensure_ascii=False))
    else:
        for line in configuration.as_lines(found):
            click.echo(line)


@config.command("example")
def example() -> None:
    """Print a config.toml with every setting, what it means and its default, all commented out.

    \b
    Example:  oodaemon config example > ~/.config/oodaemon/config.toml
    """
    from oodaemon.app import configuration

    for line in configuration.example(os.environ):
        click.echo(line)


@click.command()
@_STATE_DIR
@_PRACTICE
@click.option("--base-url", help="Address of the site.  [OODAEMON_BASE_URL]")
@click.option("--chromium", help="Program to start as browser.  [OODAEMON_CHROMIUM]")
@click.option("--recordings", help="Folder with the recordings of the site.  [OODAEMON_RECORDINGS]")
@_OUTPUT
def doctor(*, output: str, **flags: Any) -> None:  # noqa: ANN401 - click fills them in
    """Look at everything the daemon needs, and say what to do about what is not well. Changes nothing; a daemon may run meanwhile.

    Python, Chromium (which is started once), folders and their modes, socket, ports, disk, site, clock, credentials, recordings,
    parameters. Ends with 0 when nothing failed (warnings are allowed), else with 1.

    \b
    Example:  oodaemon doctor
    """
    from oodaemon.app import doctor as examination
    from oodaemon.app import settings, sources

    chosen = settings.load(_given(flags), os.environ)
    sources.forget_secrets(os.environ)
    lines = []
    for line in examination.examine(chosen):
        lines.append(line)
        for text in examination.as_text(line) if output == "table" else ():
            click.echo(text)
    if output == "json":
        click.echo(examination.as_json(lines))
    sys.exit(0 if examination.is_sound(lines) else 1)


def _given(flags: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in flags.items() if value is not None}
