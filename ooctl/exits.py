"""How ooctl ends: exit codes, and the one error that carries a code and a sentence to the user."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ExitStatus(IntEnum):
    """The exit codes of ooctl; scripts may rely on them.

    0 ok, 1 operation failed, 2 usage, 3 not found, 4 daemon unreachable, 5 authentication or permission,
    6 precondition, conflict or limit, 7 time-out elapsed, 10 run ended with failures, 11 run cancelled, 130 Ctrl-C.
    """

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    UNREACHABLE = 4
    DENIED = 5
    CONFLICT = 6
    TIMED_OUT = 7
    RUN_FAILED = 10
    RUN_CANCELLED = 11
    INTERRUPTED = 130


MEANINGS: Final[Mapping[ExitStatus, str]] = {
    ExitStatus.OK: "done",
    ExitStatus.FAILED: "it failed, or a part of what was asked for did",
    ExitStatus.USAGE: "the command or a value in it is wrong; nothing was done",
    ExitStatus.NOT_FOUND: "there is no such run, task, test, parameter or import",
    ExitStatus.UNREACHABLE: "no daemon answers",
    ExitStatus.DENIED: "not signed in, or not allowed",
    ExitStatus.CONFLICT: "not in the state that it is in now, or a limit is reached",
    ExitStatus.TIMED_OUT: "--timeout passed",
    ExitStatus.RUN_FAILED: "of watch, wait, submit --watch and --wait: the run ended with failures",
    ExitStatus.RUN_CANCELLED: "of the same: the run was cancelled",
    ExitStatus.INTERRUPTED: "Ctrl-C",
}
"""Every exit code in words."""

STATUS_OF_CODE: Final[Mapping[str, ExitStatus]] = {
    "INVALID_ARGUMENT": ExitStatus.USAGE,
    "NOT_FOUND": ExitStatus.NOT_FOUND,
    "UNAVAILABLE": ExitStatus.UNREACHABLE,
    "UNAUTHENTICATED": ExitStatus.DENIED,
    "PERMISSION_DENIED": ExitStatus.DENIED,
    "FAILED_PRECONDITION": ExitStatus.CONFLICT,
    "ABORTED": ExitStatus.CONFLICT,
    "ALREADY_EXISTS": ExitStatus.CONFLICT,
    "RESOURCE_EXHAUSTED": ExitStatus.CONFLICT,
    "DEADLINE_EXCEEDED": ExitStatus.TIMED_OUT,
}
"""gRPC status code, by name, to exit code; every other code means FAILED."""

PHASES_AT_REST: Final = frozenset({"COMPLETED", "NEEDS_REVIEW", "CANCELLED"})
"""The phases in which nothing more happens to a run."""


def status_of_run(phase: str | None, *, skipped: int) -> ExitStatus:
    """The exit code for a run at rest: OK only when every task has its result."""
    if phase == "CANCELLED":
        return ExitStatus.RUN_CANCELLED
    return ExitStatus.OK if phase == "COMPLETED" and skipped == 0 else ExitStatus.RUN_FAILED


class ClientError(Exception):
    """Something the user must know: printed as `error: sentence`, one line per detail, and `hint: …`.

    `debug` is shown only with --debug. The process ends with `status`.
    """

    def __init__(
        self,
        sentence: str,
        status: ExitStatus,
        *,
        details: Sequence[str] = (),
        hint: str = "",
        debug: Sequence[str] = (),
    ) -> None:
        """Keep what is to be printed; all texts are plain and without a full stop of their own need."""
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.details = tuple(details)
        self.hint = hint
        self.debug = tuple(debug)
        self.may_have_happened = False
        """Whether the daemon may have carried out the request all the same: no answer to it came."""
