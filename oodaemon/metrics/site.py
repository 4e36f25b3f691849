"""What is exported of the policy towards the site: pace, rate, breakers, conditions."""

from collections.abc import Iterator

from oodaemon.dispatch.breakers import Step
from oodaemon.dispatch.site import (
    AUTH_REQUIRED,
    BREAKER,
    BROWSERS,
    DISK_LOW,
    DRAINING,
    DRIFT,
    RATE_LIMITED,
    SITE_BLOCKED,
    SITE_SLOW,
)
from oodaemon.failures.breaker import BreakerState
from oodaemon.metrics.families import Family, by, value, values
from oodaemon.metrics.scrape import SiteStatistics

SITE = "oo"
STATES = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}
KINDS = (AUTH_REQUIRED, SITE_BLOCKED, RATE_LIMITED, SITE_SLOW, DISK_LOW, DRAINING)
CAUSES = {SITE_BLOCKED: "unreachable", DRIFT: "drift", BREAKER: "breaker", BROWSERS: "browsers"}


def families(site: SiteStatistics) -> Iterator[Family]:
    """All of it; every label value exists from the start."""
    states = {step.value: BreakerState(site.breakers.get(step.value, BreakerState.CLOSED)) for step in Step}
    yield values("oodaemon_breaker_state", {(SITE, step): STATES[state] for step, state in states.items()})
    kinds = dict.fromkeys((*KINDS, *site.conditions))
    yield by("oodaemon_condition", {kind: site.conditions.get(kind, 0) for kind in kinds})
    yield by("oodaemon_site_blocked", {cause: int(key in site.blocks) for key, cause in CAUSES.items()})
    yield value("oodaemon_rate_tokens", site.pace.tokens)
    yield value("oodaemon_rate_share", site.pace.share)
    yield value("oodaemon_turn_wait_seconds", site.turn)
    yield value("oodaemon_recent_failures", site.pace.failures)
    yield value("oodaemon_action_delay_seconds", site.pace.delay)
