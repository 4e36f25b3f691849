"""Signing in at a site that refuses the account, that is out of order, that takes its time, and that speaks of something else."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import trio
from playwright.async_api import Route

from oodaemon.bridge.loop import call
from oodaemon.browser.session import Credentials
from oodaemon.errors import SignInRefused
from oodaemon.failures.site import NotLetIn, RateLimited, SignInUnclear, SiteFailure
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.site import PRACTICE_EMAIL
from tests.integration.browser.bench import Bench, bench, patient, sign_in

pytestmark = pytest.mark.browser

SOON = 10.0
OLD_NEWS = """
addEventListener("DOMContentLoaded", () => document.body.insertAdjacentHTML("beforeend", "<p>Signals of invalid dates failed</p>"));
"""
NEWS = """
addEventListener("submit", () => setTimeout(() => {
  document.body.insertAdjacentHTML("beforeend", "<p>Market data: the last import failed</p>");
}, 50), true);
"""


async def answer(at: Bench, status: int, said: Mapping[str, str] | None) -> None:
    """What the credentials are answered from now on; nothing at all: they hang. Asyncio-flavoured."""

    async def fulfil(route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
        elif said is not None:
            await route.fulfill(status=status, content_type="application/json", body=json.dumps(said))

    await at.tab.page.unroute_all()
    await at.tab.page.route("**/api/Session", fulfil)


async def kept_out(at: Bench, kind: type[Exception]) -> str:
    with pytest.raises(kind) as caught, trio.fail_after(SOON):
        await sign_in(at)
    assert type(caught.value) is kind
    return str(caught.value)


async def test_a_wrong_password_is_told_soon_and_asked_once(room: Path) -> None:
    async with bench() as at:
        asked: list[str] = []
        at.tab.page.on("request", lambda request: asked.append(request.method) if request.url.endswith("/api/Session") else None)
        with (
            pytest.raises(SignInRefused, match="refuses the e-mail or password; sign in with `ooctl login`"),
            trio.fail_after(SOON),
        ):
            await at.tab.sign_in(Credentials(PRACTICE_EMAIL, "wrong"))
        assert asked.count("POST") == 1


FAULTS: Mapping[str, tuple[type[SiteFailure], str]] = {
    "sign_in_cut": (NotLetIn, "the site says 'Firebase: Error (auth/network-request-failed).'; the request broke off (ERR_"),
    "sign_in_503": (NotLetIn, "the site says 'Sign in failed, try again.'; the request was answered 503"),
    "sign_in_unclear": (SignInUnclear, "the site says 'Sign in failed.', which may be about the e-mail or password"),
    "sign_in_limited": (RateLimited, "the site was asked to sign in too often: the site says 'Access to this account has been"),
}


async def test_a_site_that_is_out_of_order_does_not_refuse_the_account(room: Path) -> None:
    async with bench(Behaviour(retry_after=9)) as at:
        patient(at, sign_in_told=0.5)
        for fault, (kind, words) in FAULTS.items():
            at.site.change({"faults": {fault: 1.0}})
            assert (await kept_out(at, kind)).startswith(words)
        at.site.change({"faults": {}})
        await sign_in(at)
        assert await at.tab.list_tests()


async def test_how_long_the_account_is_to_be_left_alone_is_passed_on(room: Path) -> None:
    async with bench(Behaviour(retry_after=9, faults={"sign_in_limited": 1.0})) as at:
        with pytest.raises(RateLimited) as caught:
            await sign_in(at)
        assert caught.value.retry_after == 9


SAID: list[tuple[int, Mapping[str, str] | None, type[Exception]]] = [
    (200, {"error": "Failed to fetch"}, NotLetIn),
    (200, {"error": "The email or password is incorrect."}, SignInRefused),
    (401, {"error": "Sign in failed, try again."}, SignInRefused),
    (400, {"error": "Too many attempts failed, try again later"}, RateLimited),
    (400, {"error": "Nobody is known by this name"}, SignInRefused),
    (500, {"error": "Oops"}, NotLetIn),
    (200, None, NotLetIn),
]


async def test_the_answer_and_the_words_decide_together(room: Path) -> None:
    async with bench() as at:
        patient(at, sign_in_told=0.5)
        quick(at)
        for status, said, kind in SAID:
            await call(answer, at, status, said)
            await kept_out(at, kind)


def quick(at: Bench) -> None:
    """A page that says nothing is given up soon."""
    known = at.tab.site.recordings
    (step,) = known.segments["signed_in"]
    segments = {**known.segments, "signed_in": (dataclasses.replace(step, timeout=2.0),)}
    at.tab.site = dataclasses.replace(at.tab.site, recordings=dataclasses.replace(known, segments=segments))


async def test_words_about_something_else_do_not_keep_us_from_waiting(room: Path) -> None:
    """The site lets us in seconds after it took the credentials, and has other things to say meanwhile."""
    async with bench(Behaviour(sign_in_delay=2.5)) as at:
        await call(at.tab.page.add_init_script, NEWS)
        await sign_in(at)
        assert await at.tab.is_signed_in()


async def test_words_that_stood_there_before_are_none(room: Path) -> None:
    async with bench(Behaviour(sign_in_delay=2.5)) as at:
        patient(at, sign_in_told=0.5)
        await call(at.tab.page.add_init_script, OLD_NEWS)
        await sign_in(at)
        assert await at.tab.is_signed_in()
        at.site.change({"faults": {"sign_in_unclear": 1.0}})
        at.site.expire_sessions()
        assert "'Sign in failed.'" in await kept_out(at, SignInUnclear)
