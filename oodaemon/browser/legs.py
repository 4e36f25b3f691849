"""The leg builder: setting the value of the legs a filter takes. Asyncio-flavoured."""

from decimal import Decimal

from playwright.async_api import Locator, Page

from oodaemon.browser import locate, state
from oodaemon.browser.proof import Leg, is_same_number, legs_of
from oodaemon.browser.recordings import Recordings
from oodaemon.failures.site import Drifted, Refused
from oodaemon.parameters.form import LegFilter, SetLegs


async def _taken(page: Page, recordings: Recordings, wanted: LegFilter) -> list[Leg]:
    rows = (await state.read(page, recordings))["panelLegs"]
    if not rows:
        raise Drifted(
            'no leg rows are found in "Strategy"; if the site changed them, mend panel.leg_rows in recordings/selectors.json'
        )
    taken = [leg for leg in legs_of(rows) if leg.is_taken_by(wanted)]
    if not taken:
        raise Refused(f"the test has no {wanted}")
    return taken


async def set_legs(page: Page, panel: Locator, recordings: Recordings, action: SetLegs) -> None:
    """Type the value into every leg the filter takes. Raises Refused when it takes none."""
    for leg in await _taken(page, recordings, action.legs):
        rows = await locate.many(panel, recordings.locator("panel", "leg_rows"))
        field = rows[leg.position].locator("input").nth(leg.cell)
        await field.fill(action.text, timeout=recordings.timing["field"] * 1000)
        await field.blur(timeout=recordings.timing["field"] * 1000)


async def differing(page: Page, recordings: Recordings, action: SetLegs) -> str:
    """What a leg shows instead of the value asked for, as a clause; empty when all of them show it."""
    taken = await _taken(page, recordings, action.legs)
    wrong = [leg for leg in taken if not is_same_number(leg.text, Decimal(action.text))]
    return f"a {action.legs} was set to {action.text}, the form shows {wrong[0].text!r}" if wrong else ""
