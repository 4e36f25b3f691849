"""Signing in. Asyncio-flavoured."""

import time
from collections.abc import Sequence
from contextlib import suppress

from playwright.async_api import Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import inpage, state
from oodaemon.browser.answers import Handover
from oodaemon.browser.recordings import Recordings
from oodaemon.browser.session import Credentials, Site, play
from oodaemon.clock import SECONDS
from oodaemon.errors import OODaemonError, SignInRefused
from oodaemon.failures.sign_in import Reply, Ruling, Words, rule, telling
from oodaemon.failures.site import Drifted, NotLetIn, RateLimited, SignInUnclear, TooSlow

PRESSES = frozenset({"click", "keyDown"})
GLANCE = 0.5 * SECONDS
LONGEST_LINE = 200


async def sign_in(page: Page, site: Site, credentials: Credentials) -> None:
    """Play the recorded sign-in. Returns when the site let us in.

    Raises SignInRefused when it refuses the credentials or asks for a person; NotLetIn or RateLimited when something else is in the
    way, SignInUnclear when that cannot be told; TooSlow when nothing comes of it.
    """
    recordings = site.recordings
    values = {"{email}": credentials.email, "{password}": credentials.password}
    handover = Handover(credentials.email, credentials.password)
    before: list[str] = []
    with handover.watch(page):
        for step in recordings.segments["sign_in"]:
            if step.type in PRESSES:
                before = [line.lower() for line in await _lines(page)]
            if step.type == "navigate":
                await play(page, site, step)
                if await _outcome(page, recordings, None, []) == "in":
                    return
                continue
            try:
                await play(page, site, step, values.get(step.value, ""))
            except (TooSlow, Drifted, Error):
                with suppress(Error):
                    if await _outcome(page, recordings, None, []) == "in":
                        return  # another tab had signed in meanwhile, and the form went away under our hands
                raise
        await _wait_in(page, site, before, handover)


async def _wait_in(page: Page, site: Site, before: Sequence[str], handover: Handover) -> None:
    """Return when the site let us in. Raises what `sign_in` does. `before` are the lines of the page before the press."""
    recordings, said = site.recordings, list[str]()
    words = Words.of(recordings.texts)
    try:
        outcome = await _outcome(page, recordings, words.refused, before)
    except PlaywrightTimeoutError:
        outcome = "silent"
    if outcome == "said":
        with suppress(Error):  # the page may be about to leave
            said = await _new_lines(page, before)
        outcome = await _look_on(page, recordings, handover)
    if outcome == "in":
        return
    if outcome == "challenge":
        raise SignInRefused(
            f"{site.base_url} asks for a person (CAPTCHA or code) at sign-in; "
            "start the daemon with OODAEMON_HEADLESS=false and answer it in the window that opens"
        )
    said += [line for line in await _new_lines(page, before) if line not in said]
    raise _kept_out(site, rule(said, handover.reply, words), telling(said, words), handover.reply)


async def _look_on(page: Page, recordings: Recordings, handover: Handover) -> str:
    """What the page comes to after a word of refusal: "in" or "challenge"; "said" once that must be all.

    The site lets us in some seconds after it took the credentials, and until then such a word may be about something else: it is
    believed at once only when the credentials were answered with a refusal.
    """
    began = time.monotonic()
    calm, end = began + recordings.timing["sign_in_told"], began + recordings.deadline("signed_in")
    while not handover.reply.is_decided and time.monotonic() < (end if handover.reply.is_pending else calm):
        with suppress(PlaywrightTimeoutError):
            return await _outcome(page, recordings, [], [], patience=GLANCE)
    return "said"


def _kept_out(site: Site, ruling: Ruling | None, said: Sequence[str], reply: Reply) -> OODaemonError:
    """What is raised for a sign-in that came to nothing; `said` are the lines that say why."""
    if ruling is Ruling.REFUSED:
        return refused(site.base_url)
    reasons = [f"the site says {line[:LONGEST_LINE]!r}" for line in said[:1]]
    if reply.broken:
        reasons.append(f"the request broke off ({reply.broken})")
    elif reply.is_pending:
        reasons.append("the site does not answer")
    elif reply.is_lost:
        reasons.append(f"the request was answered {reply.status}")
    why = "; ".join(reasons)
    match ruling:
        case Ruling.TOO_OFTEN:
            return RateLimited(f"the site was asked to sign in too often: {why}", retry_after=reply.retry_after)
        case Ruling.UNCLEAR:
            return SignInUnclear(f"{why}, which may be about the e-mail or password")
        case Ruling.PASSING:
            return NotLetIn(why)
        case _:
            return TooSlow(f"signing in came to nothing within {site.recordings.deadline('signed_in'):g} s")


def refused(base_url: str) -> SignInRefused:
    """The refusal of an account, with what to do about it."""
    return SignInRefused(
        f"{base_url} refuses the e-mail or password; sign in with `ooctl login`, "
        "or set OO_EMAIL and OO_PASSWORD right and start the daemon again"
    )


async def _lines(page: Page) -> list[str]:
    """What the page says, line by line."""
    return [line.strip() for line in (await page.inner_text("body")).split("\n") if line.strip()]


async def _new_lines(page: Page, before: Sequence[str]) -> list[str]:
    return [line for line in await _lines(page) if line.lower() not in before]


async def _outcome(
    page: Page, recordings: Recordings, words: Sequence[str] | None, before: Sequence[str], *, patience: float | None = None
) -> str:
    """Wait for what the page comes to: "in", "challenge", "said" for a new line with one of the words, or without `words` "form".

    Raises Playwright's TimeoutError.
    """
    argument = [state.selectors(recordings), words, before]
    limit = recordings.deadline("signed_in") if patience is None else patience
    return str(await inpage.wait(page, "sign_in_outcome", argument, polling=state.POLLING, timeout=limit * 1000))
