"""The account of a daemon at its start: from the settings, else from where `ooctl login` kept it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import SecretStr

from oodaemon.app.settings import Settings
from oodaemon.events.log import LogBook
from oodaemon.vault.account import Key, Place, Unkept
from oodaemon.vault.sessions import SessionFile
from oodaemon.vault.vault import Vault

PRACTICE = "practice"
"""Stands for the address of a practice site, which is another one with each start."""


def _nobody(_password: str, _email: str) -> None:
    """Learns no secret."""


@dataclass(frozen=True, slots=True)
class Access:
    """How the daemon gets at its account: where it came from (None: the settings, or nowhere), and why there is none.

    `learn` is told every secret that becomes known, and `book` has the log lines of the process, which tell none.
    """

    place: Place | None = None
    problem: str = ""
    learn: Callable[[str, str], object] = _nobody
    book: LogBook = field(default_factory=LogBook)


def key_of(settings: Settings) -> Key:
    """The account in use."""
    return Key(settings.account, PRACTICE if settings.practice else settings.base_url)


def vault_of(settings: Settings) -> Vault:
    """Where accounts are kept."""
    assert settings.credentials_key is not None, "load() fills it in"
    return Vault(settings.state_dir, settings.credentials_key)


def session_of(settings: Settings, key: Key) -> SessionFile:
    """Where the session of an account is kept."""
    return SessionFile(settings.state_dir, key)


def completed(settings: Settings) -> tuple[Settings, Access]:
    """The settings with the account that `ooctl login` kept, unless they name one, be it half. Never raises: a daemon without an
    account is up all the same and says what it lacks."""
    if settings.email or settings.password.get_secret_value():
        return settings, Access(problem=_half(settings))
    key = key_of(settings)
    try:
        vault = vault_of(settings)
        found, login = vault.find(key), vault.load(key)
    except Unkept as error:
        return settings, Access(problem=f"the account {key.name!r} cannot be read: {error}")
    if found is None or login is None:
        return settings, Access()
    update = {"email": login.email, "password": SecretStr(login.password)}
    return settings.model_copy(update=update), Access(place=found.place)


def _half(settings: Settings) -> str:
    if settings.has_account:
        return ""
    missing = "OO_PASSWORD" if settings.email else "OO_EMAIL"
    return f"half an account is set; set {missing} too, or neither of both and sign in with `ooctl login`"
