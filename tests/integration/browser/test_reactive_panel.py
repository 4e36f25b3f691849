"""Every kind of parameter on a panel that is built again after each change, takes values late and writes them in its own way."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from oodaemon.app.parts import CHECKOUT
from oodaemon.bridge.loop import call
from oodaemon.browser import panel, recordings
from oodaemon.browser import session as sessions
from oodaemon.browser.driver import open_driver
from oodaemon.browser.tab import StoredSession, Tab, open_tab
from oodaemon.failures.site import NotApplicable
from oodaemon.parameters.form import Action
from oodaemon.parameters.layout import in_order
from oodaemon.parameters.registry import discover
from tests.integration.browser.support import browser, on_loop

pytestmark = pytest.mark.browser

PAGE = Path(__file__).with_name("reactive.html")
CASES: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
    ("start_date", "2023-01-03", {}, {"from": "01/03/2023"}),
    ("end_date", "2025-11-03", {}, {"to": "11/03/2025"}),
    ("ticker", "SPY", {}, {"ticker": "SPY"}),
    ("allocation", "12.5", {}, {"allocation": "12.5"}),
    ("max_open", "3", {}, {"open": "3"}),
    ("max_contracts", "1500", {}, {"contracts": "1500"}),
    ("entry_time", "09:45", {}, {"time": "09:45"}),
    ("frequency", "Specific Dates", {"dates": "2025-10-06,2025-10-22"}, {"dates": "2025-10-06,2025-10-22"}),
    ("weekday", "Friday", {}, {"frequency": "Weekly", "days": ["F"]}),
    ("vix", "20", {}, {"vix": True, "maxVix": "20"}),
    ("vix", "15", {"bound": "min"}, {"vix": True, "minVix": "15"}),
    ("vix_overnight_move", "0.08", {"bound": "min"}, {"MinOvernightUp": "0.08"}),
    ("vix_intraday_move", "0.5", {"direction": "down"}, {"MaxIntradayDown": "0.5"}),
    ("rsi", "70", {}, {"ta": True, "maxRsi": "70", "xta": False}),
    ("gap", "0.15", {"bound": "min"}, {"gaps": True, "MinGapUp": "0.15"}),
    ("intraday_move", "0.3", {"direction": "down"}, {"MaxMoveDown": "0.3"}),
    ("orb_end", "10:00", {"condition": "Low-Only"}, {"orbEnd": "10:00", "condition": "Low-Only"}),
    ("profit_target", "30", {}, {"pt": "30", "ptu": "%"}),
    ("profit_target", "5", {"unit": "$"}, {"pt": "5", "ptu": "$"}),
    ("stop_loss", "185", {}, {"sl": "185"}),
    (
        "exit_time",
        "14:45",
        {"exit_type": "MIT", "number": "90"},
        {"early": True, "kind": "MIT", "number": "90", "exitTime": "14:45"},
    ),
    ("exit_vix", "0.3", {}, {"xvix": True, "xVIXDown": "0.3", "vix": False}),
    ("exit_rsi", "65", {}, {"xta": True, "xmaxRsi": "65", "ta": False}),
    ("underlying_movement", "0.75", {}, {"xDown": "0.75"}),
    ("underlying_movement", "-10", {"exit": "put_tested"}, {"put": True, "putAt": "-10", "call": False}),
    ("exit_delta", "-15", {}, {"below": "-15"}),
    ("leg_delta_exit", "45", {"leg": "Leg 2"}, {"leg": "Leg 2", "legAbove": "45"}),
    ("short_long_ratio", "0.8", {"exit": "moves_down"}, {"ratio Moves Down": "0.8"}),
    ("opening_fees", "0.5", {}, {"openFee": "0.5", "closeFee": "1.19"}),
    ("entry_slippage", "0.1", {}, {"slip": True, "entrySlip": "0.1"}),
    ("entry_premium", "2.5", {"bound": "min", "kind": "debit"}, {"minPremium": "2.5", "credit": "Debit"}),
    ("entry_sl_ratio", "1.5", {"bound": "min"}, {"minSl": "1.5"}),
    ("field", "17.5", {"at": "Entry Conditions/Max VIX", "toggle": "Use VIX"}, {"maxVix": "17.5"}),
    ("field", "on", {"at": "Misc./Close Open Trades on Test Completion"}, {"close": True}),
    ("field", "25", {"at": "Strategy/Round Strikes to Nearest"}, {"round": True, "roundTo": "25"}),
]
"""Parameter, value, options, and what the page must have taken."""


def actions_of(name: str, value: str, options: dict[str, str]) -> tuple[Action, ...]:
    parameter = discover().get(name)
    assert parameter is not None
    setting = parameter.setting(value, options)
    return in_order([[*parameter.opens(setting), *parameter.actions(setting)]])


@asynccontextmanager
async def open_page() -> AsyncIterator[Tab]:
    site = sessions.Site("http://127.0.0.1", recordings.load(CHECKOUT))
    async with (
        on_loop(),
        open_driver() as driver,
        browser(driver) as chromium,
        open_tab(chromium, site, StoredSession()) as tab,
    ):
        yield tab


async def filled(tab: Tab, actions: tuple[Action, ...], quirks: dict[str, Any], model: dict[str, Any]) -> dict[str, Any]:
    """Asyncio-flavoured: what the page holds after its panel was opened and filled."""
    head = f"<script>window.QUIRKS = {json.dumps(quirks)}; window.MODEL = {json.dumps(model)};</script>"
    await tab.page.set_content(PAGE.read_text("utf-8").replace("<style>", head + "<style>", 1))
    await tab.page.evaluate("() => { window.__ooFresh = undefined; }")
    await panel.open_panel(tab.page, tab.site)
    await panel.fill(tab.page, tab.site, actions)
    shown: dict[str, Any] = await tab.page.evaluate("() => window.model")
    return shown


def plain(value: Any) -> Any:
    """What the page took, without its way of writing numbers and lists."""
    bare = value.replace(",", "").replace(" ", "") if isinstance(value, str) else value
    try:
        return Decimal(bare) if isinstance(bare, str) else bare
    except InvalidOperation:
        return bare


KINDS = {"end_date", "ticker", "weekday", "vix", "vix_overnight_move", "exit_time", "exit_vix", "entry_premium", "field"}
QUIRKS: list[tuple[dict[str, Any], set[str]]] = [
    ({"portal": 1, "variant": 2025, "unit": "append"}, {*KINDS, "max_open", "underlying_movement"}),
    ({"unit": "none", "late": 300, "normalises": 1}, {"frequency", "max_contracts", "profit_target", "exit_vix", "rsi"}),
    ({"wraps": 1, "buttonsFirst": 1, "shy": 1}, {"underlying_movement", "entry_premium", "ticker", "field"}),
    ({"legs": "table", "hydrates": 900, "mute": 1}, {"frequency", "start_date", "exit_time", "allocation"}),
]


@pytest.mark.parametrize(("quirks", "names"), QUIRKS)
async def test_parameters_are_set_whatever_the_panel_does(room: Path, quirks: dict[str, Any], names: set[str]) -> None:
    async with open_page() as tab:
        done: set[tuple[str, str]] = set()
        for name, value, options, expected in CASES:
            kind = options.get("at", options.get("exit", ""))
            if name in names and (name, kind) not in done:
                done.add((name, kind))
                shown = await call(filled, tab, actions_of(name, value, options), quirks, {})
                assert {key: plain(shown.get(key)) for key in expected} == {key: plain(want) for key, want in expected.items()}, (
                    name
                )


async def test_every_leg_of_a_table_is_set(room: Path) -> None:
    async with open_page() as tab:
        shown = await call(filled, tab, actions_of("quantity", "3", {}), {"legs": "table"}, {})
    assert [leg["qty"] for leg in shown["legs"]] == ["3", "3", "3"]


async def test_a_unit_that_cannot_be_chosen_is_never_taken_for_another(room: Path) -> None:
    async with open_page() as tab:
        with pytest.raises(NotApplicable, match="has no choice of units: it is %, not pts"):
            await call(filled, tab, actions_of("exit_vix", "0.3", {"unit": "pts"}), {"unit": "append"}, {})
