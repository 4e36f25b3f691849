"""Errors that carry whose fault it is. Each says what is wrong, where, and what to do; one table in `rpc` maps them to a status."""

from collections.abc import Iterable
from dataclasses import dataclass


class OODaemonError(Exception):
    """Anything this product raises on purpose. `str()` of it is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with one field of a request."""

    field: str
    description: str


class InvalidArgument(OODaemonError):
    """The request cannot be right whatever the state; lists every field that is wrong."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(f"{v.field}: {v.description}" for v in self.violations))

    @classmethod
    def of(cls, field: str, description: str) -> "InvalidArgument":
        """One violation."""
        return cls([Violation(field, description)])


class NotFound(OODaemonError):
    """The thing named does not exist. `kind` is the noun, `ref` what was asked for."""

    def __init__(self, kind: str, ref: str, hint: str = "") -> None:
        self.kind, self.ref = kind, ref
        super().__init__(f"there is no {kind} {ref!r}" + (f"; {hint}" if hint else ""))


class FailedPrecondition(OODaemonError):
    """The request is fine but not in this state; names the state."""


class Aborted(OODaemonError):
    """The thing changed since the caller looked (`if_revision`)."""


class AlreadyExists(OODaemonError):
    """The same request id was used before with other content."""


class Unavailable(OODaemonError):
    """Not now; the same request may succeed later."""


class LimitReached(Unavailable):
    """Not now, as so many do the same already. `what` are those that are counted, of which `most` fit in at once."""

    def __init__(self, what: str, most: int) -> None:
        self.what, self.most = what, most
        super().__init__(f"too many {what} are connected; close one of them, or try again later")


class SignInRefused(OODaemonError):
    """The site did not let us in; a person has to act."""


class CursorTooOld(OODaemonError):
    """A watcher asked for events that are gone, or for another store. `oldest` is the first seq that is kept."""

    def __init__(self, oldest: int) -> None:
        self.oldest = oldest
        super().__init__(
            f"the journal no longer reaches back to this cursor; the oldest event is {oldest}; start again from a snapshot"
        )


class ConfigurationError(OODaemonError):
    """Settings are wrong; `problems` has one line each. Ends the process with 78."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class StoreHeld(OODaemonError):
    """Another daemon has the store open. Ends the process with 75."""


class StoreUnusable(OODaemonError):
    """The store is corrupt, newer than this program, or cannot be written. Ends the process with 70."""
