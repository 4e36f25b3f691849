"""The leg builder: setting a cell of the legs a filter takes. Asyncio-flavoured."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from playwright.async_api import Locator, Page

from oodaemon.browser import locate, state
from oodaemon.browser.content import is_negative
from oodaemon.browser.proof import Leg, is_same_number, legs_of
from oodaemon.browser.recordings import Recordings
from oodaemon.failures.site import Drifted, NotApplicable, Refused
from oodaemon.parameters.form import LegFilter, SetLegs

Rows = Sequence[Mapping[str, Any]]
"""The rows of the leg builder, as the state of a page holds them."""


async def rows_of(page: Page, recordings: Recordings) -> Rows:
    """The rows of the leg builder now."""
    rows: Rows = (await state.read(page, recordings))["panelLegs"]
    return rows


def taken(rows: Rows, wanted: LegFilter) -> list[Leg]:
    """The legs a filter takes. Raises NotApplicable when it takes none, Drifted when the panel shows no leg at all."""
    if not rows:
        raise Drifted(
            'no leg rows are found in "Strategy"; if the site changed them, mend panel.leg_rows in recordings/selectors.json'
        )
    found = [leg for leg in legs_of(rows) if leg.is_taken_by(wanted)]
    if not found:
        raise NotApplicable(f"the test has no {wanted}")
    return found


async def set_legs(page: Page, panel: Locator, recordings: Recordings, action: SetLegs) -> None:
    """Type the text into the cell of every leg the filter takes.

    Raises NotApplicable when it takes none, Refused for a cell that cannot be set.
    """
    limit = recordings.timing["field"] * 1000
    rows: Sequence[Locator] = ()
    for leg in taken(await rows_of(page, recordings), action.legs):
        cell, text = _cell(leg, action)
        if is_same_number(text, Decimal(_wanted(text, action))):
            continue
        rows = rows or await locate.many(panel, recordings.locator("panel", "leg_rows"))
        field = rows[leg.position].locator("input").nth(cell)
        if await field.is_disabled(timeout=limit):
            raise Refused(f"the {action.cell} of leg {leg.position + 1} cannot be set: the form has it disabled")
        await field.fill(_wanted(text, action), timeout=limit)
        await field.blur(timeout=limit)


def differing(rows: Rows, action: SetLegs) -> str:
    """What a leg shows instead of the value asked for, as a clause; empty when all of them show it. Raises as `taken` does."""
    for leg in taken(rows, action.legs):
        _, text = _cell(leg, action)
        if not is_same_number(text, Decimal(_wanted(text, action))):
            what = f"a {action.legs}" if action.cell == "value" else f"the {action.cell} of a {action.legs}"
            return f"{what} was set to {action.text}, the form shows {text!r}"
    return ""


def _cell(leg: Leg, action: SetLegs) -> tuple[int, str]:
    found = leg.place(action.cell)
    if found is None:
        raise Refused(f"leg {leg.position + 1} has no {action.cell}")
    return found


def _wanted(shown: str, action: SetLegs) -> str:
    return f"-{action.text}" if action.keeps_sign and is_negative(shown) else action.text
