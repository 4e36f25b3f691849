"""What words on a sign-in page and the answer to the credentials mean together."""

from pathlib import Path

import pytest

from oodaemon.browser.recordings import load
from oodaemon.failures.sign_in import NOTHING_SEEN, Reply, Ruling, Words, rule, telling

WORDS = Words.of(load(Path(__file__).parents[3] / "recordings").texts)
REFUSED, UNCLEAR, PASSING, TOO_OFTEN = Ruling.REFUSED, Ruling.UNCLEAR, Ruling.PASSING, Ruling.TOO_OFTEN
TAKEN, NOT_TAKEN, LIMITED, FAULT = (Reply(status=status) for status in (200, 401, 429, 503))
LOCKED = "Access has been temporarily disabled due to many failed login attempts, try again later. (auth/too-many-requests)"


@pytest.mark.parametrize("reply", [NOTHING_SEEN, TAKEN, NOT_TAKEN])
@pytest.mark.parametrize(
    "line",
    [
        "Invalid email or password.",
        "The password is INCORRECT, please try again",
        "Firebase: Error (auth/wrong-password).",
        "Firebase: Error (auth/invalid-credential).",
    ],
)
def test_words_that_name_the_credentials_are_a_refusal(line: str, reply: Reply) -> None:
    assert rule([line], reply, WORDS) is REFUSED


@pytest.mark.parametrize("reply", [NOTHING_SEEN, TAKEN])
@pytest.mark.parametrize(
    "lines",
    [
        ["Firebase: Error (auth/network-request-failed)."],
        ["Failed to fetch"],
        ["Sign in failed.", "Check your connection and try again."],
        ["Login failed: request timed out"],
        ["Sign in failed, please try again later"],
        ["Invalid answer of the server: network error"],
    ],
)
def test_words_about_the_network_are_none(lines: list[str], reply: Reply) -> None:
    assert rule(lines, reply, WORDS) is PASSING


@pytest.mark.parametrize(
    "reply", [Reply(broken="ERR_CONNECTION_RESET"), FAULT, Reply(status=408), Reply(is_pending=True)], ids=repr
)
@pytest.mark.parametrize("lines", [[], ["Sign in failed, try again"], ["Invalid email or password."]])
def test_credentials_that_nobody_looked_at_are_not_refused_whatever_the_page_says(lines: list[str], reply: Reply) -> None:
    assert rule(lines, reply, WORDS) is PASSING


@pytest.mark.parametrize(
    ("lines", "reply"),
    [
        ([LOCKED], NOTHING_SEEN),
        ([LOCKED], Reply(status=400)),
        (["Invalid email or password."], Reply(status=429)),
        ([], Reply(status=429)),
    ],
)
def test_a_site_that_was_asked_too_often_says_nothing_of_the_credentials(lines: list[str], reply: Reply) -> None:
    assert rule(lines, reply, WORDS) is TOO_OFTEN


def test_a_word_that_fits_any_trouble_is_a_refusal_only_with_an_answer_that_is_one() -> None:
    for reply, ruling in ((NOTHING_SEEN, UNCLEAR), (TAKEN, UNCLEAR), (NOT_TAKEN, REFUSED)):
        assert rule(["Sign in failed, try again"], reply, WORDS) is ruling


def test_words_and_an_answer_that_contradict_each_other_are_not_believed() -> None:
    assert rule(["Login failed: connection lost"], NOT_TAKEN, WORDS) is UNCLEAR
    assert rule(["Too many attempts, and the password is incorrect"], NOT_TAKEN, WORDS) is REFUSED, "nothing to try again"


def test_an_answer_that_refuses_is_believed_without_words_and_silence_says_nothing() -> None:
    assert rule([], NOT_TAKEN, WORDS) is REFUSED
    assert rule(["Welcome back"], TAKEN, WORDS) is rule([], NOTHING_SEEN, WORDS) is None


def test_what_is_told_are_the_lines_that_say_why() -> None:
    lines = ["Sign in", "Sign in FAILED", "Have a look at the news", "Network error"]
    assert telling(lines, WORDS) == ["Sign in FAILED", "Network error"]
