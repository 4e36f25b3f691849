"""What is waited for is found whichever way it comes, and what never comes is not."""

from functools import partial

import pytest
import trio

from oodaemon.bridge.loop import call
from oodaemon.browser import inpage, locate
from tests.integration.browser.bench import bench

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><style>#late { display: none }</style><body><p id='late'>late</p><div id='host'></div></body>"
COMES = {
    "as an element": (
        "document.body.append(Object.assign(document.createElement('b'), { id: 'new', textContent: 'new' }))",
        "css=b#new",
    ),
    "as a text": ("document.querySelector('#host').textContent = 'Ready'", "xpath=.//div[text()='Ready']"),
    "as a class": (
        "document.querySelector('#late').className = 'on'; document.querySelector('#late').style.display = 'block'",
        "css=.on",
    ),
    "by a stylesheet, unheard": ("document.styleSheets[0].deleteRule(0)", "css=#late"),
    "in a shadow tree, unheard": (
        "document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<i id=deep>deep</i>'",
        "css=#deep",
    ),
    "in another document": ("location.href = '/there'", "css=#there"),
    "as another document": ("document.open(); document.write('<em>all new</em>'); document.close()", "css=em"),
}
LATER = "() => { setTimeout(() => { %s; }, 150); }"


@pytest.mark.parametrize("how", COMES)
async def test_what_comes_late_is_found(how: str) -> None:
    change, selector = COMES[how]
    there = "<p id='there'>there</p>"
    async with bench() as at:
        page = at.tab.page
        await call(partial(page.route, "**/there", lambda route: route.fulfill(body=there, content_type="text/html")))
        await call(partial(page.route, "**/here", lambda route: route.fulfill(body=PAGE, content_type="text/html")))
        await call(page.goto, at.tab.site.url("/here"))
        await call(page.evaluate, LATER % change)
        with trio.fail_after(30):
            assert await call(partial(locate.appears, page, ["css=.never", selector], timeout=20))
            assert await call(partial(locate.appears, page.locator("body"), [selector], timeout=20))


async def test_what_is_hidden_or_never_comes_is_not() -> None:
    async with bench() as at:
        page = at.tab.page
        await call(page.set_content, PAGE)
        began = trio.current_time()
        assert not await call(partial(locate.appears, page, ["css=#late", "css=.never"], timeout=0.6))
        assert trio.current_time() - began >= 0.6
        assert not await call(partial(locate.appears, page, ["css=#late"], timeout=0))


async def test_a_change_is_counted_once_and_missed_by_nobody() -> None:
    async with bench() as at:
        page = at.tab.page
        await call(page.set_content, PAGE)
        first = await call(partial(inpage.changes, page, None, patience=5000))
        assert first == await call(partial(inpage.changes, page, first, patience=100)), "nothing happened"
        await call(page.evaluate, "() => { document.body.append('more'); }")
        then = await call(partial(inpage.changes, page, first, patience=5000))
        assert then != first, "what happened before it was asked counts"
        assert then == await call(partial(inpage.changes, page, then, patience=100))
