"""Does an open panel hold the saved test by now? Until the site has filled it, it shows other legs or none. Asyncio-flavoured."""

import time
from collections.abc import Sequence

from playwright.async_api import Page

from oodaemon.browser import inpage, panel, state
from oodaemon.browser.content import is_same
from oodaemon.browser.locate import UNHEARD
from oodaemon.browser.proof import OTHERS, Leg, legs_of
from oodaemon.browser.session import Site
from oodaemon.browser.setting import Form
from oodaemon.failures.site import Drifted, PanelStuck


def is_prefilled(shown: state.State) -> bool:
    """False while the panel shows other legs than the saved test below it. A test whose page shows no legs proves nothing."""
    saved, now = legs_of(shown["legs"]), legs_of(shown["panelLegs"])
    return not saved or (len(saved) == len(now) and all(any(_is_like(leg, other) for other in now) for leg in saved))


async def wait(page: Page, site: Site) -> state.State:
    """Wait until the panel shows the legs of the saved test, and remember what it holds then; the state of the page.

    Legs that are as many and only written in another way are left to what compares the result. Raises PanelStuck for a panel that
    keeps other legs, Drifted for one that shows none.
    """
    end, seen = time.monotonic() + site.recordings.timing["field"], None
    while not is_prefilled(shown := await state.read(page, site.recordings)) and time.monotonic() < end:
        seen = await inpage.changes(page, seen, patience=UNHEARD)
    _check(legs_of(shown["legs"]), legs_of(shown["panelLegs"]))
    await panel.stand_still(page, site)
    await panel.remember(Form(page, site.recordings))
    return await state.read(page, site.recordings)


def _check(saved: Sequence[Leg], now: Sequence[Leg]) -> None:
    if not now:
        raise Drifted(
            'no leg rows are found in "Strategy"; if the site changed them, mend panel.leg_rows in recordings/selectors.json'
        )
    if len(saved) != len(now):
        raise PanelStuck(f"the New Backtest panel shows {len(now)} legs, the saved test {len(saved)}")


def _is_like(saved: Leg, now: Leg) -> bool:
    """True unless both say something, and not the same, about the leg; a distance may be written without its sign."""
    words = [(saved.side, now.side), (saved.right, now.right), (saved.unit, now.unit)]
    cells = [(saved.text, now.text), *((saved.others.get(name, (0, ""))[1], now.others.get(name, (0, ""))[1]) for name in OTHERS)]
    return all(not a or not b or a == b for a, b in words) and all(
        not a or is_same(a.lstrip("-+"), b.lstrip("-+")) for a, b in cells
    )
