"""Trying parameters out: each sets three values on a practice site through Chromium, runs them, and is held to the truth.

Those that can share a backtest do; see `together`.
"""

import dataclasses
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path
from typing import cast

import trio

from oodaemon.app.expected import Unreachable, expected_state
from oodaemon.app.together import Trial, batch_of, shares
from oodaemon.bridge.loop import open_loop
from oodaemon.browser import engine, recordings
from oodaemon.browser.backtest import Order
from oodaemon.browser.driver import open_chromium, open_driver
from oodaemon.browser.session import Credentials
from oodaemon.browser.session import Site as Seen
from oodaemon.browser.tab import StoredSession, Tab, open_tab
from oodaemon.errors import InvalidArgument, OODaemonError
from oodaemon.failures.site import SiteFailure
from oodaemon.model.tasks import FailureClass
from oodaemon.parameters import contract
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.registry import Registry
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS, SavedTest
from oodaemon.practice.form import Form, Leg
from oodaemon.practice.serve import serve
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site
from oodaemon.practice.truth import figures

TABS, CHANCES = 3, 3
FINAL = frozenset({FailureClass.SITE_ERROR, FailureClass.MISMATCH, FailureClass.BROWSER, FailureClass.BUG})
"""What another try would not change. The rest may come of a machine that was busy."""
QUICK = {"form_still": 0.15, "quiet_after_popup": 0.4, "quiet_without_popup": 1.2, "saved_still": 0.1}
"""Seconds; the practice site without faults needs no more patience than this."""
BEHAVIOUR = Behaviour(run_seconds=(0.25, 0.25), popup_delay=0.02, hydration=0.05)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one parameter. `problems` has one sentence each; none: it holds."""

    name: str
    tried: tuple[str, ...]
    problems: tuple[str, ...]


def check(names: Sequence[str], registry: Registry, folder: Path, *, chromium: str, report: Callable[[Verdict], None]) -> bool:
    """Check parameters (all when none is named) and report each; True when all hold. `folder` has the recordings.

    Raises InvalidArgument for an unknown name, ConfigurationError for a missing browser.
    """
    chosen = [_known(name, registry) for name in names] or list(registry)
    return trio.run(_check, chosen, registry, _Setup(folder, chromium, report))


def _known(name: str, registry: Registry) -> Parameter:
    found = registry.get(name)
    if found is None:
        near = registry.suggestion(name)
        raise InvalidArgument.of(name, f"there is no such parameter{f'; did you mean {near}?' if near else ''}")
    return found


@dataclass(frozen=True, slots=True)
class _Setup:
    folder: Path
    chromium: str
    report: Callable[[Verdict], None]


@dataclass(slots=True)
class _Bench:
    """A signed-in tab; `session` is its number on the site, by which its runs are known."""

    tab: Tab
    site: Site
    session: int
    registry: Registry


async def _check(chosen: Sequence[Parameter], registry: Registry, setup: _Setup) -> bool:
    open_ones = {parameter.name: _Open(parameter) for parameter in chosen}
    rounds = zip_longest(*(one.trials for one in open_ones.values()))
    waiting = shares(([trial for trial in trials if trial] for trials in rounds), _tests(), registry)[::-1]
    is_good = True

    async def work(bench: _Bench) -> None:
        nonlocal is_good
        while waiting:
            for trial, problems in (await _try_together(bench, waiting.pop())).items():
                one = open_ones[trial.parameter.name]
                one.found[trial] = problems
                if len(one.found) == len(one.trials):
                    is_good &= not (verdict := one.verdict()).problems
                    setup.report(verdict)

    for one in open_ones.values():
        if not one.trials:
            is_good = False
            setup.report(one.verdict())
    async with _benches(min(TABS, len(waiting)), registry, setup) as benches, trio.open_nursery() as nursery:
        for bench in benches:
            nursery.start_soon(work, bench)
    return is_good


class _Open:
    """A parameter whose trials are under way; without trials it broke its contract."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter, self.broken = parameter, ""
        self.trials: tuple[Trial, ...] = ()
        self.found: dict[Trial, list[str]] = {}
        try:
            contract.check(parameter)
            self.trials = tuple(Trial(parameter, value, options) for value, options in contract.examples(parameter))
        except AssertionError as error:
            self.broken = str(error)

    def verdict(self) -> Verdict:
        """What came of it, in the order of the trials."""
        problems = [f"{trial}: {problem}" for trial in self.trials for problem in self.found[trial]]
        return Verdict(self.parameter.name, tuple(map(str, self.trials)), (self.broken,) if self.broken else tuple(problems))


