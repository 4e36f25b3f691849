"""What the kernel raises, and the failure classes it gives by itself."""

from collections.abc import Iterable

from oodaemon.errors import NotFound, OODaemonError, Unavailable

START = "START"
RETURNED = "RETURNED"
UNCLASSIFIED = "BUG"


class SpecError(OODaemonError):
    """The child specs of a supervisor, or a whole tree of them, cannot work. `problems` has one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class UnknownChild(NotFound):
    """No child of that id under this supervisor."""

    def __init__(self, child_id: str, *, path: str) -> None:
        super().__init__("child", child_id, f"it is not supervised by {path!r}")


class ChildFailure(OODaemonError):
    """A failure the kernel itself found; it brings its own failure class and is never shown to `classify`."""

    failure_class: str = UNCLASSIFIED


class NotAcknowledged(ChildFailure):
    """A child did not call `task_status.started()` in its start timeout, or returned without it."""

    failure_class = START


class ReturnedUnasked(ChildFailure):
    """A permanent child returned although nobody had asked it to stop."""

    failure_class = RETURNED


class SlotLost(ChildFailure):
    """What the child leaves behind makes another start pointless for now: it is set aside at once, whatever its budget says."""

    failure_class = "UNKILLABLE"


class Exhausted(ChildFailure):
    """A child used up a budget and its spec says escalate: its supervisor fails with this. `__cause__` is the last failure."""

    def __init__(self, path: str, failure_class: str, *, limit: int, seconds: float) -> None:
        self.path, self.failure_class, self.limit, self.seconds = path, failure_class, limit, seconds
        super().__init__(f"{path} failed more than {limit} times in {seconds:g} s with class {failure_class}")


class ExitRequested(OODaemonError):
    """The process must end with `code`. Passes every supervisor up to the root, whatever the restart rules say."""

    def __init__(self, path: str, *, code: int, reason: str) -> None:
        self.path, self.code, self.reason = path, code, reason
        super().__init__(f"{path} asks the process to exit with code {code}: {reason}")


class StopOverrun(OODaemonError):
    """A child was told to stop and still runs after its stop timeout. It stays STOPPING until its task ends by itself."""

    def __init__(self, path: str, *, stop_timeout: float) -> None:
        self.path, self.stop_timeout = path, stop_timeout
        super().__init__(f"{path} was cancelled {stop_timeout:g} s ago and still runs; it is stopped as soon as it ends")


class IllegalTransition(AssertionError):
    """A bug in the kernel: a child was to take a step that its state table does not have."""


class MailboxFull(Unavailable):
    """The message was not taken: as many as fit are waiting. The sender still has it."""

    def __init__(self, path: str, capacity: int) -> None:
        self.path, self.capacity = path, capacity
        super().__init__(f"the mailbox of {path} is full ({capacity} messages wait); try again later")


class MailboxClosed(Unavailable):
    """The message was not taken: the child this mailbox belonged to was removed."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} was removed and takes no messages any more")
