"""What the browsers of one site work with."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from oodaemon.browser.engine import Launch
from oodaemon.browser.profile import Profiles
from oodaemon.clock import WallClock
from oodaemon.dispatch.breakers import Breakers
from oodaemon.dispatch.caution import Caution
from oodaemon.dispatch.drift import DriftWatch
from oodaemon.dispatch.driver import DriverActor
from oodaemon.dispatch.evidence import Evidence
from oodaemon.dispatch.recycling import Limits, Service
from oodaemon.dispatch.site import SiteDesk
from oodaemon.dispatch.tally import Tally
from oodaemon.parameters.registry import Registry
from oodaemon.store.lanes import Lane, ThreadLane
from oodaemon.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Shared by every browser actor. `choose` finds the program to start; it raises ConfigurationError when there is none."""

    desk: SiteDesk
    store: Store
    registry: Registry
    driver: DriverActor
    choose: Callable[[], Launch]
    wall_clock: WallClock
    rng: random.Random
    tally: Tally = field(default_factory=Tally)
    caution: Caution = field(default_factory=Caution)
    profiles: Profiles = field(default_factory=Profiles)
    reading: Lane = field(default_factory=ThreadLane)
    """Where files are read that take their time; on a virtual clock, the loop itself."""
    pages: int = 1
    """How many pages of a browser take turns at most; with one, nothing is filled ahead and every proof is waited for."""
    evidence: Evidence | None = None
    """Where evidence of failed attempts goes; None keeps none."""
    limits: Limits = field(default_factory=Limits)
    looks: dict[str, float] = field(default_factory=dict)
    """When each browser that waits last looked for a task, by actor, on trio's clock."""
    services: dict[str, Service] = field(default_factory=dict)
    """The service of each browser that is up, by actor."""
    drift: DriftWatch = field(init=False)
    breakers: Breakers = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "drift", DriftWatch(self.desk, self.store, self.wall_clock))
        object.__setattr__(self, "breakers", Breakers(self.desk, self.store, self.wall_clock))