@cache
def _tests() -> tuple[SavedTest, ...]:
    """The saved tests whose backtests trade."""
    _add_percent_test()
    return tuple(test for test in SAVED_TESTS.values() if figures(test.form).trades)


@asynccontextmanager
async def _benches(count: int, registry: Registry, setup: _Setup) -> AsyncIterator[list[_Bench]]:
    looks = recordings.load(setup.folder)
    looks = dataclasses.replace(looks, timing={**looks.timing, **QUICK})
    site = Site(BEHAVIOUR)
    async with open_loop(lambda _: None), trio.open_nursery() as nursery:
        port = await nursery.start(partial(serve, site))
        seen = Seen(f"http://127.0.0.1:{port}", looks)
        async with AsyncExitStack() as stack:
            driver = await stack.enter_async_context(open_driver())
            how = engine.choose(driver.playwright, setup.chromium, is_headless=True)
            browser = await stack.enter_async_context(open_chromium(driver, how))
            benches = []
            for number in range(1, count + 1):
                tab = await stack.enter_async_context(open_tab(browser, seen, StoredSession()))
                await tab.sign_in(Credentials(PRACTICE_EMAIL, PRACTICE_PASSWORD))
                benches.append(_Bench(tab, site, number, registry))
            yield benches
        nursery.cancel_scope.cancel()


async def _try_together(bench: _Bench, trials: tuple[Trial, ...]) -> dict[Trial, list[str]]:
    """The problems of each trial; those that do not hold together are tried one by one."""
    try:
        problems = await _try_patiently(bench, trials)
    except (OODaemonError, Unreachable) as error:
        problems = [str(error)]
    if problems and len(trials) > 1:
        return {trial: (await _try_together(bench, (trial,)))[trial] for trial in trials}
    return dict.fromkeys(trials, problems)


async def _try_patiently(bench: _Bench, trials: tuple[Trial, ...]) -> list[str]:
    for _ in range(CHANCES - 1):
        try:
            return await _try_once(bench, trials)
        except SiteFailure as error:
            if error.failure_class in FINAL:
                raise
    return await _try_once(bench, trials)


async def _try_once(bench: _Bench, trials: tuple[Trial, ...]) -> list[str]:
    batch = batch_of(trials, _tests(), bench.registry)
    test, actions = batch.test, bench.registry.actions(batch.values)
    order = Order(actions, bench.registry.expectations(batch.values))
    wanted = Form.from_state(expected_state(test.form.to_state(), actions))
    saved = await bench.tab.prepare(f"/test/{test.id}", order)
    outcome = await bench.tab.run(order, saved, ())
    form = [run.form for run in bench.site.runs if run.session.number == bench.session][-1]
    problems = []
    if form != wanted:
        problems.append(f"the site received another form than was asked for: {_difference(form, wanted)}")
    untouched = test.form if batch.fixed is None else dataclasses.replace(test.form, start_date=form.start_date)
    if form == untouched:
        problems.append("the site received the form of the saved test, unchanged")
    truth = {name: number for name, number in (await bench.site.figures(form)).metrics().items() if number is not None}
    shown = {name: number for name, number in outcome.figures.metrics.items() if name in truth}
    if shown != truth:
        problems.append(f"the figures {shown} are not the truth of that form, {truth}")
    return problems


def _difference(form: Form, wanted: Form) -> str:
    got, asked = form.to_state(), wanted.to_state()
    return "; ".join(
        f"{key} is {json.dumps(got.get(key), ensure_ascii=False)} instead of {json.dumps(text, ensure_ascii=False)}"
        for key, text in asked.items()
        if got.get(key) != text
    )


def _add_percent_test() -> None:
    """The account's own tests price no leg in percent; the checks need one that does."""
    name, base = "percentOutOfTheMoney", next(iter(SAVED_TESTS.values()))
    if any(leg.unit == "%" for test in SAVED_TESTS.values() for leg in test.form.legs):
        return
    legs = Leg(side="Sell", right="Put", value=0.75, unit="%"), Leg(side="Buy", right="Put", value=1.5, unit="%")
    form = Form(start_date=base.form.start_date, end_date=base.form.end_date, legs=legs, allocation=5, stop_loss=200)
    test = SavedTest(id=name, name="Percent Put Spread", description="Legs by their distance.", form=form)
    cast("dict[str, SavedTest]", SAVED_TESTS)[name] = test
