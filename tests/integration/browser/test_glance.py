"""What is seen at a glance is what patience finds, and what is not plain is left to patience; and a backtest stays cheap."""

import pytest

from oodaemon.bridge.loop import call
from oodaemon.browser import glance, panel, quick, setting
from oodaemon.browser.glance import Shown
from oodaemon.browser.setting import Form
from oodaemon.parameters.form import Action, Choose, SetAny, SetField, SetToggle
from oodaemon.parameters.registry import discover
from oodaemon.practice.behaviour import Behaviour
from tests.bench.cost import MIXES, TEST, counted, order_of
from tests.integration.browser.bench import bench, patient, sign_in
from tests.integration.browser.test_controls import ENTRY, LEFT, PROFIT, TAKEN, open_form, opened

pytestmark = pytest.mark.browser

PLAIN = [action for action, _, _ in TAKEN if not isinstance(action, SetAny) and not getattr(action, "group", "")]
VIX = SetField(section=ENTRY, label="Max VIX", text="25")
NOT_PLAIN = {
    "two of it": "field.parentElement.after(field.parentElement.cloneNode(true), field.cloneNode(true))",
    "hidden": "field.style.visibility = 'hidden'",
    "without area": "field.parentElement.style.display = 'none'",
    "gone": "field.remove()",
    "two inputs": "field.append(field.firstElementChild.cloneNode(true))",
}
FIELD = "[...document.querySelectorAll('label')].find((l) => l.textContent.trim().startsWith('Max VIX')).nextElementSibling"
MOST = {"one number": 35, "five parameters": 52, "behind toggles": 76}
"""Messages of one backtest to the driver: 103, 242 and more when each control was asked one by one. Some are looks at a page
that is not there yet: more of them where the machine is busy.
"""


async def seen(form: Form, action: Action) -> list[Shown] | None:
    """Asyncio-flavoured."""
    where = glance.places(action, form.recordings)
    return await glance.look(form.page, form.recordings, where) if where else None


async def test_a_glance_and_patience_agree_on_every_kind_of_control() -> None:
    async with open_form() as (form, site):
        for action in PLAIN:
            await call(opened, form, site)
            for is_set in (False, True):
                if is_set:
                    await call(panel.fill, form.page, site, (action,))
                shown = await call(seen, form, action)
                assert shown is not None, action
                said = glance.difference(action, shown, form.recordings)
                assert said == await call(setting.difference, form, action), action
                assert bool(said) is not is_set, action


async def test_what_has_to_be_refused_is_left_alone() -> None:
    async with open_form() as (form, site):
        for action, _, _ in LEFT:
            await call(opened, form, site)
            before = await call(form.page.content)
            assert not await call(quick.perform, form.page, form.recordings, action), action
            assert await call(form.page.content) == before, action


@pytest.mark.parametrize("change", NOT_PLAIN)
async def test_what_is_not_plain_is_not_seen(change: str) -> None:
    async with open_form() as (form, site):
        await call(opened, form, site)
        assert await call(seen, form, VIX) is not None
        await call(form.page.evaluate, f"() => {{ const field = {FIELD}; {NOT_PLAIN[change]}; }}")
        shown = await call(seen, form, VIX)
        assert shown is None or shown[0].inside("input") is None


async def test_a_control_that_comes_late_is_waited_for() -> None:
    async with open_form() as (form, site):
        await call(opened, form, site)
        later = "const place = field.parentElement; field.remove(); setTimeout(() => place.append(field), 50)"
        await call(form.page.evaluate, f"() => {{ const field = {FIELD}; {later}; }}")
        assert await call(seen, form, VIX) is not None


async def test_other_kinds_of_locators_and_leg_groups_are_not_looked_at() -> None:
    async with open_form() as (form, _):
        known = form.recordings
        fields = {**known.fields, (ENTRY, "Max VIX"): ("aria/Max VIX",), (ENTRY, "Use VIX"): ("div > button",)}
        known = type(known)(**{name: getattr(known, name) for name in known.__slots__} | {"fields": fields})
        for action in (
            VIX,
            SetToggle(section=ENTRY, caption="Use VIX"),
            SetField(section=PROFIT, label="x", text="1", group="Put"),
        ):
            assert glance.places(action, known) is None
        assert glance.places(Choose(section=ENTRY, label="Breakout Condition", option="x"), known) is not None


@pytest.mark.parametrize("mix", MIXES)
async def test_a_backtest_takes_few_messages(mix: str) -> None:
    async with bench(Behaviour(run_seconds=(0.2, 0.2), popup_delay=0.02, hydration=0)) as at:
        patient(at, nothing=40)  # the site works out its figures in this very process
        await sign_in(at)
        order = order_of(discover([]), MIXES[mix](3))
        with counted() as counts:
            saved = await at.tab.prepare(f"/test/{TEST.id}", order)
            await at.tab.run(order, saved, [])
        assert counts.sent.total() <= MOST[mix], counts.sent
