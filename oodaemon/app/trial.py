"""Trying parameters out: each sets three values on a practice site through Chromium, runs them, and is held to the truth."""

import dataclasses
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import trio

from oodaemon.app.expected import Unreachable, expected_state, legs_of
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
from oodaemon.model.values import Value
from oodaemon.parameters import contract
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.registry import Registry
from oodaemon.plans.axes import Fixed, Swept, product
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
SHORT = Fixed("start_date", "2025-05-12")
"""Fixed beside every parameter but the dates themselves, so that a backtest takes tens of milliseconds."""


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
    waiting, verdicts = list(reversed(chosen)), []

    async def work(bench: _Bench) -> None:
        while waiting:
            verdict = await _try(bench, waiting.pop())
            verdicts.append(verdict)
            setup.report(verdict)

    async with _benches(min(TABS, len(chosen)), registry, setup) as benches, trio.open_nursery() as nursery:
        for bench in benches:
            nursery.start_soon(work, bench)
    return not any(verdict.problems for verdict in verdicts)


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


async def _try(bench: _Bench, parameter: Parameter) -> Verdict:
    tried, problems = [], []
    try:
        contract.check(parameter)
        examples = contract.examples(parameter)
    except AssertionError as error:
        return Verdict(parameter.name, (), (str(error),))
    for value, options in examples:
        tried.append(" ".join([value, *(f"{name}={text}" for name, text in options.items())]))
        try:
            problems += [f"{tried[-1]}: {problem}" for problem in await _try_patiently(bench, parameter, value, options)]
        except (OODaemonError, Unreachable) as error:
            problems.append(f"{tried[-1]}: {error}")
    return Verdict(parameter.name, tuple(tried), tuple(problems))


async def _try_patiently(bench: _Bench, parameter: Parameter, value: str, options: Mapping[str, str]) -> list[str]:
    for _ in range(CHANCES - 1):
        try:
            return await _try_one(bench, parameter, value, options)
        except SiteFailure as error:
            if error.failure_class in FINAL:
                raise
    return await _try_one(bench, parameter, value, options)


async def _try_one(bench: _Bench, parameter: Parameter, value: str, options: Mapping[str, str]) -> list[str]:
    fixed = () if parameter.section == "Dates" else (SHORT,)
    (values,) = product([Swept(parameter.name, (value,), options)], fixed, bench.registry)
    test = _suitable(values, bench.registry)
    actions = bench.registry.actions(values)
    order = Order(actions, bench.registry.expectations(values))
    wanted = Form.from_state(expected_state(test.form.to_state(), actions))
    saved = await bench.tab.prepare(f"/test/{test.id}", order)
    outcome = await bench.tab.run(order, saved, ())
    form = [run.form for run in bench.site.runs if run.session.number == bench.session][-1]
    problems = []
    if form != wanted:
        problems.append(f"the site received another form than was asked for: {_difference(form, wanted)}")
    if form == test.form:
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


def _suitable(values: Mapping[str, Value], registry: Registry) -> SavedTest:
    """The first saved test to which a setting applies. Raises Unreachable when there is none."""
    _add_percent_test()
    reason = ""
    for test in SAVED_TESTS.values():
        reason = registry.obstacle(values, legs_of(test.form))
        if not reason and figures(test.form).trades:
            return test
    raise Unreachable(f"no test of the practice site suits it: {reason}")


def _add_percent_test() -> None:
    """The account's own tests price no leg in percent; the checks need one that does."""
    name, base = "percentOutOfTheMoney", next(iter(SAVED_TESTS.values()))
    if any(leg.unit == "%" for test in SAVED_TESTS.values() for leg in test.form.legs):
        return
    legs = Leg(side="Sell", right="Put", value=0.75, unit="%"), Leg(side="Buy", right="Put", value=1.5, unit="%")
    form = Form(start_date=base.form.start_date, end_date=base.form.end_date, legs=legs, allocation=5, stop_loss=200)
    test = SavedTest(id=name, name="Percent Put Spread", description="Legs by their distance.", form=form)
    cast("dict[str, SavedTest]", SAVED_TESTS)[name] = test
