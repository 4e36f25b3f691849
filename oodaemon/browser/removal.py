"""Removing a saved test of one's own from the site. Asyncio-flavoured.

What the site asks after *Remove* was never captured, nor whether it asks at all. So the question is read before it is answered,
only one that speaks of removing a test and that a single button answers is, and what the site shows then decides what is told.
"""

from dataclasses import dataclass

from playwright.async_api import Dialog, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import inpage, locate
from oodaemon.browser.listening import listen
from oodaemon.browser.saved_test import control, identified, is_listed, locators, opened
from oodaemon.browser.session import Site
from oodaemon.errors import FailedPrecondition

OF_WHAT = "test"
"""A question that removes a test says so, or its name."""
OTHERWISE = "do it on the site, or take the test off the list of this daemon with `ooctl tests delete --only-here`"


async def remove(page: Page, site: Site, path: str, name: str) -> str:
    """Remove the saved test at a path, which must be called `name`; what was done, as a sentence. A test that is gone is no error.

    Raises FailedPrecondition when the page is not that of the test, when the site asks what cannot be answered for sure, and when
    it still has the test afterwards; a SiteFailure when that cannot be told.
    """
    if await identified(page, site, path, name) is None:
        return "the site did not have it any more"
    button = await control(page, site, "remove")
    question = Question(site, name)
    stop = listen(page, "dialog", question.answer)
    try:
        await button.click(timeout=site.recordings.timing["field"] * 1000)
        await _carry_out(page, site, path, question)
    finally:
        stop()
    await _prove_gone(page, site, path, question.told)
    return f"the site does not have it any more{question.told}"


@dataclass
class Question:
    """What the site asked, and whether it is one that we may answer with yes."""

    site: Site
    name: str
    words: str = ""
    is_answered: bool = False

    async def answer(self, dialog: Dialog) -> None:
        """Answer a question of the browser itself."""
        self.words = " ".join(dialog.message.split())
        if dialog.type == "confirm" and self.is_about_removal():
            self.is_answered = True
            await dialog.accept()
        else:
            await dialog.dismiss()

    def is_about_removal(self) -> bool:
        """True when the words speak of removing this test, or a test."""
        words = self.words.casefold()
        of_what = OF_WHAT in words or self.name.casefold() in words
        return of_what and any(word in words for word in self.site.recordings.texts.get("removal", ()))

    @property
    def told(self) -> str:
        """What was asked and answered, as a clause for people; empty when nothing was asked."""
        return f"; it asked {self.words!r} and was told yes" if self.is_answered else ""


async def _carry_out(page: Page, site: Site, path: str, question: Question) -> None:
    """Wait for what comes of the click, and answer what is asked. Raises FailedPrecondition for what cannot be answered."""
    dialog = site.recordings.pages.get("removal", {}).get("dialog") or locators(site, "removal", "dialog")
    patience = 2 * site.recordings.timing["field"] * 1000
    try:
        course = await page.wait_for_function(inpage.script("removal"), arg=[path, dialog], timeout=patience)
    except PlaywrightTimeoutError:
        if question.words and not question.is_answered:
            raise _cannot_answer(question, "") from None
        return  # nothing was asked, or the browser asked; what the site has now decides
    found = await course.json_value()
    if question.is_answered or found["kind"] == "left":
        return
    question.words = found["words"]
    if found["dialogs"] > 1 or found["fields"] or not question.is_about_removal():
        raise _cannot_answer(question, " and wants something typed" if found["fields"] else "")
    await _say_yes(page, site, question)


async def _say_yes(page: Page, site: Site, question: Question) -> None:
    asking = page.locator(locators(site, "removal", "dialog")[0]).filter(has=page.locator("css=button, [role=button]")).first
    yes = await locate.probe(asking, locators(site, "removal", "confirm"))
    if yes.element is None:
        raise _cannot_answer(question, f" with {yes.count} buttons that may mean yes" if yes.count else "")
    question.is_answered = True
    await yes.element.click(timeout=site.recordings.timing["field"] * 1000)
    await _settled(asking, site)


async def _settled(asking: Locator, site: Site) -> None:
    """Give the site time to carry it out: what it shows then is looked at in any case."""
    try:
        await asking.wait_for(state="hidden", timeout=2 * site.recordings.timing["field"] * 1000)
    except PlaywrightTimeoutError:
        return


def _cannot_answer(question: Question, how: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"after Remove the site asks {question.words!r}{how}, and what answers that is not known: it was not answered; {OTHERWISE}"
    )


async def _prove_gone(page: Page, site: Site, path: str, told: str) -> None:
    """Raise FailedPrecondition while the test still opens or is listed; a SiteFailure when neither can be seen."""
    if await opened(page, site, path) is not None:
        raise FailedPrecondition(f"the site still has the test: it still opens at {site.url(path)}{told}; {OTHERWISE}")
    if await is_listed(page, site, path):
        raise FailedPrecondition(f"the site still has the test: it is still listed{told}; {OTHERWISE}")
