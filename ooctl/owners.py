"""Whose trades a command is about. Knows nothing of the wire, so that naming them costs no import of grpc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ooctl.exits import ClientError, ExitStatus

RUN_HINT: Final = '"ooctl list" shows the runs'
TASK_HINT: Final = '"ooctl tasks RUN" shows the tasks'
IMPORT_HINT: Final = '"ooctl imports" shows the imports'


@dataclass(frozen=True)
class Owner:
    """Whose trades: those of an import, of one task of a run, or of a whole run. Ids may be shortened."""

    run_id: str = ""
    index: int | None = None
    import_id: str = ""

    @property
    def is_one_log(self) -> bool:
        """Whether it has one file at most."""
        return bool(self.import_id) or self.index is not None

    @property
    def hint(self) -> str:
        """Where to look for the right id."""
        return IMPORT_HINT if self.import_id else RUN_HINT


def owner_of(run_id: str | None, task: int | None, import_id: str | None) -> Owner:
    """The owner that the arguments name; RUN may be the id of a task, as `ooctl results -o json` shows it.

    Raises ClientError (USAGE) when none or two are named.
    """
    if (run_id is None) == (import_id is None):
        raise ClientError(
            "name a RUN, or an imported file with --import ID", ExitStatus.USAGE, hint='"ooctl trades --help" shows how it is used'
        )
    if run_id is None:
        return Owner(import_id=import_id or "")
    name, slash, index = run_id.partition("/")
    if slash and task is None and index.isdecimal():
        return Owner(run_id=name, index=int(index))
    return Owner(run_id=run_id, index=task)
