"""What a reply about a run needs beside the run: the conditions that hold now, and how many browsers work."""

import datetime
from collections.abc import Callable

from oodaemon.actors.states import ChildState
from oodaemon.actors.tree import TreeSnapshot
from oodaemon.api.v1 import runs_pb2
from oodaemon.clock import WallClock
from oodaemon.dispatch.site import SiteDesk
from oodaemon.model.runs import Condition, Run, RunPhase
from oodaemon.rpc.convert import Converter

BROWSER = "browser/"


class Presence:
    """The live side of replies: nothing of it is stored."""

    def __init__(self, *, converter: Converter, desk: SiteDesk, tree: Callable[[], TreeSnapshot], wall_clock: WallClock) -> None:
        self.converter, self._desk, self._tree, self._wall_clock = converter, desk, tree, wall_clock
        self._without_browsers: datetime.datetime | None = None

    def run(self, run: Run) -> runs_pb2.Run:
        """A run with the conditions that hold for it now."""
        return self.converter.run(run, conditions=self.conditions(run), browsers=self.browsers_up())

    def conditions(self, run: Run | None = None) -> list[Condition]:
        """Why nothing or little happens. With a run that could go on: also that no browser is up."""
        found = list(self._desk.conditions.values())
        is_waiting = run is None or (run.phase is RunPhase.RUNNING and run.counts.running == 0)
        since = self._missed_since()
        if is_waiting and since is not None:
            found.append(Condition("NoBrowser", "no browser is up; `ooctl status` shows why", since))
        return found

    def _missed_since(self) -> datetime.datetime | None:
        """Since when it was noticed that no browser is up; None while one is."""
        self._without_browsers = None if self.browsers_up() else self._without_browsers or self._wall_clock()
        return self._without_browsers

    def browsers_up(self) -> int:
        """Browsers that can take tasks."""
        return sum(1 for child in self._tree().walk() if BROWSER in child.path and child.state is ChildState.UP)
