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
