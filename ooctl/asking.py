"""Questions before something that cannot be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ooctl import cli as click
from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from ooctl.render.formats import Format
    from ooctl.session import Session


def confirm(session: Session, question: str, *, is_sure: bool, format_: Format | None = None) -> None:
    """Return when the answer is yes, by --yes or by a person. `format_` is how the answer of the command is printed.

    Raises ClientError: FAILED when a person says no; USAGE where nobody can be asked, or where a program reads what is printed.
    Never waits for an answer that cannot come.
    """
    if is_sure:
        return
    if not session.can_ask() or not (format_ is None or format_.is_for_people):
        why = f"-o {format_} is for programs" if session.can_ask() else "there is no terminal to ask at"
        raise ClientError(f"{question} Nobody can say yes: {why}", ExitStatus.USAGE, hint="add --yes if it is meant")
    if not click.confirm(question, err=True):
        raise ClientError("nothing was changed", ExitStatus.FAILED)
