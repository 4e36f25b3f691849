"""The desk where commands on saved tests arrive: on the site when that is asked for, in our own list in any case."""

import json
from dataclasses import dataclass

import trio

from oodaemon.browser.saved_test import plain
from oodaemon.dispatch.runs import Request
from oodaemon.dispatch.site import SiteDesk, Work
from oodaemon.dispatch.tests import TestBook, is_address, path_of
from oodaemon.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, Unavailable
from oodaemon.model.config import TestConfig
from oodaemon.model.runs import Author, Place, SavedTest
from oodaemon.store import requests, tests
from oodaemon.store.store import Store
from oodaemon.store.transaction import Transaction

LONGEST = 200
"""So many characters a name may have."""
NAMED = 20
"""So many runs that are not at rest are named."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be changed: the test by its id and the name it must have, where, and why."""

    test_id: str
    name: str
    place: Place
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is known of a test. `number` is its place in the list, 0 for one that is not on it."""

    test: SavedTest
    number: int
    config: TestConfig | None
    runs: int
    active: tuple[str, ...]


class TestDesk:
    """Shows, adds, renames and deletes saved tests. What changes something is idempotent by its request."""

    __test__ = False

    def __init__(self, store: Store, desk: SiteDesk, book: TestBook) -> None:
        self._store, self._desk, self._book = store, desk, book
        self._one_by_one = trio.Lock()

    async def show(self, reference: str, *, refresh: bool = False) -> Shown:
        """All that is known of the test a reference means. Raises as `TestBook.resolve`."""
        test = await self._book.resolve(reference)
        if refresh and await self._book.look_up(test.path) is None:
            hint = f"the site shows none at {test.path}; `ooctl tests delete` takes it off the list"
            raise NotFound("saved test", test.called, hint)
        test = await self._store.read(tests.get, test.test_id)
        count, active = await self._store.read(tests.uses, test.test_id)
        return Shown(
            test=test,
            number=await self.number_of(test.test_id),
            config=await self._store.read(tests.config_of, test.test_id),
            runs=count,
            active=tuple(active[:NAMED]),
        )

    async def number_of(self, test_id: str) -> int:
        """The place of a test in the list, from 1; 0 for one that is not on it."""
        listed = [test.test_id for test in await self._store.read(tests.listing)]
        return listed.index(test_id) + 1 if test_id in listed else 0

    async def add(self, request: Request, reference: str) -> tuple[SavedTest, bool]:
        """Look a test up on the site and list it; the test, and whether it was listed before.

        Raises InvalidArgument for what is no address and no id, NotFound when the site does not have it, and as `SiteDesk.ask`.
        """
        answer = await self._store.read(requests.known, request.request_id, request.method, request.digest)
        if answer is None:
            path = self._path_of(reference)
            known = {test.path for test in await self._store.read(tests.listing)}
            found = await self._book.look_up(path, Author(request.client))
            if found is None:
                raise NotFound("saved test", reference, f"the site shows none at {path}")
            answer = await self._store.write(_keep, request, json.dumps({"test_id": found.test_id, "is_known": path in known}))
        kept = json.loads(answer)
        return await self._store.read(tests.get, kept["test_id"]), bool(kept["is_known"])

    def _path_of(self, reference: str) -> str:
        """Where the site has the test of an address or id. Raises InvalidArgument."""
        if is_address(reference):
            return path_of(reference, self._desk.site.base_url)
        if not reference.isalnum():
            why = f"{reference!r} is neither the address of a test nor an id; open it on the site and copy its address"
            raise InvalidArgument.of("reference", why)
        return f"/test/{reference}"

    async def rename(self, request: Request, order: Order, new_name: str) -> tuple[SavedTest, str]:
        """Give a test another name; the test, and what was done as a sentence.

        Raises InvalidArgument for a name that cannot be one, NotFound, Aborted when the test is called otherwise by now,
        FailedPrecondition when the site cannot be made to do it for sure, and as `SiteDesk.ask`.
        """
        new_name = _checked(new_name)
        done = f"the list of this daemon calls it {new_name!r} now; the site was not touched"
        async with self._one_by_one:
            test = await self._expected(request, order, new_name)
            if test is not None and order.place is Place.SITE:
                done = await self._at_the_site(test, lambda tab: tab.rename_test(test.path, plain(test.name), new_name))
            return await self._store.write(_rename, request, order, new_name, done)

    async def delete(self, request: Request, order: Order) -> tuple[SavedTest, str]:
        """Remove a test; the test as it was last known, and what was done as a sentence. Its runs and results stay.

        From the site only one that no run needs any more is removed. Raises as `rename`.
        """
        done = "it is off the list of this daemon; the site was not touched"
        async with self._one_by_one:
            test = await self._expected(request, order)
            if test is not None and order.place is Place.SITE:
                await self._refuse_while_needed(test)
                done = await self._at_the_site(test, lambda tab: tab.remove_test(test.path, plain(test.name)))
            return await self._store.write(_remove, request, order, done)

    async def _expected(self, request: Request, order: Order, *others: str) -> SavedTest | None:
        """The test, once it is called as the order says or by another name; None when the request was carried out before."""
        if await self._store.read(requests.known, request.request_id, request.method, request.digest):
            return None
        test = await self._store.read(tests.get, order.test_id)
        if plain(order.name) not in {plain(test.name), plain(test.called)} and plain(test.name) not in others:
            raise Aborted(f"the test {order.test_id} is called {test.called!r} and not {order.name!r}; nothing was changed")
        return test

    async def _refuse_while_needed(self, test: SavedTest) -> None:
        _, active = await self._store.read(tests.uses, test.test_id)
        if active:
            runs = ", ".join(active[:NAMED])
            raise FailedPrecondition(f"runs of {test.called!r} are not at rest: {runs}; wait for them, or cancel them first")

    async def _at_the_site(self, test: SavedTest, work: Work) -> str:
        if not test.path.startswith("/test/"):
            raise FailedPrecondition(
                f"{test.called!r} is a shared view of somebody's test ({test.path}), which cannot be changed;"
                " --only-here changes the list of this daemon"
            )
        try:
            return str(await self._desk.ask(work))
        except Unavailable as error:
            raise Unavailable(
                f"{error}; whether it was done is not known: repeat the command, the site is looked at first"
            ) from error


def _checked(name: str) -> str:
    """A name that a test can have. Raises InvalidArgument."""
    found = plain(name)
    if not found:
        raise InvalidArgument.of("new_name", "is empty")
    if len(found) > LONGEST:
        raise InvalidArgument.of("new_name", f"has more than {LONGEST} characters")
    if not found.isprintable():
        raise InvalidArgument.of("new_name", "has characters that cannot be shown")
    return found


def _keep(tx: Transaction, request: Request, answer: str) -> str:
    return requests.once(tx, request.request_id, request.method, request.digest, lambda: answer)


def _rename(tx: Transaction, request: Request, order: Order, new_name: str, done: str) -> tuple[SavedTest, str]:
    def produce() -> str:
        tests.rename(tx, order.test_id, new_name, order.place, author=Author(request.client, order.reason))
        return done

    said = requests.once(tx, request.request_id, request.method, request.digest, produce)
    return tests.get(tx.db, order.test_id), said


def _remove(tx: Transaction, request: Request, order: Order, done: str) -> tuple[SavedTest, str]:
    def produce() -> str:
        tests.remove(tx, order.test_id, order.place, author=Author(request.client, order.reason))
        return done

    said = requests.once(tx, request.request_id, request.method, request.digest, produce)
    return tests.get(tx.db, order.test_id), said
