"""The page of a saved test of one's own: telling it for sure, and renaming it. Asyncio-flavoured.

What the site shows after *Edit* was never captured. Nothing here goes by a guess of it: the field for the name is the one that
holds the name, and what the page shows afterwards decides what is told.
"""

from collections.abc import Mapping
from typing import Any

from playwright.async_api import ElementHandle, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import catalog, inpage, locate, panel, session, state
from oodaemon.browser.session import Site
from oodaemon.errors import FailedPrecondition
from oodaemon.failures.site import NothingThere, TooSlow

UNTOUCHED = "nothing was changed on the site"
RUN = "Run"


def plain(name: str) -> str:
    """A name as a page shows it: without needless spaces."""
    return " ".join(name.split())


async def identified(page: Page, site: Site, path: str, *names: str) -> state.State | None:
    """Open a saved test and return what it shows, once address and heading are those of the test.

    None when it neither opens nor is listed. Raises FailedPrecondition when the page shows anything but one of the names, TooSlow
    for a test that is listed and does not open, and what `session.open_test` and `catalog.read_list` raise.
    """
    shown = await opened(page, site, path)
    if shown is None:
        if await is_listed(page, site, path):
            raise TooSlow(f"{site.url(path)} does not open, although the list of the site has it")
        return None
    heading = plain(str(shown["heading"]))
    if shown["isUnsaved"] or str(shown["path"]).rstrip("/") != path or heading not in map(plain, names):
        raise FailedPrecondition(
            f"{site.url(path)} shows {heading!r} at {shown['path']}, not {names[0]!r}: {UNTOUCHED};"
            " `ooctl tests --refresh` reads the names anew"
        )
    return shown


async def opened(page: Page, site: Site, path: str) -> state.State | None:
    """What the page of a test shows; None when it does not open, which may also be slowness."""
    try:
        return await session.open_test(page, site, path)
    except NothingThere:
        return None


async def is_listed(page: Page, site: Site, path: str) -> bool:
    """Whether the list of the site has the test at a path. Raises TooSlow for a list that shows no test at all."""
    return any(test.path == path for test in await catalog.read_list(page, site))


async def control(page: Page, site: Site, name: str) -> Locator:
    """The control of this name beside the heading of a test. Raises FailedPrecondition when the page has no such one."""
    alternatives = locators(site, "test", name)
    found = await locate.probe(page, alternatives)
    if found.element is None:
        many = f"{found.count} controls" if found.count else "no control"
        raise FailedPrecondition(
            f"the page of the test shows {many} {name!r}: {UNTOUCHED};"
            f" if the site renamed it, mend test.{name} in recordings/selectors.json"
        )
    return found.element


def locators(site: Site, page: str, name: str) -> tuple[str, ...]:
    """A named locator that older recordings may lack. Raises FailedPrecondition naming it."""
    if name not in site.recordings.pages.get(page, {}):
        raise FailedPrecondition(
            f"the recordings have no locator {page}.{name}: {UNTOUCHED}; take it from the recordings that came with oodaemon"
        )
    return site.recordings.locator(page, name)


async def rename(page: Page, site: Site, path: str, name: str, new_name: str) -> str:
    """Give the saved test at a path another name on the site; what was done, as a sentence.

    Both names are as `plain` makes them. Raises FailedPrecondition, having changed nothing, when the page is not that of the test,
    or when what Edit opens is not a form with the name and without a strategy; also when the page shows another name afterwards.
    """
    shown = await identified(page, site, path, name, new_name)
    if shown is None:
        raise FailedPrecondition(f"the site has no test at {path} any more: {UNTOUCHED}")
    if plain(str(shown["heading"])) == new_name:
        return f"the site calls it {new_name!r} already"
    await (await control(page, site, "edit")).click(timeout=_limit(site))
    field = await _name_field(page, site, name)
    form = await _form(site, field)
    await _fill(site, form, field, new_name)
    await _submit(site, form)
    said = await _said(page, site, form, new_name)
    after = await opened(page, site, path)
    if after is None or plain(str(after["heading"])) != new_name:
        heading = "nothing" if after is None else repr(plain(str(after["heading"])))
        raise FailedPrecondition(
            f"the site shows {heading} at {path} after the name was saved{said}; look at it before you repeat this"
        )
    changed = [key for key in ("bullets", "legs", "facts") if shown[key] != after[key]]
    warning = f"; what its page says under {', '.join(changed)} is not what it was: look at it" if changed else ""
    return f"the site calls it {new_name!r} now{warning}"


