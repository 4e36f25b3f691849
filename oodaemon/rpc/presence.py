"""What a reply about a run needs beside the run: the conditions that hold now, and how many browsers work."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from oodaemon.actors.states import ChildState
from oodaemon.actors.tree import TreeSnapshot
from oodaemon.api.v1 import runs_pb2
from oodaemon.clock import WallClock
from oodaemon.dispatch import explain
from oodaemon.dispatch.explain import Browsers, Facts
from oodaemon.dispatch.forecast import Forecast
from oodaemon.dispatch.site import RATE_LIMITED, SiteDesk
from oodaemon.model.runs import Condition, Run
from oodaemon.plans.outlook import Outlook, Shop, outlook
from oodaemon.rpc.convert import Converter

BROWSER = "browser/"


class Presence:
    """The live side of replies: nothing of it is stored."""

    def __init__(
        self,
        *,
        converter: Converter,
        desk: SiteDesk,
        tree: Callable[[], TreeSnapshot],
        wall_clock: WallClock,
        troubles: Callable[[], Mapping[str, Condition]] = dict,
    ) -> None:
        """`troubles` tells of runs whose further tasks cannot be chosen."""
        self._troubles = troubles
        self.converter, self._desk, self._tree, self._wall_clock = converter, desk, tree, wall_clock
        self._without_browsers: datetime.datetime | None = None

    def run(self, run: Run) -> runs_pb2.Run:
        """A run with the conditions that hold for it now, and how long it still takes."""
        return self.converter.run(run, conditions=self.conditions(run), ahead=self.ahead(run))

    def outlook(self, run: Run) -> runs_pb2.Outlook:
        """The same without the run."""
        return self.converter.outlook(self.ahead(run), self.conditions(run))

    def ahead(self, run: Run) -> Outlook:
        """How long a run still takes, with the browsers that may work now and at the pace the site allows now."""
        return self.all_ahead([run])[0]

    def all_ahead(self, runs: Iterable[Run]) -> list[Outlook]:
        """The same of some runs, as of one moment."""
        pacer, up, troubles = self._desk.pacer, self.browsers_up(), self._troubles()
        shop = Shop(
            now=self._wall_clock(),
            browsers=up if pacer.browsers is None else min(up, pacer.browsers),
            turn=pacer.until_turn,
            distance=pacer.current_distance,
            silence=self._desk.silence,
            is_blocked=bool(self._desk.blocks(besides=(RATE_LIMITED,))),
        )
        blocked = replace(shop, is_blocked=True)
        return [outlook(run, blocked if run.run_id in troubles else shop) for run in runs]

    def forecast(self, found: Forecast, distance: float) -> runs_pb2.PlanRunResponse:
        """What would be run, and how long the browsers that are up would take, with `distance` seconds between two Run clicks."""
        browsers = self.browsers_up()
        return self.converter.forecast(found, browsers, found.seconds(browsers, distance) if browsers else None)

    def conditions(self, run: Run | None = None) -> list[Condition]:
        """Why nothing or little happens, with any run or with this one."""
        return list(explain.of_site(self._facts()) if run is None else explain.of_run(run, self._facts()))

    def obstacles(self, runs: Iterable[Run]) -> list[Condition]:
        """What is in the way of some runs, as of one moment; once for each run that it holds up."""
        facts = self._facts()
        return [condition for run in runs for condition in explain.of_run(run, facts)]

    def _facts(self) -> Facts:
        children = [child for child in self._tree().walk() if BROWSER in child.path]
        browsers = [child.state for child in children]
        up = browsers.count(ChildState.UP)
        came_up = [child.since for child in children if child.state is ChildState.UP]
        return Facts(
            now=self._wall_clock(),
            browsers=Browsers(
                total=len(browsers),
                up=up,
                quarantined=browsers.count(ChildState.QUARANTINED),
                none_since=self._missed_since(up),
            ),
            site=tuple(self._desk.conditions.values()),
            limits=self._desk.ramp.limits(),
            turn=self._desk.pacer.until_turn,
            clear_since=max([self._desk.open_since, *came_up]),
            plans=self._troubles(),
        )

    def _missed_since(self, up: int) -> datetime.datetime | None:
        """Since when it was noticed that no browser is up; None while one is."""
        self._without_browsers = None if up else self._without_browsers or self._wall_clock()
        return self._without_browsers

    def browsers_up(self) -> int:
        """Browsers that can take tasks."""
        return sum(1 for child in self._tree().walk() if BROWSER in child.path and child.state is ChildState.UP)
