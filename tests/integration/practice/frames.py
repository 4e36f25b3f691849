"""Everything a page showed, written down by the page itself: a test that looked in between could come too late, or too early."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# After every change of the document; so that no state is passed over, however busy the machine is.
SCRIPT = """(() => {
  window.seen = [];
  const text = (selector) => document.querySelector(selector)?.innerText ?? "";
  const count = (selector) => document.querySelectorAll(selector).length;
  const look = () => {
    const popup = [...document.querySelectorAll("[role=dialog]")].find((one) => one.querySelector("svg.animate-spin"));
    const now = {
      heading: text("#message-heading"), profit: text("dl.mt-5 dd"), popup: popup?.innerText ?? "",
      bullets: [...document.querySelectorAll("li.ml-5")].map((one) => one.innerText),
      dialogs: count("[role=dialog]"), forms: count("form"), fields: count("form input"), links: count("a[href*='/test/']"),
    };
    const key = JSON.stringify(now);
    if (window.seen.at(-1)?.key !== key) window.seen.push({ key, at: performance.now() / 1000, now });
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
})()"""


@dataclass(frozen=True)
class Frame:
    """What a page showed from a moment on, in seconds: heading, first figure, popup, bullets; and how many of the rest."""

    at: float
    heading: str
    profit: str
    popup: str
    bullets: list[str]
    dialogs: int
    forms: int
    fields: int
    links: int


class Frames:
    """The frames of a page, of every document it shows from now on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.add_init_script(SCRIPT)

    def forget(self) -> None:
        """Begin anew."""
        self._page.evaluate("window.seen.length = 0")

    def seen(self) -> list[Frame]:
        """Each frame that differs from the one before, in order."""
        found: list[dict[str, Any]] = self._page.evaluate("window.seen")
        return [Frame(each["at"], **each["now"]) for each in found]