async def _name_field(page: Page, site: Site, name: str) -> ElementHandle:
    alternatives = site.recordings.pages.get("rename", {}).get("fields")
    if not alternatives:
        locators(site, "rename", "fields")
    try:
        found = await page.wait_for_function(inpage.script("name_fields"), arg=[alternatives, name], timeout=_limit(site))
    except PlaywrightTimeoutError:
        raise FailedPrecondition(f"Edit opens nothing that holds the name {name!r}: {UNTOUCHED}; {_elsewhere('rename')}") from None
    count = await found.evaluate("(fields) => fields.length")
    field = (await found.evaluate_handle("(fields) => fields[0]")).as_element()
    if count != 1 or field is None:
        raise FailedPrecondition(f"{count} fields hold the name {name!r} after Edit: {UNTOUCHED}; {_elsewhere('rename')}")
    return field


async def _form(site: Site, field: ElementHandle) -> ElementHandle:
    form = (await field.evaluate_handle("(field) => field.closest('form')")).as_element()
    if form is None:
        raise FailedPrecondition(f"the field with the name stands in no form: {UNTOUCHED}; {_elsewhere('rename')}")
    if headings := (await _content(site, form, field))["headings"]:
        raise FailedPrecondition(
            f"Edit opens the strategy with the name ({', '.join(headings)}), and saving it could change more:"
            f" {UNTOUCHED}; {_elsewhere('rename')}"
        )
    return form


async def _content(site: Site, form: ElementHandle, field: ElementHandle) -> Mapping[str, Any]:
    found: Mapping[str, Any] = await form.evaluate(inpage.script("edit_form"), [field, sorted(site.recordings.sections)])
    return found


async def _fill(site: Site, form: ElementHandle, field: ElementHandle, new_name: str) -> None:
    before = await _content(site, form, field)
    await field.fill(new_name, timeout=_limit(site))
    after = await _content(site, form, field)
    if plain(await field.input_value(timeout=_limit(site))) != new_name or before != after:
        raise FailedPrecondition(f"the form does not keep the name {new_name!r}, or changes with it: {UNTOUCHED}")


async def _submit(site: Site, form: ElementHandle) -> None:
    for alternative in locators(site, "rename", "submit"):
        buttons = [button for button in await form.query_selector_all(alternative) if await button.is_visible()]
        if len(buttons) == 1:
            words = plain(await buttons[0].inner_text())
            if words == RUN:
                break
            await buttons[0].click(timeout=_limit(site))
            return
    raise FailedPrecondition(f"the form with the name has no button of its own to save it: {UNTOUCHED}; {_elsewhere('rename')}")


async def _said(page: Page, site: Site, form: ElementHandle, new_name: str) -> str:
    """Wait until the page shows the name and the form is gone; else what the form says, as a clause."""
    argument = [state.selectors(site.recordings), new_name]
    try:
        await inpage.wait(page, "renamed", argument, polling=state.POLLING, timeout=2 * _limit(site))
    except PlaywrightTimeoutError:
        shown = await form.evaluate("(form) => form.isConnected")
        words = (await panel.problems_of(page, site, form)).red if shown else ()
        return " (the form says: " + "; ".join(words) + ")" if words else ""
    return ""


def _limit(site: Site) -> float:
    return site.recordings.timing["field"] * 1000


def _elsewhere(command: str) -> str:
    return f"do it on the site, or in the list of this daemon with `ooctl tests {command} --only-here`"
