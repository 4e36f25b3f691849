"""Browsers & recovery: what fails, what is restarted, how gently the site is asked."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from grafana.generate.panels import GREEN, ORANGE, RED, YELLOW, Query, bars, blank, fill, lines, now, number, rate, states

STATES = {"0": ("closed", GREEN), "1": ("half-open", YELLOW), "2": ("open", RED)}
TROUBLE = ((None, GREEN), (1.0, RED))


def dashboard() -> Dashboard:
    """Built anew."""
    board = blank(
        "oodaemon-browsers", "oodaemon · Browsers & recovery", "What fails, what is restarted, how gently the site is asked."
    )
    return fill(board, {"Browsers": _browsers(), "Restarts": _restarts(), "The site": _site(), "What is left behind": _left()})


def _browsers() -> list[object]:
    return [
        number(
            "Up", "Browsers that can take tasks.", now('sum(oodaemon_browsers{$S, state="up"})'), steps=((None, RED), (1, GREEN))
        ),
        number(
            "Set aside",
            "Browsers that failed too often; each is tried again by itself.",
            now('sum(oodaemon_browsers{$S, state="quarantined"})'),
            steps=TROUBLE,
        ),
        number(
            "Memory",
            "Of all browsers; pages that processes share count more than once.",
            now("sum(oodaemon_browser_resident_bytes{$S})"),
            unit="bytes",
        ),
        number(
            "Oldest",
            "The browser that has been up longest; it is replaced after about 12 hours.",
            now("max(oodaemon_browser_age_seconds{$S})"),
            unit="dtdurations",
        ),
        number(
            "Failures, 1 h",
            "Failures of supervised actors within the last hour, also those that cost nothing.",
            now("sum(increase(oodaemon_actor_restarts_total{$S}[1h]))"),
            steps=((None, GREEN), (3, ORANGE), (20, RED)),
        ),
        number(
            "Cannot be killed",
            "Processes of older starts that outlive SIGKILL.",
            now("sum(oodaemon_leftover_processes{$S})"),
            steps=TROUBLE,
        ),
        lines(
            "Browsers by state",
            "How many are where.",
            [Query("sum by (state) (oodaemon_browsers{$S})", "{{state}}")],
            is_stacked=True,
        ),
        lines(
            "Memory by browser",
            "All processes of each, weighed once a minute; above 3000 MiB it is replaced between two tasks.",
            [Query("max by (instance, browser) (oodaemon_browser_resident_bytes{$S})", "browser {{browser}}")],
            unit="bytes",
            steps=((None, GREEN), (3000 * 2**20, ORANGE)),
        ),
        lines(
            "Age by browser",
            "Falls to zero when a browser is replaced.",
            [Query("max by (instance, browser) (oodaemon_browser_age_seconds{$S})", "browser {{browser}}")],
            unit="dtdurations",
        ),
        lines(
            "Leases",
            "Tasks in the hands of browsers, before and after the Run click.",
            [Query("sum by (state) (oodaemon_leases{$S})", "{{state}}")],
            is_stacked=True,
        ),
    ]


def _restarts() -> list[object]:
    return [
        lines(
            "Failures of actors per minute",
            "By class.",
            [Query(rate("oodaemon_actor_restarts_total", "class") + " * 60", "{{class}}")],
        ),
        lines(
            "Starts of actors per minute",
            "By actor, the first start included.",
            [Query(rate("oodaemon_actor_starts_total", "actor") + " * 60", "{{actor}}")],
        ),
        lines(
            "Budget used in a minute",
            "Failures of the worst class of each actor; with the sixth it is set aside.",
            [Query('max by (actor) (oodaemon_actor_budget_used{$S, window="burst"})', "{{actor}}")],
            steps=((None, GREEN), (5, RED)),
        ),
        lines(
            "Budget used in an hour",
            "Failures of the worst class of each actor; with the twenty-first it is set aside.",
            [Query('max by (actor) (oodaemon_actor_budget_used{$S, window="sustained"})', "{{actor}}")],
            steps=((None, GREEN), (20, RED)),
        ),
    ]


def _site() -> list[object]:
    yes = {"0": ("no", GREEN), "1": ("yes", RED)}
    return [
        states(
            "Steps of the site",
            "The breaker of each: open means that it failed for everybody, also for the saved test as it stands.",
            Query("max by (step) (oodaemon_breaker_state{$S})", "{{step}}"),
            STATES,
        ),
        states(
            "Blocked because of", "Why nothing was leased.", Query("max by (cause) (oodaemon_site_blocked{$S})", "{{cause}}"), yes
        ),
        lines(
            "Backtests that may start",
            "Within this minute, by the rate of the account.",
            [Query("min by (instance) (oodaemon_rate_tokens{$S})", "{{instance}}")],
        ),
        lines(
            "Part of the rate that is allowed",
            "Halved each time the site asks to slow down, and back by a tenth a minute.",
            [Query("min by (instance) (oodaemon_rate_share{$S})", "{{instance}}")],
            unit="percentunit",
        ),
        lines(
            "Waits for the site",
            "The pause before each action, and the time to the next Run click.",
            [
                Query("max(oodaemon_action_delay_seconds{$S})", "before an action"),
                Query("max(oodaemon_turn_wait_seconds{$S})", "to the next Run click"),
            ],
            unit="s",
        ),
        lines(
            "Recent failures of the site",
            "0 to 3; with three, one browser asks alone.",
            [Query("max by (instance) (oodaemon_recent_failures{$S})", "{{instance}}")],
            steps=((None, GREEN), (3, ORANGE)),
        ),
    ]


def _left() -> list[object]:
    worst = "topk(10, sum by (locator) (increase(oodaemon_locator_fallbacks_total{$S}[$__range])))"
    return [
        bars(
            "Locators that fell back",
            "Elements found only by a later alternative: the site is moving. The ten with most, in the time shown.",
            now(worst, "{{locator}}"),
        ),
        lines(
            "Evidence",
            "What the evidence of failed attempts takes on disk.",
            [Query("max by (instance) (oodaemon_evidence_bytes{$S})", "{{instance}}")],
            unit="bytes",
        ),
    ]
