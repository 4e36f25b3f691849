"""Where the view gets what it shows, and through which it acts: the daemon (`live`), and in tests one that is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ooctl.records import Record


@dataclass(frozen=True)
class Look:
    """What the daemon says at a moment: itself, its supervision tree with memory, and its newest runs, newest first."""

    daemon: Record
    tree: Record
    runs: Sequence[Record]


@dataclass(frozen=True)
class Best:
    """The best result of a run so far by its objective; `result` is None while there is none, `matching` of how many."""

    run_id: str
    by: str
    result: Record | None
    matching: int


class Scene(Protocol):
    """Who looks on. Called from threads of the source, of one run in the order in which things happened."""

    def looked(self, look: Look) -> None:
        """About once a second."""

    def happened(self, event: Record) -> None:
        """An event of a run that is at work, never told twice; None of its keys is missing."""

    def failed(self, failures: Sequence[Record]) -> None:
        """Attempts that failed before anybody looked, of one run."""

    def found_best(self, best: Best) -> None:
        """The best result of the selected run changed."""

    def lost(self, sentence: str) -> None:
        """The daemon does not answer; it is asked again and again."""

    def back(self) -> None:
        """It answers again."""

    def ended(self, run: Record) -> None:
        """A run came to rest while it was looked at; this is how. Told once."""


class Source(Protocol):
    """What the daemon tells and does. Methods but `start` and `stop` raise ClientError."""

    def start(self, scene: Scene) -> None:
        """Begin to tell. Returns at once."""

    def stop(self) -> None:
        """Tell nothing any more. Returns soon; afterwards the source is of no use."""

    def select(self, run_id: str) -> None:
        """The user looks at this run: its best result is to be told. Returns at once."""

    def pause(self, run_id: str) -> Record:
        """Ask for a pause; the run as it is after that."""

    def resume(self, run_id: str) -> Record:
        """Undo a pause; the run as it is after that."""

    def cancel(self, run_id: str) -> Record:
        """End a run for good; the run as it is after that."""

    def details(self, run_id: str) -> Sequence[str]:
        """Everything about a run, line by line."""

    def evidence(self, run_id: str, index: int, attempt_id: int) -> Sequence[Path]:
        """Save what is kept of a failed attempt and open what can be shown; where the files are."""
