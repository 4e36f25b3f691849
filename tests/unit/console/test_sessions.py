"""Links and sessions on a clock of the test."""

from oodaemon.console import sessions
from oodaemon.console.sessions import LINK_LIFE, SESSION_LIFE, Sessions, is_token


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_link_is_exchanged_once_and_in_time() -> None:
    clock = Clock()
    kept = Sessions(clock)
    link, late = kept.link(), kept.link()
    clock.now += LINK_LIFE - 0.1
    cookie = kept.exchange(link)
    assert cookie is not None
    assert kept.find(cookie) is not None
    assert kept.exchange(link) is None
    clock.now += 0.2
    assert kept.exchange(late) is None
    assert kept.exchange("") is None


def test_a_session_ends() -> None:
    clock = Clock()
    kept = Sessions(clock)
    cookie = kept.exchange(kept.link())
    assert cookie is not None
    clock.now += SESSION_LIFE - 1
    assert kept.find(cookie) is not None
    clock.now += 2
    assert kept.find(cookie) is None


def test_a_session_that_is_given_up_is_gone() -> None:
    kept = Sessions(Clock())
    cookie = kept.exchange(kept.link())
    assert cookie is not None
    kept.end(cookie)
    assert kept.find(cookie) is None


def test_there_are_never_more_than_so_many() -> None:
    kept = Sessions(Clock())
    links = [kept.link() for _ in range(sessions.LINKS + 3)]
    assert kept.exchange(links[0]) is None
    assert kept.exchange(links[-1]) is not None
    cookies = [kept.exchange(kept.link()) for _ in range(sessions.SESSIONS + 1)]
    assert kept.find(str(cookies[0])) is None
    assert kept.find(str(cookies[-1])) is not None


def test_secrets_are_long_unlike_and_not_kept() -> None:
    kept = Sessions(Clock())
    links = {kept.link() for _ in range(10)}
    cookie = kept.exchange(next(iter(links)))
    assert cookie is not None
    found = kept.find(cookie)
    assert found is not None
    assert len(links) == 10
    assert min(map(len, [*links, cookie, found.csrf])) >= 43
    assert not any(secret in repr(vars(kept)) for secret in [*links, cookie])


def test_tokens_are_compared_whole() -> None:
    kept = Sessions(Clock())
    cookie = kept.exchange(kept.link())
    found = kept.find(str(cookie))
    assert found is not None
    assert is_token(found, found.csrf)
    assert not any(is_token(found, wrong) for wrong in ("", found.csrf[:-1], found.csrf + "x", "\ud800"))
