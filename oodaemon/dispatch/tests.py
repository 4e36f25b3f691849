"""From what a user calls a test to the saved test: known ones at once, others by asking the site."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from oodaemon.api.v1 import runs_pb2
from oodaemon.browser.catalog import Listed
from oodaemon.browser.session import test_path
from oodaemon.dispatch.likeness import Likeness, likeness
from oodaemon.dispatch.site import SiteDesk
from oodaemon.errors import InvalidArgument, NotFound, SignInRefused, Unavailable
from oodaemon.model.config import TestConfig
from oodaemon.model.runs import NOBODY, Author, SavedTest
from oodaemon.model.values import Values
from oodaemon.parameters.legs import SavedLeg
from oodaemon.parameters.registry import Registry
from oodaemon.plans import walk_forward
from oodaemon.plans.plan import Plan
from oodaemon.store import tests
from oodaemon.store.store import Store

_NUMBER = re.compile(r"^\d{1,4}$")
_ID = re.compile(r"^[A-Za-z0-9_-]{6,64}$")
_NOTHING = Likeness(None)


def match(reference: str, known: Sequence[SavedTest], base_url: str) -> SavedTest | None:
    """The known test a reference means, or None.

    A number is a place in `known`, from 1; then come address, id and name, the name without regard to case. Raises InvalidArgument
    for an address that is none of a saved test on this site, and for a name that several tests have.
    """
    if is_address(reference):
        path = path_of(reference, base_url)
        return next((test for test in known if test.path == path), None)
    if _NUMBER.match(reference):
        place = int(reference)
        return known[place - 1] if 0 < place <= len(known) else None
    by_id = [test for test in known if test.test_id == reference]
    wanted = reference.strip().casefold()
    named = by_id or [test for test in known if wanted in {test.called.casefold(), test.name.casefold()}]
    if len(named) > 1:
        ids = ", ".join(test.test_id for test in named)
        raise InvalidArgument.of("test", f"{len(named)} saved tests are called {reference!r}; give the id of one: {ids}")
    return named[0] if named else None


def is_address(reference: str) -> bool:
    """True for a URL or a path."""
    return "://" in reference or reference.startswith("/")


def path_of(reference: str, base_url: str) -> str:
    """The path of the test at an address. Raises InvalidArgument when it is not on this site, or no test."""
    ours = _host(base_url)
    try:
        host = _host(reference)
    except ValueError:
        raise InvalidArgument.of("test", f"{reference} is no address") from None
    if host and host != ours:
        raise InvalidArgument.of("test", f"{reference} is on {host}, but this daemon drives {ours}")
    path = test_path(reference)
    if not path:
        raise InvalidArgument.of(
            "test", f"{reference} is no address of a saved test; it looks like {base_url.rstrip('/')}/test/<id>"
        )
    return path


def _host(address: str) -> str:
    return urlsplit(address).netloc.casefold().removeprefix("www.")


def not_found(reference: str, known: Sequence[SavedTest]) -> NotFound:
    """The error for a reference the site does not know either, with the nearest name."""
    if _NUMBER.match(reference):
        return NotFound("saved test", reference, f"the list has {len(known)}; see `ooctl tests`")
    near = likeness(reference, known).candidates
    return NotFound("saved test", reference, f"did you mean {near[0].called!r}?" if near else "see `ooctl tests`")


def ambiguous(reference: str, found: "Found") -> InvalidArgument:
    """The error for a reference that fits several tests, with their ids."""
    listed = ", ".join(f"{test.called!r} ({test.test_id})" for test in found.candidates)
    return InvalidArgument.of("test", f"{len(found.candidates)} saved tests fit {reference!r}; give the id of one: {listed}")


@dataclass(frozen=True, slots=True)
class Found:
    """What a reference means: a test, or candidates for a person to choose from.

    `is_exact` when it is an address, an id, a number or a whole name; `fits` when it is part of the name of each candidate, and not
    only similar to it.
    """

    test: SavedTest | None = None
    is_exact: bool = False
    candidates: tuple[SavedTest, ...] = ()
    fits: bool = False


class TestBook:
    """The saved tests: what the store knows, brought up to date from the site when that is not enough."""

    __test__ = False

    def __init__(self, store: Store, desk: SiteDesk, registry: Registry) -> None:
        self._store, self._desk, self._registry = store, desk, registry

    async def listing(self, *, refresh: bool = False) -> list[SavedTest]:
        """The known tests, most recently used first; read from the site first when asked, or when none is known."""
        known = await self._store.read(tests.listing)
        if known and not refresh:
            return known
        return await self._refresh()

    async def resolve(self, reference: str) -> SavedTest:
        """The saved test a user means. Raises InvalidArgument, NotFound, SignInRefused, Unavailable."""
        found = await self.find(reference)
        if found.test is not None:
            return found.test
        if found.fits:
            raise ambiguous(reference, found)
        raise not_found(reference, await self._store.read(tests.listing))

    async def find(self, reference: str) -> Found:
        """What a user means, as far as that is certain; the site is asked for what is not known exactly.

        Raises InvalidArgument for nothing, for an address that is none of this site and for a name that several tests have,
        SignInRefused, Unavailable.
        """
        if not reference.strip():
            raise InvalidArgument.of("test", "no test is given; give its address, id, name, or number in `ooctl tests`")
        base_url = self._desk.site.base_url
        known = await self._store.read(tests.listing)
        test = match(reference, known, base_url)
        if test is None:
            known = await self._refresh()
            test = match(reference, known, base_url)
        if test is not None:
            return Found(test, is_exact=True)
        like = _NOTHING if is_address(reference) or _NUMBER.match(reference) else likeness(reference, known)
        if like.certain is None and not like.fits and (looked_up := await self.look_up(reference)):
            return Found(looked_up, is_exact=True)
        return Found(like.certain, candidates=like.candidates, fits=like.fits)

    async def dated(self, spec: runs_pb2.RunSpec) -> runs_pb2.RunSpec:
        """The specification with the days of its saved test where a walk-forward run names none, so that they are fixed for good.

        Raises as `resolve`, and InvalidArgument when the test does not tell its dates.
        """
        kind = spec.WhichOneof("kind")
        if kind is None or not walk_forward.needs_dates(spec):
            return spec
        test = await self.resolve(getattr(spec, kind).test)
        await self.look_up(test.path)
        config = await self._store.read(tests.config_of, test.test_id)
        if config is None or not (config.start_date and config.end_date):
            advice = "give start_date and end_date"
            raise InvalidArgument.of("walk_forward", f"the page of {test.name!r} does not tell the days it covers; {advice}")
        return walk_forward.with_dates(spec, config.start_date, config.end_date)

    async def refuse_what_cannot_apply(self, plan: Plan, test: SavedTest) -> None:
        """Raise InvalidArgument when the test is known to lack what a parameter needs in any part of a plan, also in one that only
        begins when others have ended; a test that is not known is left to the first task.

        What is known may be of yesterday: before anybody is refused, the test is looked at again, if the site can be asked.
        """
        parts = [*(("", batch.points[0]) for batch in plan.first()), *((batch.part, batch.points[0]) for batch in plan.later())]
        if not self._obstacles(parts, await self._store.read(tests.config_of, test.test_id)):
            return
        try:
            await self.look_up(test.path)
        except (Unavailable, SignInRefused):
            return
        for part, reason in self._obstacles(parts, await self._store.read(tests.config_of, test.test_id)):
            parameter, _, clause = reason.partition(" ")
            advice = f"change the saved test {test.name!r} on the site or choose another"
            where = f"cannot be set in {part}:" if part else "cannot be set:"
            raise InvalidArgument.of(parameter, f"{clause.replace('cannot be set:', where, 1)}; {advice}")

    def _obstacles(self, parts: Sequence[tuple[str, Values]], config: TestConfig | None) -> list[tuple[str, str]]:
        """By part, with its name; nothing for a test that is not known."""
        legs = config.legs if config is not None else ()
        if not legs or not all(leg.side and leg.right and leg.unit for leg in legs):
            return []  # a page whose legs cannot be read proves nothing
        saved = [
            SavedLeg(side=leg.side, right=leg.right, unit=leg.unit, value="" if leg.value is None else f"{leg.value:g}")
            for leg in legs
        ]
        return [(part, reason) for part, values in parts if (reason := self._registry.obstacle(values, saved))]

    async def _refresh(self) -> list[SavedTest]:
        await self._remember(await self._desk.ask(lambda tab: tab.list_tests()))
        return await self._store.read(tests.listing)

    async def look_up(self, reference: str, author: Author = NOBODY) -> SavedTest | None:
        """The test at an address or with an id, by opening it: one that is not in the list (shared by someone else, say) may do so.

        It is listed from then on, also when it was removed before. None for what the site does not have, and for what is neither.
        """
        if is_address(reference):
            path = path_of(reference, self._desk.site.base_url)
        elif _ID.match(reference) and not _NUMBER.match(reference):
            path = f"/test/{reference}"
        else:
            return None
        found: Listed | None = await self._desk.ask(lambda tab: tab.look_up(path))
        if found is None:
            return None
        await self._remember([found], author=author, is_asked_for=True)
        if found.config is not None:
            await self._store.write(tests.note_config, found.test_id, found.config)
        return await self._store.read(tests.get, found.test_id)

    async def _remember(self, seen: Sequence[Listed], *, author: Author = NOBODY, is_asked_for: bool = False) -> None:
        now = self._desk.now()
        found = [SavedTest(test.test_id, test.name, test.path, now) for test in seen]
        await self._store.write(tests.remember, found, author=author, is_asked_for=is_asked_for)
