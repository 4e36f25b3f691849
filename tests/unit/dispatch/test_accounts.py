"""Accounts while the daemon runs: what is tried out, what is kept, and what the browsers do afterwards."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from oodaemon.browser import recordings
from oodaemon.browser.session import Credentials, Site
from oodaemon.dispatch.accounts import AccountDesk, Means
from oodaemon.dispatch.site import AUTH_REQUIRED
from oodaemon.errors import FailedPrecondition, InvalidArgument, NotFound, SignInRefused, Unavailable
from oodaemon.failures import site as failures
from oodaemon.model.runs import RunPhase
from oodaemon.vault.account import Key, Login, Place, Unkept
from oodaemon.vault.sessions import SessionFile
from oodaemon.vault.vault import Vault
from tests.support.process import ROOT
from tests.unit.dispatch.bench import ACCOUNT, BASE_URL, Bench, open_bench
from tests.unit.dispatch.machine import Machine, machine_for, working

KEY, SECOND = Key("default", BASE_URL), Key("second", BASE_URL)
SAME, OTHER = Login(ACCOUNT.email, "changed"), Login("other@example.com", "theirs")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return machine_for(monkeypatch)


class Home:
    """A state folder, and what the log learned."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.learned, self.adopted = folder, list[str](), list[str]()
        self.vault = Vault(folder, folder / "key")
        self.leaves: Callable[[], object] = lambda: None
        """What happens while the session is kept."""

    def session(self, key: Key) -> SessionFile:
        self.leaves()
        return SessionFile(self.folder, key)

    def desk(self, bench: Bench) -> AccountDesk:
        bench.desk.site = Site(BASE_URL, recordings.load(ROOT / "recordings"))
        means = Means(
            vault=self.vault, session=self.session, learn=lambda *words: self.learned.extend(words), adopt=self.adopted.append
        )
        return AccountDesk(bench.desk, bench.store, KEY, means)


@asynccontextmanager
async def opened(
    folder: Path, machine: Machine, credentials: Credentials | None = ACCOUNT
) -> AsyncIterator[tuple[Bench, AccountDesk, Home]]:
    async with open_bench(folder, credentials=credentials) as bench:
        home = Home(folder / "home")
        accounts = home.desk(bench)
        async with working(bench, machine):
            await trio.sleep(1)
            yield bench, accounts, home


