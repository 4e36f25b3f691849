"""What the console says no to, and how it says what went wrong: a status and one sentence."""

import secrets

import structlog

from oodaemon.errors import (
    Aborted,
    AlreadyExists,
    CursorTooOld,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    OODaemonError,
    SignInRefused,
    Unavailable,
)

log = structlog.get_logger()

STATUSES: dict[type[OODaemonError], int] = {
    InvalidArgument: 400,
    NotFound: 404,
    FailedPrecondition: 409,
    Aborted: 409,
    AlreadyExists: 409,
    Unavailable: 503,
    SignInRefused: 502,
    CursorTooOld: 410,
}
HOW_TO_ACT = "run `ooctl console` to open the console with control"


class Refused(Exception):
    """A request that is answered with a status and a sentence instead of a page."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status, self.sentence = status, sentence
        super().__init__(sentence)


def no_session() -> Refused:
    """For whoever may not act."""
    return Refused(403, f"this page is read only here; {HOW_TO_ACT}")


def refused(error: BaseException, path: str) -> Refused:
    """What an error means for a visitor. One that is a defect gets an id, and the log what it was."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, Refused):
        return error
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), None)
    if status is not None:
        return Refused(status, str(error))
    error_id = secrets.token_hex(4)
    log.error("a page of the console failed", path=path, error_id=error_id, exc_info=error)
    return Refused(500, f"the daemon could not show this page; its log explains error {error_id}")
