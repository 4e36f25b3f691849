"""What the site's server says beside its pages."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from oodaemon.browser.answers import LONGEST, Answers, Handover, check, retry_after
from oodaemon.failures.explain import explain
from oodaemon.failures.sign_in import NOTHING_SEEN, Reply
from oodaemon.failures.site import PanelStuck, RateLimited, SiteFailure, SiteUnreachable, TooSlow

HOST = "optionomega.com"


def response(status: int, *, host: str = HOST, kind: str = "xhr", **headers: str) -> Any:
    request = SimpleNamespace(resource_type=kind, method="POST")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SimpleNamespace(status=status, status_text="", url=f"https://{host}/api/Backtests", headers=named, request=request)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "999999"}, LONGEST),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "²"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@pytest.mark.parametrize(("status", "error"), [(429, RateLimited), (503, SiteUnreachable), (500, TooSlow)])
def test_an_answer_that_is_no_page_is_told(status: int, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        check(response(status, retry_after="3"))
    assert type(caught.value) is error
    assert getattr(caught.value, "retry_after", 3) == 3


@pytest.mark.parametrize("status", [200, 304, 404])
def test_other_answers_are_pages(status: int) -> None:
    check(response(status))
    check(None)


def told(heard: Answers, error: SiteFailure) -> SiteFailure:
    return explain(error, heard.facts(), step="run")


def test_a_failure_is_explained_by_what_the_own_server_refused() -> None:
    heard, stuck, slow = Answers(HOST), PanelStuck("stuck"), TooSlow("slow")
    for other in (response(429, host="tracker.example"), response(429, kind="image"), response(200)):
        heard._note(other)
    assert (told(heard, stuck), told(heard, slow)) == (stuck, slow)
    heard._note(response(503))
    assert told(heard, stuck) is stuck
    assert str(told(heard, slow)) == "slow (POST /api/Backtests was answered 503)"
    heard._note(response(429, retry_after="4"))
    limited = told(heard, stuck)
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == 4
    heard.forget()
    assert told(heard, stuck) is stuck


EMAIL, PASSWORD = "Me@Example.com", 'pä"s& s'


def carrying(body: bytes | None, *, failure: str | None = None) -> Any:
    return SimpleNamespace(post_data_buffer=body, failure=failure)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"email": EMAIL.lower(), "password": PASSWORD}).encode(),
        json.dumps({"email": EMAIL, "password": PASSWORD}, ensure_ascii=False).encode(),
        b"email=Me%40Example.com&password=p%C3%A4%22s%26+s",
    ],
)
def test_the_request_that_hands_over_the_credentials_is_followed(body: bytes) -> None:
    handover, request = Handover(EMAIL, PASSWORD), carrying(body, failure="net::ERR_CONNECTION_RESET")
    assert handover.reply == NOTHING_SEEN
    handover._sent(request)
    assert handover.reply == Reply(is_pending=True)
    handover._broke(request)
    assert handover.reply == Reply(broken="ERR_CONNECTION_RESET")
    answer: Any = SimpleNamespace(request=request, status=429, headers={"retry-after": "7"})
    handover._answered(answer)
    assert handover.reply == Reply(status=429, retry_after=7)


@pytest.mark.parametrize("body", [None, b"", b"email=Me%40Example.com", b"\xff\xfe", b'{"password": "p\xc3\xa4\\"s& s"}'])
def test_other_requests_say_nothing_of_the_credentials(body: bytes | None) -> None:
    handover, request = Handover(EMAIL, PASSWORD), carrying(body, failure="net::ERR_FAILED")
    handover._sent(request)
    handover._broke(request)
    assert handover.reply == NOTHING_SEEN


def test_what_is_followed_is_not_shown() -> None:
    assert PASSWORD not in repr(Handover(EMAIL, PASSWORD))