async def test_an_account_lets_a_daemon_without_one_begin(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with opened(tmp_path, machine, None) as (bench, accounts, home):
        assert "ooctl login" in bench.desk.conditions[AUTH_REQUIRED].message
        run = await bench.submit(2)
        await trio.sleep(3600)
        assert await bench.states(run) == ["ready", "ready"]
        known = await accounts.sign_in("", Login(ACCOUNT.email, ACCOUNT.password), Place.FILE)
        assert (known.key, known.place, known.is_in_use, known.has_session) == (KEY, Place.FILE, True, True)
        assert known.address == "m…@e….com"
        await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.desk.is_open
        assert home.vault.load(KEY) == Login(ACCOUNT.email, ACCOUNT.password)
        assert bench.site.steps().count("sign_in") == 1, "the session of the trial is the one that is used"
        assert {ACCOUNT.password, ACCOUNT.email} <= set(home.learned)
        assert home.adopted == [ACCOUNT.email]


async def test_a_client_that_goes_away_leaves_nothing_half_done(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with opened(tmp_path, machine, None) as (bench, accounts, home):
        with trio.CancelScope() as scope:
            home.leaves = scope.cancel
            await accounts.sign_in("", Login(ACCOUNT.email, ACCOUNT.password), Place.FILE)
        assert scope.cancel_called
        assert home.vault.load(KEY) is not None
        assert bench.desk.credentials == ACCOUNT
        assert home.adopted == [ACCOUNT.email]


async def test_what_the_site_refuses_is_not_kept_and_changes_nothing(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with opened(tmp_path, machine) as (bench, accounts, home):
        bench.site.next("sign_in", SignInRefused("the site refuses it"))
        with pytest.raises(SignInRefused, match="the site refuses it"):
            await accounts.sign_in("", SAME, Place.FILE)
        assert home.vault.listing() == []
        assert bench.desk.credentials == ACCOUNT
        assert bench.desk.is_open, "the daemon goes on with what it had"
        assert "changed" not in bench.desk.redaction.text("they tried changed")


async def test_a_site_that_cannot_be_asked_is_no_verdict(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with opened(tmp_path, machine) as (bench, accounts, home):
        bench.site.next("sign_in", failures.TooSlow("nothing came of it"))
        with pytest.raises(Unavailable, match="nothing came of it"):
            await accounts.sign_in("", SAME, Place.FILE)
        bench.desk.slow_down(600)
        with pytest.raises(Unavailable, match="asked to slow down"):
            await accounts.sign_in("", SAME, Place.FILE)
        assert home.vault.listing() == []


async def test_a_new_password_is_taken_up_while_runs_go_on(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with opened(tmp_path, machine) as (bench, accounts, _):
        run = await bench.submit(3)
        await accounts.sign_in("default", SAME, Place.MEMORY)
        assert bench.desk.credentials == Credentials(ACCOUNT.email, "changed")
        await bench.until_phase(run, RunPhase.COMPLETED)


async def test_another_address_waits_for_the_runs_of_the_first(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with opened(tmp_path, machine) as (bench, accounts, home):
        bench.desk.impose("test", AUTH_REQUIRED, "nothing is leased")
        await bench.submit(1)
        with pytest.raises(FailedPrecondition, match="1 runs of the account in use are not at rest"):
            await accounts.sign_in("", OTHER, Place.FILE)
        known = await accounts.sign_in("second", OTHER, Place.FILE)
        assert (known.key, known.is_in_use) == (SECOND, False)
        assert bench.desk.credentials == ACCOUNT
        assert home.vault.load(SECOND) == OTHER
        assert home.session(SECOND).load(OTHER.email) is not None
        assert home.adopted == [], "the one in use is the same"


async def test_logging_out_ends_the_work_until_somebody_signs_in(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with opened(tmp_path, machine) as (bench, accounts, home):
        await accounts.sign_in("", Login(ACCOUNT.email, ACCOUNT.password), Place.FILE)
        known, is_still_set = await accounts.sign_out("")
        assert (known.key, is_still_set) == (KEY, False)
        assert home.vault.listing() == []
        assert not home.session(KEY).path.exists()
        assert bench.desk.stored.storage is None
        run = await bench.submit(1)
        signed_in = bench.site.steps().count("sign_in")
        await trio.sleep(12 * 3600)
        assert await bench.states(run) == ["ready"]
        assert bench.site.steps().count("sign_in") == signed_in, "the site is not asked"
        assert "ooctl logout" in bench.desk.conditions[AUTH_REQUIRED].message
        assert await accounts.listing() == []
        with pytest.raises(NotFound):
            await accounts.sign_out("")
        await accounts.sign_in("", Login(ACCOUNT.email, ACCOUNT.password), Place.MEMORY)
        await bench.until_phase(run, RunPhase.COMPLETED)


async def test_the_next_start_goes_on_with_the_session_and_makes_sure_of_it(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    home = Home(tmp_path / "home")
    home.session(KEY).save(ACCOUNT.email, {"cookies": []}, home_redaction())
    async with open_bench(tmp_path) as bench:
        accounts = home.desk(bench)
        async with working(bench, machine):
            await accounts.recall()
            await trio.sleep(1)
            assert bench.desk.stored.storage == {"cookies": []}
    async with open_bench(tmp_path / "again") as bench:
        accounts = home.desk(bench)
        bench.desk.doubts -= 1  # as the browser sees it that is made before the session is recalled
        async with working(bench, machine):
            bench.desk.doubts += 1
            await accounts.recall()
            bench.site.next("list_tests", failures.SignedOut("it expired"))
            run = await bench.submit(1)
            await bench.until_phase(run, RunPhase.COMPLETED)


async def test_accounts_are_listed_by_name_and_those_of_other_sites_are_not(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with opened(tmp_path, machine) as (_, accounts, home):
        home.vault.save(Key("third", "https://elsewhere.example"), OTHER, Place.FILE)
        await accounts.sign_in("second", OTHER, Place.FILE)
        listed = await accounts.listing()
        assert [(each.key.name, each.place, each.is_in_use) for each in listed] == [
            ("default", None, True),
            ("second", Place.FILE, False),
        ]


async def test_where_nothing_can_be_kept_the_site_is_not_asked(
    autojump_clock, tmp_path: Path, machine: Machine, monkeypatch
) -> None:
    def refuse() -> str:
        raise Unkept("this machine has no keyring")

    monkeypatch.setattr("oodaemon.vault.keyrings.check", refuse)
    async with opened(tmp_path, machine) as (bench, accounts, _):
        before = bench.site.steps().count("sign_in")
        with pytest.raises(FailedPrecondition, match="no keyring"):
            await accounts.sign_in("", SAME, Place.KEYRING)
        assert bench.site.steps().count("sign_in") == before


@pytest.mark.parametrize(
    ("name", "login", "place", "why"),
    [
        ("", Login("", "x"), Place.FILE, "email: is no e-mail address"),
        ("", Login("nobody", "x"), Place.FILE, "email: is no e-mail address"),
        ("", Login("a@b.c", ""), Place.FILE, "password: is empty"),
        ("", Login("a@b.c", "x" * 1025), Place.FILE, "password: is longer than 1024"),
        ("../x", SAME, Place.FILE, "name: small letters"),
        ("Default", SAME, Place.FILE, "name: small letters"),
        ("second", SAME, Place.MEMORY, "place: only the account in use"),
    ],
)
async def test_what_cannot_be_right_is_refused(
    autojump_clock, tmp_path: Path, machine: Machine, name: str, login: Login, place: Place, why: str
) -> None:
    async with opened(tmp_path, machine) as (bench, accounts, _):
        before = bench.site.steps().count("sign_in")
        with pytest.raises(InvalidArgument) as caught:
            await accounts.sign_in(name, login, place)
        assert why in str(caught.value)
        assert bench.site.steps().count("sign_in") == before


def home_redaction():
    from oodaemon.failures.redaction import NOTHING_SECRET

    return NOTHING_SECRET
