"""Waiting for several runs at once: one thread each, one deadline for all. Importing this module imports grpc."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ooctl.exits import ClientError

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.records import Record


class _Quiet:
    """A view for nobody; what is said of the connection is said once for all runs."""

    def __init__(self, notice: Callable[[str], None], said: set[str]) -> None:
        self._notice, self._said = notice, said

    def snapshot(self, run: Record) -> None:
        """Nobody looks."""

    def event(self, event: Record) -> None:
        """Nobody looks."""

    def notice(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._notice(sentence)


def wait_for_all(
    daemon: Daemon,
    run_ids: Sequence[str],
    *,
    until: frozenset[str],
    timeout: float | None,
    notice: Callable[[str], None],
) -> list[Record]:
    """The runs once each is at rest, or in a phase of `until`, in the order given. See Follower.follow for what is raised."""
    found: list[Record | None] = [None] * len(run_ids)
    errors: list[BaseException] = []
    said: set[str] = set()

    def wait(place: int, run_id: str) -> None:
        try:
            found[place] = daemon.follow(run_id, _Quiet(notice, said), timeout=timeout, until=until)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            errors.append(error)

    threads = [threading.Thread(target=wait, args=each, daemon=True) for each in enumerate(run_ids)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.2)  # wakes for Ctrl-C
            if errors:
                break
    if errors:
        raise _most_telling(errors)
    return [run for run in found if run is not None]


def _most_telling(errors: Sequence[BaseException]) -> BaseException:
    """A defect before what the user must know."""
    return next((error for error in errors if not isinstance(error, ClientError)), errors[0])
