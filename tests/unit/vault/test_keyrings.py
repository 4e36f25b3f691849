"""The system's keyring: what counts as one, what is kept in it, and what is said when it does not answer."""

import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.testing.backend import BackendBasicTests

from oodaemon.vault import keyrings
from oodaemon.vault.account import Key, Login, Unkept
from tests.support.keyring_of_file import VARIABLE, KeyringOfFile

KEY = Key("default", "https://optionomega.com")
LOGIN = Login("me@example.com", 'p4ss "wörd" ✓')


class TestTheKeyringOfTheTests(BackendBasicTests):
    """It is a keyring by the library's own suite."""

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, str(tmp_path / "k.json"))

    def init_keyring(self) -> KeyringOfFile:
        return KeyringOfFile()


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_what_was_kept_is_given_back_for_its_own_site_and_name_only(keyring_file: Path) -> None:
    keyrings.save(KEY, LOGIN)
    assert keyrings.load(KEY) == LOGIN
    assert keyrings.load(Key("second", KEY.site)) is None
    assert keyrings.load(Key("default", "http://127.0.0.1:8460")) is None
    assert keyrings.forget(KEY)
    assert not keyrings.forget(KEY)
    assert keyrings.load(KEY) is None


@pytest.mark.parametrize("useless", [NoKeyring, NullKeyring])
def test_what_keeps_nothing_is_no_keyring(use, useless: type) -> None:
    use(useless())
    for work in (keyrings.check, lambda: keyrings.save(KEY, LOGIN), lambda: keyrings.load(KEY)):
        with pytest.raises(Unkept, match=r"no keyring.*--store file"):
            work()


def test_what_keeps_it_in_the_clear_is_no_keyring(use) -> None:
    plain = type("PlaintextKeyring", (KeyringOfFile,), {"__module__": "keyrings.alt.file"})
    use(plain())
    with pytest.raises(Unkept, match="no keyring"):
        keyrings.check()


def test_in_a_chain_the_first_that_keeps_secrets_is_used(use, monkeypatch: pytest.MonkeyPatch, keyring_file: Path) -> None:
    monkeypatch.setattr(ChainerBackend, "backends", [NullKeyring(), KeyringOfFile()])
    use(ChainerBackend())
    keyrings.save(KEY, LOGIN)
    assert keyring_file.exists()
    assert keyrings.load(KEY) == LOGIN


def test_a_keyring_that_waits_for_a_person_is_given_up(use, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    class Locked(KeyringOfFile):
        def get_password(self, service: str, username: str) -> str | None:
            released.wait(30)
            return None

    monkeypatch.setattr(keyrings, "PATIENCE", 0.05)
    use(Locked())
    with pytest.raises(Unkept, match=r"did not answer within 0\.05 s"):
        keyrings.load(KEY)
    released.set()


def test_an_error_of_the_keyring_tells_no_secret(use) -> None:
    class Broken(KeyringOfFile):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise OSError(f"cannot keep {password}")

    use(Broken())
    with pytest.raises(Unkept) as caught:
        keyrings.save(KEY, LOGIN)
    assert "OSError" in str(caught.value)
    assert LOGIN.password not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_keyring_that_forgets_at_once_is_noticed(use, keyring_file: Path) -> None:
    class Forgetful(KeyringOfFile):
        def set_password(self, service: str, username: str, password: str) -> None:
            pass

    use(Forgetful())
    with pytest.raises(Unkept, match="does not give back"):
        keyrings.save(KEY, LOGIN)


def test_something_else_under_our_name_is_said(keyring_file: Path) -> None:
    KeyringOfFile().set_password("oodaemon:https://optionomega.com", "default", "what")
    with pytest.raises(Unkept, match="something else than an account"):
        keyrings.load(KEY)
