"""The system's keyring: Secret Service or KWallet on Linux, the Keychain on macOS. Asked in a thread: it may wait for a person."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from oodaemon.clock import SECONDS
from oodaemon.vault.account import Key, Login, Unkept

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

PATIENCE = 20 * SECONDS
"""Long enough for somebody who sits there to unlock it; a daemon at log-in must not wait for ever."""
USELESS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that keep nothing, or keep it readable for everybody."""
INSTEAD = "`ooctl login --store file` keeps it in an encrypted file, OO_EMAIL and OO_PASSWORD or systemd credentials do without"


def check() -> str:
    """The name of the keyring that would be used. Raises Unkept when there is none that keeps a secret."""
    return _patiently(lambda: str(_backend().name))


def save(key: Key, login: Login) -> None:
    """Keep an account, and make sure that it can be read back. Raises Unkept."""

    def work() -> None:
        backend = _backend()
        backend.set_password(_service(key), key.name, login.to_bytes().decode())
        if backend.get_password(_service(key), key.name) is None:
            raise Unkept(f"the keyring {backend.name} does not give back what it was given; {INSTEAD}")

    _patiently(work)


def load(key: Key) -> Login | None:
    """The account; None when the keyring has none of this name. Raises Unkept."""
    kept = _patiently(lambda: _backend().get_password(_service(key), key.name))
    try:
        return None if kept is None else Login.from_bytes(kept)
    except ValueError:
        raise Unkept(
            f"the keyring holds something else than an account under {key.name!r}; sign in again with `ooctl login`"
        ) from None


def forget(key: Key) -> bool:
    """True when it was there. Raises Unkept."""

    def work() -> bool:
        backend = _backend()
        if backend.get_password(_service(key), key.name) is None:
            return False
        backend.delete_password(_service(key), key.name)
        return True

    return _patiently(work)


def _service(key: Key) -> str:
    return f"oodaemon:{key.site}"


def _backend() -> "KeyringBackend":
    import keyring  # noqa: PLC0415 - slow, and rarely needed

    chosen = next(_usable(keyring.get_keyring()), None)
    if chosen is None:
        raise Unkept(f"this machine has no keyring that is unlocked for the daemon; {INSTEAD}")
    return chosen


def _usable(backend: Any) -> Iterator["KeyringBackend"]:  # noqa: ANN401 - a chain of backends has members that no type tells of
    if type(backend).__module__ == "keyring.backends.chainer":
        for each in backend.backends:
            yield from _usable(each)
    elif not type(backend).__module__.startswith(USELESS):
        yield backend


def _patiently(work: Callable[[], T]) -> T:
    """Do it in a thread that may stay behind: nothing can interrupt a keyring that waits for a person."""
    answers: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # noqa: BLE001 - backends raise whatever their libraries raise
            errors.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if answers:
        return answers[0]
    if not errors:
        raise Unkept(f"the keyring did not answer within {PATIENCE:g} s; it may wait to be unlocked; {INSTEAD}")
    if isinstance(errors[0], Unkept):
        raise errors[0]
    raise Unkept(f"the keyring cannot be used ({type(errors[0]).__name__}); {INSTEAD}") from None
