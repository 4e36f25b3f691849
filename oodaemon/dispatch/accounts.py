"""Accounts while the daemon runs: signing in by request, forgetting, and the session that the next start goes on with."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
import trio

from oodaemon.browser.session import Credentials
from oodaemon.browser.tab import StoredSession, Tab
from oodaemon.dispatch.site import SiteDesk
from oodaemon.errors import FailedPrecondition, InvalidArgument, NotFound, Unavailable, Violation
from oodaemon.failures.redaction import Redaction
from oodaemon.store import runs
from oodaemon.store.store import Store
from oodaemon.vault.account import Key, Listed, Login, Place, masked
from oodaemon.vault.sessions import SessionFile
from oodaemon.vault.vault import Vault

log = structlog.get_logger()

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
LONGEST = 1024
"""Characters of an address or a password; more is no account but a mistake."""


@dataclass(frozen=True, slots=True)
class Known:
    """An account as clients are told of it. `place` None: the settings of the daemon name it."""

    key: Key
    address: str
    place: Place | None
    is_in_use: bool
    has_session: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What accounts are kept with. `session` opens the file of one; `learn` is told of secrets before they are used."""

    vault: Vault
    session: Callable[[Key], SessionFile]
    learn: Callable[[str, str], object]
    adopt: Callable[[str], object]
    """Told of the address before an account is taken up: results of another account must not stand for its own."""
    is_set: bool = False
    """Whether the settings named the account that the daemon began with."""


class AccountDesk:
    """The accounts of the daemon; `key` is the one in use. What is asked of the keyring is asked in a thread."""

    def __init__(self, desk: SiteDesk, store: Store, key: Key, means: Means) -> None:
        self._desk, self._store, self._key, self._means = desk, store, key, means
        self._lock = trio.Lock()
        self._place: Place | None = None
        desk.stored.keep = self._keep

    async def recall(self) -> None:
        """Go on with the session of an older boot, if one was kept. Every browser makes sure of it before its first task."""
        credentials = self._desk.credentials
        listed = await self._listing()
        self._place = next((each.place for each in listed if each.key == self._key), None)
        if credentials is None:
            return
        storage = await trio.to_thread.run_sync(self._session().load, credentials.email)
        if storage is not None:
            self._desk.stored.storage = storage
            self._desk.doubt()

    async def listing(self) -> list[Known]:
        """The accounts of this site that are kept, and the one in use, by name."""
        kept = {each.key.name: each for each in await self._listing() if each.key.site == self._key.site}
        known = [await self._known(each.key, each.address, each.place) for each in kept.values() if each.key != self._key]
        credentials = self._desk.credentials
        if credentials is not None:
            known.append(await self._known(self._key, masked(credentials.email), self._place))
        elif self._key.name in kept:
            known.append(await self._known(self._key, kept[self._key.name].address, kept[self._key.name].place))
        return sorted(known, key=lambda each: each.key.name)

    async def sign_in(self, name: str, login: Login, place: Place) -> Known:
        """Try an account out on the site, and keep it if the site lets it in. The one in use is taken up at once.

        Raises InvalidArgument, FailedPrecondition (nothing can be kept there, or runs of another account are not at rest),
        SignInRefused, Unavailable.
        """
        key = self._named(name)
        _check(login)
        if place is Place.MEMORY and key != self._key:
            raise InvalidArgument.of("place", f"only the account in use, {self._key.name!r}, can be held in memory")
        self._means.learn(login.password, login.email)
        self._desk.redaction.learn(login.password, login.email)
        async with self._lock:
            await trio.to_thread.run_sync(self._means.vault.check, place)
            await self._check_change(key, login)
            storage = await self._verify(Credentials(login.email, login.password))
            with trio.CancelScope(shield=True):  # a client that goes away must not leave an account that is kept and not used
                await self._take_up(key, login, place, storage)
        log.info("signed in", account=key.name, kept=place.value)
        return await self._known(key, masked(login.email), place)

    async def sign_out(self, name: str) -> tuple[Known, bool]:
        """Forget an account and its session; what it was, and whether the settings name it as well. Raises NotFound."""
        key = self._named(name)
        async with self._lock:
            known = next((each for each in await self.listing() if each.key == key), None)
            if known is None:
                raise NotFound("account", key.name, "see `ooctl accounts`")
            with trio.CancelScope(shield=True):
                await trio.to_thread.run_sync(self._means.vault.forget, key)
                if key == self._key:
                    await self._desk.use_account(None, None)
                    self._place = None
                await trio.to_thread.run_sync(self._means.session(key).forget)
        log.info("signed out", account=key.name)
        return known, self._means.is_set and key == self._key

    async def _take_up(self, key: Key, login: Login, place: Place, storage: Mapping[str, Any]) -> None:
        await trio.to_thread.run_sync(self._means.vault.save, key, login, place)
        await trio.to_thread.run_sync(self._means.session(key).save, login.email, storage, self._desk.redaction)
        if key == self._key:
            self._place = place
            self._means.adopt(login.email)
            await self._desk.use_account(Credentials(login.email, login.password), storage)

    async def _verify(self, credentials: Credentials) -> Mapping[str, Any]:
        """The signed-in state, from a session of its own: one that is signed in already would prove nothing."""
        desk = self._desk
        if desk.silence > 0:
            raise Unavailable(desk.silence_message())
        trial = StoredSession(redaction=Redaction((credentials.password, credentials.email)))

        async def work(tab: Tab) -> None:
            async with desk.sign_in_lock:
                await tab.sign_in(credentials)

        await desk.ask(work, stored=trial)
        assert trial.storage is not None
        return trial.storage

    async def _check_change(self, key: Key, login: Login) -> None:
        now = self._desk.credentials
        if key != self._key or now is None or now.email.casefold() == login.email.casefold():
            return
        if active := await self._store.read(runs.active):
            raise FailedPrecondition(
                f"{len(active)} runs of the account in use are not at rest, and their saved tests belong to it; let them end or "
                "cancel them before another address takes its place, or give this one a name of its own with --account"
            )

    async def _keep(self, storage: Mapping[str, Any]) -> None:
        credentials = self._desk.credentials
        if credentials is not None:
            await trio.to_thread.run_sync(self._session().save, credentials.email, storage, self._desk.redaction)

    async def _listing(self) -> list[Listed]:
        return await trio.to_thread.run_sync(self._means.vault.listing)

    async def _known(self, key: Key, address: str, place: Place | None) -> Known:
        has_session = await trio.to_thread.run_sync(self._means.session(key).path.is_file)
        is_in_use = key == self._key and self._desk.credentials is not None
        return Known(key, address, place, is_in_use, has_session)

    def _session(self) -> SessionFile:
        return self._means.session(self._key)

    def _named(self, name: str) -> Key:
        if name and NAME.fullmatch(name) is None:
            raise InvalidArgument.of("name", "small letters, digits, - and _, at most 32, such as work")
        return Key(name, self._key.site) if name else self._key


def _check(login: Login) -> None:
    violations = []
    if "@" not in login.email.strip("@") or len(login.email) > LONGEST:
        violations.append(Violation("email", "is no e-mail address"))
    if not login.password or len(login.password) > LONGEST:
        violations.append(Violation("password", "is empty" if not login.password else f"is longer than {LONGEST} characters"))
    if violations:
        raise InvalidArgument(violations)
