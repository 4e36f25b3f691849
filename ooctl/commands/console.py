"""`ooctl console`: the web console, opened with the right to act."""

from __future__ import annotations

import html
import os
from typing import TYPE_CHECKING, Final

from ooctl import cli as click
from ooctl.commands.options import common_options
from ooctl.requests import folder_of
from ooctl.session import Session

if TYPE_CHECKING:
    from pathlib import Path

PAGE: Final = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={link}"><a href="{link}">Open the console</a>\n'
)


@click.command()
@click.option("--print", "is_printed", is_flag=True, help="Print the link instead of opening a browser.")
@common_options
@click.pass_obj
def console(session: Session, *, is_printed: bool) -> None:
    """Open the web console of the daemon with the right to act there: submit, pause, retry and whatever else changes something.

    The link works once, and for a minute. Without it the console can be read and not steered.

    \b
    Examples:
      ooctl console
      ooctl console --print
    """
    with session.connect() as daemon:
        link = daemon.console.link()
    if is_printed:
        session.output.line(link)
        return
    import webbrowser  # noqa: PLC0415 - nothing else needs it

    if webbrowser.open(_page(folder_of(session.env), link).as_uri()):
        session.output.note('the console opens in your browser; if it does not, "ooctl console --print" prints a link')
        return
    session.output.note("no browser could be started; open this link within a minute:")
    session.output.line(link)


def _page(folder: Path, link: str) -> Path:
    """A file that leads to the link: others on this machine see how programs are started, and not what is in a file of ours."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    page = folder / "console.html"
    page.unlink(missing_ok=True)
    with os.fdopen(os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(PAGE.format(link=html.escape(link)))
    return page
