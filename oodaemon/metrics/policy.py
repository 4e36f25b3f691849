"""What is exported of the policy towards the site: pace, rate, breakers, conditions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily, Metric

from oodaemon.dispatch.breakers import Step
from oodaemon.dispatch.pace import PaceStatistics
from oodaemon.dispatch.site import AUTH_REQUIRED, DISK_LOW, DRAINING, RATE_LIMITED, SITE_BLOCKED, SITE_SLOW
from oodaemon.failures.breaker import BreakerState

SITE = "oo"
STATES = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}
KINDS = (AUTH_REQUIRED, SITE_BLOCKED, RATE_LIMITED, SITE_SLOW, DISK_LOW, DRAINING)


AT_REST = PaceStatistics(failures=0, delay=0.0, tokens=0.0, share=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatistics:
    """The policy at one moment: breakers by step, and how many conditions of each kind hold."""

    pace: PaceStatistics = AT_REST
    breakers: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, int] = field(default_factory=dict)


def families(site: SiteStatistics) -> Iterator[Metric]:
    """All of it; every label value exists from the start."""
    breakers = GaugeMetricFamily(
        "oodaemon_breaker_state", "Breaker of a step of the site: 0 closed, 1 half-open, 2 open.", labels=["site", "step"]
    )
    for step in Step:
        breakers.add_metric([SITE, step.value], STATES[BreakerState(site.breakers.get(step.value, BreakerState.CLOSED))])
    yield breakers
    conditions = GaugeMetricFamily("oodaemon_condition", "Conditions that hold, by kind.", labels=["kind"])
    for kind in dict.fromkeys((*KINDS, *site.conditions)):
        conditions.add_metric([kind], site.conditions.get(kind, 0))
    yield conditions
    yield GaugeMetricFamily("oodaemon_rate_tokens", "Backtests that may be started within this minute.", value=site.pace.tokens)
    yield GaugeMetricFamily("oodaemon_rate_share", "Part of the set rate that is allowed after rate limits.", value=site.pace.share)
    yield GaugeMetricFamily("oodaemon_recent_failures", "Recent failures that slow us down, 0 to 3.", value=site.pace.failures)
    yield GaugeMetricFamily(
        "oodaemon_action_delay_seconds", "Pause before an action that the site must answer.", value=site.pace.delay
    )
