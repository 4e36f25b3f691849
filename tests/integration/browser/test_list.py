"""The list of saved tests is read when it is there, and is never taken for an empty one while it loads."""

import dataclasses
from pathlib import Path

import pytest

from oodaemon.bridge.loop import call
from oodaemon.failures.site import TooSlow
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from tests.integration.browser.bench import bench, patient, sign_in

pytestmark = pytest.mark.browser

TRICKLE = """
let n = 0;
const add = setInterval(() => {
  const list = document.querySelector("#app");
  if (!list || location.pathname !== "/dashboard/tests" || n === 10) return;
  list.insertAdjacentHTML("beforeend", `<a href="/test/abcdefgh${n}">Test ${n}</a>`);
  n += 1;
}, 200);
"""
SLOW_LIST = Behaviour(hydration=0, list_delay=2.5)


async def test_a_slow_list_is_read_whole(room: Path) -> None:
    async with bench(SLOW_LIST) as at:
        await sign_in(at)
        patient(at, list_cards=0.1)
        assert {test.test_id: test.name for test in await at.tab.list_tests()} == {i: t.name for i, t in SAVED_TESTS.items()}


async def test_a_list_that_does_not_load_in_time_is_no_empty_list(room: Path) -> None:
    async with bench(dataclasses.replace(SLOW_LIST, list_delay=300)) as at:
        await sign_in(at)
        patient(at, list_cards=0.1, list=0.5)
        with pytest.raises(TooSlow, match="showed no"):
            await at.tab.list_tests()


async def test_rows_that_come_one_by_one_are_waited_for(room: Path) -> None:
    """A page that adds a row every 200 ms, as a list does that is filled from several answers."""
    async with bench(dataclasses.replace(SLOW_LIST, list_delay=300)) as at:
        await sign_in(at)
        await call(at.tab.page.add_init_script, TRICKLE)
        assert [test.name for test in await at.tab.list_tests()] == [f"Test {n}" for n in range(10)]


LONG_LIST = """
addEventListener("load", () => setInterval(() => {
  const list = document.querySelector("#app");
  if (!list || location.pathname !== "/dashboard/tests" || window.isSet) return;
  window.isSet = true;
  const style = "display: block; height: 40px";
  const all = Array.from({ length: 60 }, (_, n) => `<a style="${style}" href="/test/abcdefgh${n}">Test ${n}</a>`);
  list.innerHTML = "<div id=rows></div><div id=foot></div>";
  const rows = list.querySelector("#rows"), foot = list.querySelector("#foot");
  const draw = (from, to) => { rows.innerHTML = all.slice(from, to).join(""); };
  (%s)(all, rows, foot, draw);
}, 20));
"""
LISTS = {
    "pages with arrows": """(all, rows, foot, draw) => {
        let at = 0;
        const turn = (to) => { at = Math.max(0, Math.min(to, 2)); setTimeout(show, 300); };
        const show = () => {
            draw(25 * at, 25 * at + 25);
            const to = Math.min(25 * at + 25, 60);
            foot.innerHTML = `<span>Showing <b>${25 * at + 1}</b> to <b>${to}</b> of <b>60</b> results</span>`
                + "<svg width=9 height=9></svg>".repeat(4);
            [0, at - 1, at + 1, 2].forEach((to, n) => foot.querySelectorAll("svg")[n].onclick = () => turn(to));
        };
        show(); }""",
    "rows that come when it is scrolled": """(all, rows, foot, draw) => {
        let count = 30, isBusy = false;
        draw(0, count);
        onscroll = () => {
            if (isBusy || innerHeight + scrollY < document.body.scrollHeight - 200) return;
            isBusy = true;
            setTimeout(() => { count += 15; draw(0, count); isBusy = false; }, 600);
        }; }""",
    "rows that go when it is scrolled": """(all, rows, foot, draw) => {
        rows.style.cssText = "height: 400px; overflow: auto; position: relative";
        const show = () => {
            const at = rows.scrollTop, from = Math.min(Math.floor(at / 40), 48);
            const gap = (n) => `<div style="height: ${40 * n}px"></div>`;
            rows.innerHTML = gap(from) + all.slice(from, from + 12).join("") + gap(48 - from);
            rows.scrollTop = at;
        };
        rows.onscroll = show; show(); }""",
    "a button for more": """(all, rows, foot, draw) => {
        let count = 25;
        draw(0, count);
        foot.innerHTML = "<button>Load more</button>";
        const grow = () => { count += 25; draw(0, count); if (count > 60) foot.innerHTML = ""; };
        foot.firstChild.onclick = () => setTimeout(grow, 200); }""",
}


@pytest.mark.parametrize("kind", LISTS)
async def test_a_list_is_read_to_its_end(room: Path, kind: str) -> None:
    async with bench(dataclasses.replace(SLOW_LIST, list_delay=300)) as at:
        await sign_in(at)
        await call(at.tab.page.add_init_script, LONG_LIST % LISTS[kind])
        assert {test.name for test in await at.tab.list_tests()} == {f"Test {n}" for n in range(60)}


async def test_a_list_that_says_it_has_more_is_not_whole(room: Path) -> None:
    shown = "(all, rows, foot, draw) => { draw(0, 25); foot.textContent = 'Showing 1 to 25 of 60 results'; }"
    async with bench(dataclasses.replace(SLOW_LIST, list_delay=300)) as at:
        await sign_in(at)
        await call(at.tab.page.add_init_script, LONG_LIST % shown)
        with pytest.raises(TooSlow, match="showed only 25 of 60 tests"):
            await at.tab.list_tests()


CARDS = """
addEventListener("load", () => {
  if (location.pathname !== "/dashboard/tests") return;
  const names = ["Iron Fly", "Calendar"], main = document.createElement("main");
  main.innerHTML = "<span>Cards</span> <span>Table</span><div></div>";
  const body = main.querySelector("div");
  const draw = (row) => { body.innerHTML = names.map((name, n) => row(name, `/test/abcdefgh${n}`)).join(""); };
  draw((name, path) => `<a href="${path}"><div>${name}</div><div>P/L $1,234</div></a>`);
  main.querySelectorAll("span")[1].onclick = () => setTimeout(() => {
    draw((name, path) => `<table><tbody><tr><td><a href="${path}">${name}</a></td><td>SPX</td></tr></tbody></table>`);
  }, 300);
  setTimeout(() => document.querySelector("#app").replaceChildren(main), 200);
});
"""


async def test_a_name_is_read_from_the_table_where_a_card_is_one_link(room: Path) -> None:
    async with bench(dataclasses.replace(SLOW_LIST, list_delay=300)) as at:
        await sign_in(at)
        await call(at.tab.page.add_init_script, CARDS)
        assert [test.name for test in await at.tab.list_tests()] == ["Iron Fly", "Calendar"]
