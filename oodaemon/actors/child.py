"""What a child is given when it is started: its handle."""

from typing import Any, Protocol

import trio

from oodaemon.actors.exits import StopRequest
from oodaemon.actors.mailbox import Mailbox
from oodaemon.actors.tree import ChildSnapshot


class Subtree(Protocol):
    """A supervisor as its parent sees it."""

    def children(self) -> tuple[ChildSnapshot, ...]:
        """Snapshots of the children, in rank order."""
        ...


class Child:
    """The handle of one incarnation. Handles of dead incarnations may still be called; nobody listens to them."""

    def __init__(self, path: str, incarnation: int, mailbox: Mailbox[Any], *, parent: "Child | None" = None) -> None:
        self._path = path
        self._incarnation = incarnation
        self._mailbox = mailbox
        self._parent = parent
        self._detail = ""
        self._progress_count = 0
        self._progressed_at: float | None = None
        self._stop_request: StopRequest | None = None
        self._subtree: Subtree | None = None

    @property
    def path(self) -> str:
        """Name of the child in the whole tree, such as "site/oo/browser/1"."""
        return self._path

    @property
    def incarnation(self) -> int:
        """1 for the first start, one more for each later one; never used twice."""
        return self._incarnation

    @property
    def mailbox(self) -> Mailbox[Any]:
        """The child's mailbox, the same for every incarnation."""
        return self._mailbox

    @property
    def detail(self) -> str:
        """What the child said last about its work."""
        return self._detail

    @property
    def progress_count(self) -> int:
        """Changes only when work advances; with `incarnation` it makes a token that never repeats.

        The progress of a supervisor is that of its children.
        """
        return self._progress_count

    @property
    def progressed_at(self) -> float | None:
        """Moment of the last progress on trio's clock."""
        return self._progressed_at

    @property
    def stop_request(self) -> StopRequest | None:
        """Who stops this incarnation and why; None until it is asked to. Set before the cancellation is delivered."""
        return self._stop_request

    @property
    def subtree(self) -> Subtree | None:
        """The supervisor that runs as this child, if one does."""
        return self._subtree

    def progress(self, detail: str = "") -> None:
        """Say that work advanced: one step or one task is complete. `detail` is shown in the tree.

        Only call it for real progress, never from a timer: the backoff is forgiven because of it.
        """
        self._detail = detail
        now = trio.current_time()
        ancestor: Child | None = self
        while ancestor is not None:
            ancestor._progress_count += 1
            ancestor._progressed_at = now
            ancestor = ancestor._parent

    def note(self, detail: str) -> None:
        """Show `detail` in the tree. Nothing advanced."""
        self._detail = detail

    def ask_to_stop(self, request: StopRequest) -> None:
        """Note why this incarnation is being stopped. For its supervisor only."""
        self._stop_request = request

    def host(self, subtree: Subtree) -> None:
        """Show the children of `subtree` below this child in the tree."""
        self._subtree = subtree
