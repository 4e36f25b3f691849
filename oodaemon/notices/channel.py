"""What a way of telling people is: it is given a notice, and says how that went."""

from dataclasses import dataclass
from typing import Protocol

from oodaemon.model.notices import Notice


@dataclass(frozen=True, slots=True)
class Delivery:
    """How it went. `is_done` False: try again later, unless `is_final`: it would go no better. `reason` is for the log."""

    is_done: bool
    reason: str = ""
    is_final: bool = False


class Channel(Protocol):
    """One way of telling people."""

    @property
    def name(self) -> str:
        """By which its place in the journal is kept."""
        ...

    async def deliver(self, notice: Notice) -> Delivery:
        """Tell it once, within a bounded time. Raises nothing but cancellation."""
        ...
