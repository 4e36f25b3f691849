"""What looks like a secret is taken out although nobody named it; what does not, stays."""

import pytest

from oodaemon.failures.redaction import NOTHING_SECRET, Redaction

GONE = {
    "write to jane.doe+1@mail.example.co.uk today": "write to [redacted] today",
    "jane%40mail.example": "[redacted]",
    "https://a.example/x?token=abc123&page=2": "https://a.example/x?token=[redacted]&page=2",
    "/api?Email=nobody&x=1#access_token=zzz": "/api?Email=[redacted]&x=1#access_token=[redacted]",
    "https://user:pw@host.example/": "https://[redacted]@host.example/",
    "Authorization: Bearer abc.def": "Authorization: [redacted]",
    "Set-Cookie: sid=1; Path=/\nAccept: x": "Set-Cookie: [redacted]\nAccept: x",
    'x {"refreshToken": "r-1", "id": 4}': 'x {"refreshToken": "[redacted]", "id": 4}',
    "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln back": "got [redacted] back",
    "Basic dXNlcjpwYXNz": "Basic [redacted]",
}
STAYS = (
    "the step 'run' took longer than 40 s",
    '"Profit Target" in "Profit & Loss" is not on the page',
    "ERR_CONNECTION_RESET at the step 'open and fill'",
    "GET /api/Backtests/7 was answered 503",
    "https://optionomega.com/test/aB3dE5gH7jK9mN1pQ2rS?tab=trades",
    "Allocate 20% of portfolio @ 5 lots",
    "the session cookie expired; passed 3 checks",
)


@pytest.mark.parametrize(("said", "left"), GONE.items())
def test_what_looks_like_a_secret_goes(said: str, left: str) -> None:
    assert NOTHING_SECRET.text(said) == left


@pytest.mark.parametrize("said", STAYS)
def test_what_does_not_stays(said: str) -> None:
    assert NOTHING_SECRET.text(said) == said


def test_a_short_secret_takes_no_words_with_it() -> None:
    redaction = Redaction(["ab"])
    assert redaction.text("about ab, cab (ab)") == "about [redacted], cab ([redacted])"


def test_no_account_has_no_secrets() -> None:
    assert Redaction(["", ""]).text("nothing here") == "nothing here"


def test_it_never_shows_what_it_knows() -> None:
    assert "hunter2" not in repr(Redaction(["hunter2"]))


def test_headers_and_cookies_of_a_recording_lose_their_values() -> None:
    record = {
        "request": {
            "headers": [{"name": "Cookie", "value": "sid=1"}, {"name": "accept", "value": "text/html"}],
            "cookies": [{"name": "sid", "value": "1"}],
            "queryString": [{"name": "api_key", "value": "k"}, {"name": "page", "value": "2"}],
        },
        "password": "x",
        "snapshot": ["INPUT", {"type": "password", "__playwright_value_": "typed", "value": ""}],
        "field": ["INPUT", {"type": "text", "__playwright_value_": "12"}],
    }
    assert NOTHING_SECRET.value(record) == {
        "request": {
            "headers": [{"name": "Cookie", "value": "[redacted]"}, {"name": "accept", "value": "text/html"}],
            "cookies": [],
            "queryString": [{"name": "api_key", "value": "[redacted]"}, {"name": "page", "value": "2"}],
        },
        "password": "[redacted]",
        "snapshot": ["INPUT", {"type": "password", "__playwright_value_": "[redacted]", "value": ""}],
        "field": ["INPUT", {"type": "text", "__playwright_value_": "12"}],
    }
