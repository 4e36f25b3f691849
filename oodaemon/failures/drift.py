"""When is a locator that is gone the site's drift, and not one task's bad luck? Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from oodaemon.clock import MINUTES

DISTINCT_TASKS = 3
WINDOW = 10 * MINUTES


@dataclass(frozen=True, slots=True)
class Sighting:
    """A task (run id and index) that did not find a locator, at a moment of the monotonic clock in seconds."""

    at: float
    task: tuple[str, int]
    locator: str


def within_window(sightings: Sequence[Sighting], now: float) -> tuple[Sighting, ...]:
    """Those of the last 10 minutes; one that is exactly as old still counts. Of a task and locator only the newest is kept."""
    newest = {(seen.task, seen.locator): seen for seen in sightings if now - seen.at <= WINDOW}
    return tuple(newest.values())


def concerned(sightings: Sequence[Sighting], locator: str, now: float) -> tuple[tuple[str, int], ...]:
    """The tasks that missed a locator within the window, in the order of their sightings, if they make it drift; else none."""
    tasks = tuple(dict.fromkeys(seen.task for seen in within_window(sightings, now) if seen.locator == locator))
    return tasks if len(tasks) >= DISTINCT_TASKS else ()
