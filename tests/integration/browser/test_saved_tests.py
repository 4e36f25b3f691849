"""Renaming and removing saved tests: only the test that was meant, and only what is certain."""

import dataclasses
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from oodaemon.bridge.loop import call
from oodaemon.browser import session as sessions
from oodaemon.errors import FailedPrecondition
from oodaemon.failures.site import TooSlow
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from tests.integration.browser import support
from tests.integration.browser.bench import Bench, bench, patient, sign_in

pytestmark = pytest.mark.browser

CONDOR, SPREAD = (test for test in SAVED_TESTS.values() if test.name in {"Late Morning Iron Condor", "Morning Put Spread"})
PATH = f"/test/{CONDOR.id}"
QUICK = Behaviour(hydration=0)
STRATEGY_FORM = """
document.addEventListener("click", (event) => {
  if (!event.target.closest(".has-tooltip")) return;
  event.stopPropagation();
  document.body.insertAdjacentHTML("beforeend", `
    <form><h3>Dates</h3><h3>Strategy</h3><input type="text"><button type="submit">Save</button></form>`);
  document.querySelector("form input").value = document.querySelector("#message-heading span").textContent;
  document.querySelector("form").addEventListener("submit", () => { window.__saved = true; });
}, true);
"""
AS_IT_WAS = {test.id: test for test in SAVED_TESTS.values()}


@pytest.fixture(autouse=True)
def longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several changes with one browser, each looked at afterwards."""
    monkeypatch.setattr(support, "PATIENCE", 150)


@asynccontextmanager
async def signed_in(**behaviour: object) -> AsyncIterator[Bench]:
    async with bench(QUICK.updated(behaviour)) as at:
        await sign_in(at)
        patient(at, field=2.0)
        yield at


async def test_a_test_gets_another_name_and_keeps_all_else(room: Path) -> None:
    async with signed_in() as at:
        done = await at.tab.rename_test(PATH, CONDOR.name, "Condor, mine")
        assert done == "the site calls it 'Condor, mine' now"
        assert at.site.tests == {**AS_IT_WAS, CONDOR.id: dataclasses.replace(CONDOR, name="Condor, mine")}
        assert await at.tab.rename_test(PATH, CONDOR.name, "Condor, mine") == "the site calls it 'Condor, mine' already"


FORMS = {
    "nothing": "Edit opens nothing that holds the name 'Late Morning Iron Condor': nothing was changed on the site",
    "panel": "Edit opens nothing that holds the name",
    "twice": "2 fields hold the name",
    "forgotten": "the site shows 'Late Morning Iron Condor' at /test/.* after the name was saved; look at it",
}


async def test_a_form_that_is_not_certain_is_not_saved(room: Path) -> None:
    async with signed_in() as at:
        for edits, reason in FORMS.items():
            at.site.change({"edits": edits})
            with pytest.raises(FailedPrecondition, match=reason):
                await at.tab.rename_test(PATH, CONDOR.name, "Condor, mine")
            assert at.site.tests == AS_IT_WAS
        at.site.change({"edits": "form"})
        with pytest.raises(FailedPrecondition, match="the form says: Another test has this name already"):
            await at.tab.rename_test(PATH, CONDOR.name, SPREAD.name)
        assert at.site.tests == AS_IT_WAS


async def test_a_form_with_the_strategy_is_not_saved(room: Path) -> None:
    """Saving it could change more than the name."""
    async with signed_in() as at:
        await call(at.tab.page.add_init_script, STRATEGY_FORM)
        with pytest.raises(FailedPrecondition, match=r"Edit opens the strategy with the name \(Dates, Strategy\)"):
            await at.tab.rename_test(PATH, CONDOR.name, "Condor, mine")
        assert await call(at.tab.page.evaluate, "window.__saved") is None


async def test_a_test_that_is_gone_cannot_be_renamed_and_one_that_does_not_open_is_left_alone(room: Path) -> None:
    async with signed_in() as at:
        at.site.remove(CONDOR.id)
        with pytest.raises(FailedPrecondition, match=r"the site has no test at /test/.* any more: nothing was changed"):
            await at.tab.rename_test(PATH, CONDOR.name, "Mine")
        at.site.restore()
        at.site.change({"faults": {"redirect_to_list": 1.0}})
        for change in (lambda: at.tab.rename_test(PATH, CONDOR.name, "Mine"), lambda: at.tab.remove_test(PATH, CONDOR.name)):
            with pytest.raises(TooSlow, match="does not open, although the list of the site has it"):
                await change()
        assert at.site.tests == AS_IT_WAS


async def test_a_test_that_is_called_otherwise_is_not_touched(room: Path) -> None:
    async with signed_in(removals="at_once") as at:
        for change in (lambda: at.tab.rename_test(PATH, "Condor", "Mine"), lambda: at.tab.remove_test(PATH, "Condor")):
            with pytest.raises(FailedPrecondition, match=r"shows 'Late Morning Iron Condor' at /test/.*, not 'Condor'"):
                await change()
        assert at.site.tests == AS_IT_WAS


ASKED = {
    "dialog": "; it asked 'Remove Test Are you sure you want to remove the test .* This cannot be undone. .*' and was told yes",
    "confirm": """; it asked 'Are you sure you want to remove the test "Late Morning Iron Condor"[?]' and was told yes""",
    "at_once": "",
}


async def test_a_test_is_removed_and_no_other(room: Path) -> None:
    async with signed_in() as at:
        for removals, told in ASKED.items():
            at.site.change({"removals": removals})
            done = await at.tab.remove_test(PATH, CONDOR.name)
            assert re.fullmatch("the site does not have it any more" + told, done)
            assert at.site.tests == {test_id: test for test_id, test in AS_IT_WAS.items() if test_id != CONDOR.id}
            at.site.restore()
        at.site.remove(CONDOR.id)
        assert await at.tab.remove_test(PATH, CONDOR.name) == "the site did not have it any more"


UNANSWERED = {
    "typed": "the site asks 'Remove Test Type the name of the test .* and wants something typed, .* it was not answered",
    "unclear": "the site asks 'Please note Automated strategies use this. Go on.*', and what answers that is not known",
    "forgotten": "the site still has the test: it still opens at http.*; it asked 'Remove Test .*' and was told yes",
}


async def test_a_question_that_is_not_certain_is_not_answered(room: Path) -> None:
    async with signed_in() as at:
        for removals, reason in UNANSWERED.items():
            at.site.change({"removals": removals})
            with pytest.raises(FailedPrecondition, match=reason):
                await at.tab.remove_test(PATH, CONDOR.name)
            assert at.site.tests == AS_IT_WAS


async def test_recordings_without_these_locators_are_named(room: Path) -> None:
    async with signed_in() as at:
        known = at.tab.site
        pages = {
            page: {n: s for n, s in names.items() if n not in {"edit", "remove"}} for page, names in known.recordings.pages.items()
        }
        at.tab.site = sessions.Site(known.base_url, dataclasses.replace(known.recordings, pages=pages))
        with pytest.raises(FailedPrecondition, match=r"the recordings have no locator test\.edit: nothing was changed"):
            await at.tab.rename_test(PATH, CONDOR.name, "Mine")
        with pytest.raises(FailedPrecondition, match=r"the recordings have no locator test\.remove"):
            await at.tab.remove_test(PATH, CONDOR.name)
