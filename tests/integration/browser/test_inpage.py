"""What the scripts remember of a page is never older than its last change, and a wait holds on to the page that is there."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import trio
from playwright.async_api import Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.app.parts import CHECKOUT
from oodaemon.bridge.loop import call
from oodaemon.browser import inpage, recordings, state
from tests.integration.browser.bench import bench

pytestmark = pytest.mark.browser

LOOKS = recordings.load(CHECKOUT)
PAGE = """<!doctype html><style>.away { visibility: hidden }</style><body><div id="app">
  <div id="message-heading"><span>Hump Day</span></div>
  <button class="btn-primary">New Backtest</button>
  <dl class="mt-1 grid"><div><dt>Entry</dt><ul class="list-disc"><li>Daily</li><li>Open trades at 11:25 AM</li></ul></div>
  <div><dt>Underlying</dt><dd>SPX <b class="tooltip">index</b></dd></div>
  <div><dt>Legs</dt><table><tr><td><button>S</button><button>B</button><button>C</button><button>P</button></td>
  <td><input id="strike" value="20"><div>%</div></td></tr></table></div></dl>
  <dl class="mt-5 grid"><div><dt>P/L</dt><dd id="pl">$2,000</dd></div><div id="cagr"><dt>CAGR</dt><dd>4%</dd></div></dl>
</div></body>"""
CHANGES = {
    "a text": "document.querySelector('#pl').firstChild.data = '$7'",
    "an element for another": "document.querySelector('#pl').textContent = '$7'",
    "in another order": "document.querySelector('#cagr').parentElement.prepend(document.querySelector('#cagr'))",
    "markup": "document.querySelector('ul').innerHTML = '<li>Weekly</li>'",
    "gone": "document.querySelector('#cagr').remove()",
    "one more": "document.querySelector('ul').append(Object.assign(document.createElement('li'), { textContent: 'Every Friday' }))",
    "a class that locators ask for": "document.querySelector('dl.mt-1').className = 'grid'",
    "a role": "document.querySelector('#cagr').setAttribute('role', 'dialog')",
    "a tooltip that is none": "document.querySelector('.tooltip').className = ''",
    "hidden by its style": "document.querySelector('#pl').style.display = 'none'",
    "hidden by its class": "document.querySelector('#message-heading').className = 'away'",
    "hidden by a stylesheet, unheard": "document.styleSheets[0].insertRule('#cagr { display: none }')",
    "a field, unheard": "document.querySelector('#strike').value = '25'",
    "a running backtest": "document.querySelector('#cagr dd').append('ETA: 5 s')",
    "all of it": "document.body.innerHTML = '<h1>No trades</h1>'",
    "the very document": "document.replaceChild(document.createElement('html'), document.documentElement)",
}
BOTH = "(text) => { const ask = () => window.__oo.ask('page_state', text, []); const before = ask(); %s; return [before, ask()]; }"


@asynccontextmanager
async def shown(content: str = PAGE) -> AsyncIterator[Page]:
    async with bench() as at:
        await call(at.tab.page.set_content, content)
        yield at.tab.page


async def test_every_change_is_seen_at_once_and_as_by_a_look_that_remembers_nothing() -> None:
    spec = state.selectors(LOOKS)
    async with bench() as at:
        page = at.tab.page
        for name, change in CHANGES.items():
            await call(page.set_content, PAGE)
            known = await call(state.read, page, LOOKS)
            assert await call(state.read, page, LOOKS) == known, name
            before, after = map(json.loads, await call(page.evaluate, BOTH % change, json.dumps(spec)))
            assert before == known, name
            assert after != before, name
            assert await call(state.read, page, LOOKS) == after, name
            await call(page.evaluate, "() => { window.__oo = undefined; }")
            assert await call(state.read, page, LOOKS) == after, name


async def test_what_the_page_shows_is_all_there() -> None:
    async with shown() as page:
        found = await call(state.read, page, LOOKS)
        assert found["heading"] == "Hump Day"
        assert found["hasNewBacktest"]
        assert found["metrics"] == [["P/L", "$2,000", 0], ["CAGR", "4%", 0]]
        assert found["bullets"] == [["Entry", ["Daily", "Open trades at 11:25 AM"]]]
        assert found["facts"] == [["Underlying", ["SPX"]]]
        assert found["legs"][0]["cells"] == [{"value": "20", "unit": "%"}]


async def test_a_wait_holds_on_to_the_document_that_is_there() -> None:
    spec, found = state.selectors(LOOKS), list[Any]()
    async with shown() as page, trio.open_nursery() as nursery:

        async def wait() -> None:
            found.append(await call(partial(inpage.wait, page, "renamed", [spec, "Taco"], polling=20, timeout=20_000)))

        nursery.start_soon(wait)
        await call(page.wait_for_function, "window.__oo")
        await call(page.goto, "data:text/html,<div id=message-heading><span>Taco</span></div>")
    assert found == [True]


async def test_a_wait_ends_in_time_and_tells_of_what_goes_wrong() -> None:
    spec = state.selectors(LOOKS)
    async with shown() as page:
        with pytest.raises(PlaywrightTimeoutError, match="Timeout 60ms exceeded"):
            await call(partial(inpage.wait, page, "renamed", [spec, "Taco"], polling=20, timeout=60))
        with pytest.raises(Error, match="TypeError"):
            await call(partial(inpage.wait, page, "renamed", [None, "Taco"], polling=20, timeout=20_000))
        broken = "() => setTimeout(() => { document.body.getClientRects = document.querySelectorAll = null; }, 40)"
        await call(page.evaluate, broken)
        with pytest.raises(Error, match="TypeError"):
            await call(partial(inpage.wait, page, "renamed", [spec, "Taco"], polling=20, timeout=20_000))


async def test_a_page_that_teaches_lists_to_write_themselves_otherwise_is_read_all_the_same() -> None:
    """As libraries did before there was JSON in browsers."""
    teach = """() => {
      for (const kind of [Array, String, Object]) kind.prototype.toJSON = function () { return `"${this.valueOf()}"`; };
    }"""
    async with shown() as page:
        before = await call(state.read, page, LOOKS)
        await call(page.evaluate, teach)
        assert await call(state.read, page, LOOKS) == before
        assert await call(page.evaluate, "() => typeof Array.prototype.toJSON === 'function'"), "what the page taught stays"


async def test_a_wait_that_was_given_up_does_not_disturb_the_next() -> None:
    async with shown("<div class=panel><input></div>") as page:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                first = partial(inpage.wait, page, "form_still", [[".panel"], 60, 0, 1], polling=20, timeout=60_000)
                nursery.start_soon(call, first)
                await call(page.wait_for_function, "window.__ooForm")
                scope.cancel()
        second = partial(inpage.wait, page, "form_still", [[".panel"], 0.2, 0, 2], polling=20, timeout=20_000)
        assert await call(second) == "still"
