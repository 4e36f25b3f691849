"""Where the controls of the panel are: by section, leg group, and label or caption. Asyncio-flavoured."""

from collections.abc import Sequence

from playwright.async_api import Locator, Page

from oodaemon.browser import inpage, locate
from oodaemon.browser.locate import Named
from oodaemon.browser.recordings import Recordings
from oodaemon.failures.site import Drifted, NotApplicable


async def panel(page: Page, recordings: Recordings) -> Locator:
    """The open New Backtest panel."""
    return await locate.one(page, recordings.locator("panel", "dialog"), Named("New Backtest"))


async def control(page: Page, recordings: Recordings, place: tuple[str, str, str], *, scheme: str = "label") -> Locator:
    """What stands beside a label, or a toggle or button itself; `place` is section, name and leg group.

    Raises Drifted when it is not there, NotApplicable when the test has it once per leg group and none is named.
    """
    section, name, group = place
    root = await panel(page, recordings)
    headed = await _section(root, recordings, section, group)
    alternatives = recordings.field(section, name, scheme)
    await locate.appears(headed, alternatives, timeout=recordings.timing["field"])
    return await _of_group(headed, alternatives, Named(name, section), recordings, group)


async def scheme_of(page: Page, recordings: Recordings, place: tuple[str, str, str]) -> str:
    """How a control of unknown kind is named: by a label, else by the caption of a toggle. It may come late."""
    section, name, group = place
    headed = await _section(await panel(page, recordings), recordings, section, group)
    labels, toggles = (recordings.field(section, name, scheme) for scheme in ("label", "toggle"))
    await locate.appears(headed, (*labels, *toggles), timeout=recordings.timing["field"])
    return "toggle" if not await locate.many(headed, labels) and await locate.many(headed, toggles) else "label"


async def _section(root: Locator, recordings: Recordings, name: str, group: str) -> Locator:
    named = Named(name, "New Backtest")
    alternatives = recordings.section(name)
    if group and not await locate.many(root, alternatives):
        for heading in (f"{name} - {group}", f"{name}: {group}", f"{name} ({group})", f"{group} - {name}"):
            if found := await locate.many(root, recordings.section(heading)):
                return found[0]
    return await _of_group(root, alternatives, named, recordings, group)


async def _of_group(scope: Locator, alternatives: Sequence[str], named: Named, recordings: Recordings, group: str) -> Locator:
    """The one element that is meant; of several, that of the leg group."""
    try:
        found = await locate.one(scope, alternatives, named)
    except Drifted:
        several = await locate.many(scope, alternatives)
        if len(several) < 2:
            raise
        return await _chosen(several, named, recordings, group)
    if group:
        await _check_group(found, named, recordings, group)
    return found


async def _chosen(several: Sequence[Locator], named: Named, recordings: Recordings, group: str) -> Locator:
    handles = [await one.element_handle() for one in several]
    answer = await several[0].evaluate(
        f"(node, [elements, selectors]) => ({inpage.script('leg_groups')})(elements, selectors)",
        [handles, recordings.pages["panel"]["group_names"]],
    )
    is_headed = not answer["names"] and bool(group)
    owners = answer["headed"] if is_headed else answer["owners"]
    names = ", ".join(dict.fromkeys(filter(None, owners if is_headed else answer["names"])))
    if not names:
        refuse_several(len(several), named, recordings)
        raise Drifted(f"{named} is ambiguous: {len(several)} elements match; recordings/selectors.json must be mended")
    if not group:
        raise NotApplicable(f"{named} exists once per leg group ({names}); say which one is meant with the option group")
    matching = [n for n, owner in enumerate(owners) if owner.casefold() == group.casefold()]
    if len(matching) != 1:
        raise NotApplicable(f"{named} has no leg group {group!r}; the test has {names}")
    return several[matching[0]]


def refuse_several(count: int, named: Named, recordings: Recordings) -> None:
    """Raise NotApplicable for what a test may have several times, so that no value says which one is meant."""
    if count > 1 and named.name in recordings.texts.get("several", ()):
        raise NotApplicable(f"the test has {count} times {named}, and a value is for one; leave one of them in the test")


async def _check_group(found: Locator, named: Named, recordings: Recordings, group: str) -> None:
    answer = await found.evaluate(
        f"(node, selectors) => ({inpage.script('leg_groups')})([node], selectors)", recordings.pages["panel"]["group_names"]
    )
    if group.casefold() not in {name.casefold() for name in answer["names"]}:
        known = ", ".join(answer["names"]) or "no leg groups"
        raise NotApplicable(f"{named} has no leg group {group!r}; the test has {known}")
