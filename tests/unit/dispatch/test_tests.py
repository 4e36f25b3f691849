"""What a user calls a test, and the saved test it means."""

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.browser.catalog import Listed
from oodaemon.dispatch.tests import Found, TestBook, is_address, match, not_found, path_of
from oodaemon.errors import InvalidArgument, NotFound
from oodaemon.model.config import ConfigLeg, TestConfig
from oodaemon.model.runs import Place, SavedTest
from oodaemon.parameters.registry import discover
from oodaemon.plans.reading import parse
from oodaemon.store import tests
from tests.unit.dispatch.bench import BASE_URL, open_bench, with_browser

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
IRON_ID, FLY_ID = "aB3dE5gH7jK9mN1pQ2rS", "zZ9yY8xX7wW6vV5uU4tT"
IRON = SavedTest(IRON_ID, "Iron Condor", f"/test/{IRON_ID}", NOW)
FLY = SavedTest(FLY_ID, "Broken wing", f"/test/{FLY_ID}", NOW)
SHARED = SavedTest("sharedsharedshared12", "Broken Wing", "/share/sharedsharedshared12", NOW)
KNOWN = (IRON, FLY)


def refusal(reference: str, known: Any = KNOWN) -> str:
    with pytest.raises(InvalidArgument) as caught:
        match(reference, known, BASE_URL)
    (violation,) = caught.value.violations
    assert violation.field == "test"
    return violation.description


@pytest.mark.parametrize(
    ("reference", "test"),
    [
        ("1", IRON),
        ("2", FLY),
        ("02", FLY),
        ("0", None),
        ("3", None),
        (IRON_ID, IRON),
        (IRON_ID.lower(), None),
        ("Iron Condor", IRON),
        ("iron condor", IRON),
        ("  IRON CONDOR ", IRON),
        ("Iron", None),
        (f"{BASE_URL}/test/{FLY_ID}", FLY),
        (f"{BASE_URL}/test/{FLY_ID}/?tab=log", FLY),
        (f"https://www.optionomega.com/test/{FLY_ID}", FLY),
        (f"/test/{FLY_ID}", FLY),
        (f"/share/{FLY_ID}", None),
        (f"{BASE_URL}/test/unknown0unknown0unkn", None),
    ],
)
def test_a_reference_means_a_known_test_or_none(reference: str, test: SavedTest | None) -> None:
    assert match(reference, KNOWN, BASE_URL) is test


def test_nothing_matches_when_nothing_is_known() -> None:
    for reference in ("1", IRON_ID, "Iron Condor", f"/test/{IRON_ID}"):
        assert match(reference, (), BASE_URL) is None


def test_a_name_that_two_tests_have_is_refused_with_their_ids() -> None:
    assert refusal("broken wing", (IRON, FLY, SHARED)) == (
        f"2 saved tests are called 'broken wing'; give the id of one: {FLY_ID}, {SHARED.test_id}"
    )


def test_an_alias_means_the_test_and_so_does_the_name_of_the_site() -> None:
    mine = dataclasses.replace(FLY, alias="camel")
    assert match("Camel", (IRON, mine), BASE_URL) is match("broken WING", (IRON, mine), BASE_URL) is mine
    refused = refusal("camel", (mine, SavedTest("other0", "Camel", "/test/other0", NOW)))
    assert refused == f"2 saved tests are called 'camel'; give the id of one: {FLY_ID}, other0"


def test_an_id_comes_before_a_name() -> None:
    named_like_iron = SavedTest(FLY_ID, IRON_ID, f"/test/{FLY_ID}", NOW)
    assert match(IRON_ID, (named_like_iron, IRON), BASE_URL) is IRON


@pytest.mark.parametrize("host", ["example.com", "optionomega.com.example.com", "app.optionomega.com", "127.0.0.1:8460"])
def test_an_address_of_another_site_is_refused(host: str) -> None:
    address = f"https://{host}/test/{IRON_ID}"
    assert refusal(address) == f"{address} is on {host}, but this daemon drives optionomega.com"


def test_the_host_of_an_address_has_no_case() -> None:
    assert path_of(f"https://OptionOmega.com/test/{IRON_ID}", BASE_URL) == f"/test/{IRON_ID}"


def test_the_practice_site_has_addresses_of_its_own() -> None:
    assert path_of(f"http://127.0.0.1:8460/test/{IRON_ID}", "http://127.0.0.1:8460") == f"/test/{IRON_ID}"
    with pytest.raises(InvalidArgument, match=r"is on 127.0.0.1:8461, but this daemon drives 127.0.0.1:8460"):
        path_of(f"http://127.0.0.1:8461/test/{IRON_ID}", "http://127.0.0.1:8460")


@pytest.mark.parametrize(
    "reference", [f"{BASE_URL}/dashboard/tests", "/dashboard/tests", BASE_URL + "/", "/", f"/portfolio/{IRON_ID}"]
)
def test_an_address_that_is_none_of_a_test_is_refused(reference: str) -> None:
    assert refusal(reference) == f"{reference} is no address of a saved test; it looks like {BASE_URL}/test/<id>"


@pytest.mark.parametrize("reference", ["https://[optionomega.com/test/x", "https://optionomega.com]/test/x"])
def test_an_address_that_cannot_be_read_is_refused(reference: str) -> None:
    assert reference in refusal(reference)


@pytest.mark.parametrize(("reference", "expected"), [("https://x/y", True), ("/test/x", True), ("iron", False), ("12", False)])
def test_an_address_is_told_from_a_name(reference: str, expected: bool) -> None:
    assert is_address(reference) is expected


@pytest.mark.parametrize(
    ("reference", "hint"),
    [("7", "the list has 2; see `ooctl tests`"), ("iron condr", "did you mean 'Iron Condor'?"), ("zzzzz", "see `ooctl tests`")],
)
def test_what_is_not_found_comes_with_a_hint(reference: str, hint: str) -> None:
    error = not_found(reference, KNOWN)
    assert (error.kind, error.ref) == ("saved test", reference)
    assert str(error) == f"there is no saved test {reference!r}; {hint}"


async def test_a_known_test_is_found_without_asking_the_site(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.store.write(tests.remember, KNOWN)
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        assert (await book.resolve("iron condor")).test_id == IRON_ID
        assert [test.test_id for test in await book.listing()] == [FLY_ID, IRON_ID]
        assert bench.site.calls == []


async def test_the_list_is_read_from_the_site_when_none_is_known_or_when_asked(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        bench.site.next("list_tests", [Listed(IRON_ID, "Iron Condor", IRON.path)], [Listed(FLY_ID, "Broken wing", FLY.path)])
        assert [t.name for t in await with_browser(bench, book.listing())] == ["Iron Condor"]
        assert [t.name for t in await book.listing()] == ["Iron Condor"]
        assert {t.name for t in await with_browser(bench, book.listing(refresh=True))} == {"Iron Condor", "Broken wing"}


async def test_an_unknown_test_is_looked_for_on_the_list_of_the_site(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        bench.site.next("list_tests", [Listed(FLY_ID, "Broken wing", FLY.path)])
        assert (await with_browser(bench, book.resolve("Broken wing"))).test_id == FLY_ID
        assert bench.site.steps() == ["list_tests"]


@pytest.mark.parametrize("reference", ["someoneelses0shared0", f"{BASE_URL}/share/someoneelses0shared0"])
async def test_a_test_that_is_not_listed_is_opened_by_its_address(autojump_clock, tmp_path: Path, reference: str) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        path = "/share/someoneelses0shared0" if "/" in reference else "/test/someoneelses0shared0"
        bench.site.next("look_up", Listed("someoneelses0shared0", "Theirs", path))
        found = await with_browser(bench, book.resolve(reference))
        assert (found.name, found.path) == ("Theirs", path)
        assert bench.site.steps() == ["list_tests", "look_up"]
        assert (await book.resolve("theirs")).test_id == "someoneelses0shared0"


@pytest.mark.parametrize(
    ("reference", "steps"), [("9", ["list_tests"]), ("no such name", ["list_tests"]), ("nosuchid", ["list_tests", "look_up"])]
)
async def test_what_the_site_does_not_know_either_is_not_found(
    autojump_clock, tmp_path: Path, reference: str, steps: list[str]
) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)

        async def resolve() -> None:
            with pytest.raises(NotFound, match=f"there is no saved test '{reference}'"):
                await book.resolve(reference)

        await with_browser(bench, resolve())
        assert bench.site.steps() == steps


async def test_words_of_one_name_are_looked_for_on_the_list_of_the_site(autojump_clock, tmp_path: Path) -> None:
    """A test that is not known yet may be the one that is meant."""
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, [FLY])
        listed = [Listed(FLY_ID, "Broken wing", FLY.path), Listed(IRON_ID, "Broken wing 2", IRON.path)]
        bench.site.next("list_tests", listed, listed, listed)

        async def story() -> None:
            with pytest.raises(InvalidArgument) as refused:
                await book.resolve("wing broken")
            assert str(refused.value) == (
                f"test: 2 saved tests fit 'wing broken'; give the id of one: 'Broken wing' ({FLY_ID}), 'Broken wing 2' ({IRON_ID})"
            )
            assert (await book.resolve("wing 2")).test_id == IRON_ID
            with pytest.raises(NotFound, match="did you mean 'Broken wing 2'"):
                await book.resolve("brokn wings 2")

        await with_browser(bench, story())
        assert bench.site.steps() == ["list_tests"] * 3, "what fits a name is not opened as an id"


async def test_a_candidate_is_no_answer(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, KNOWN)

        async def story() -> None:
            for reference, is_exact in ((IRON_ID, True), ("1", True), ("iron CONDOR", True)):
                found = await book.find(reference)
                assert (found.test is not None, found.is_exact, found.candidates) == (True, is_exact, ())
            assert await book.find("iron") == Found(await bench.store.read(tests.get, IRON_ID))
            found = await book.find("iron condr")
            assert (found.test, found.fits, [test.test_id for test in found.candidates]) == (None, False, [IRON_ID])
            assert await book.find("77") == Found()

        await with_browser(bench, story())


async def test_a_test_off_the_list_is_found_by_its_id_only_and_comes_back(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, KNOWN)
        await bench.store.write(tests.remove, IRON_ID, Place.LIST)
        at_the_site = [Listed(IRON_ID, "Iron Condor", IRON.path), Listed(FLY_ID, "Broken wing", FLY.path)]
        bench.site.next("list_tests", at_the_site, at_the_site)
        bench.site.next("look_up", at_the_site[0])

        async def story() -> None:
            with pytest.raises(NotFound):
                await book.resolve("iron condor")
            assert (await book.resolve(IRON_ID)).removed_from is None

        await with_browser(bench, story())
        assert {test.test_id for test in await book.listing()} == {IRON_ID, FLY_ID}


@pytest.mark.parametrize("reference", ["", "  "])
async def test_no_test_at_all_is_refused(autojump_clock, tmp_path: Path, reference: str) -> None:
    async with open_bench(tmp_path) as bench:
        with pytest.raises(InvalidArgument, match="no test is given"):
            await TestBook(bench.store, bench.desk, bench.shop.registry).resolve(reference)


async def test_an_address_of_another_site_is_refused_without_asking(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        with pytest.raises(InvalidArgument, match=r"is on example.com"):
            await TestBook(bench.store, bench.desk, bench.shop.registry).resolve(f"https://example.com/test/{IRON_ID}")
        assert bench.site.calls == []


CALLS_ONLY = TestConfig("SPX", legs=(ConfigLeg("sell", "call", 1, 20, "$", 0),))
WITH_DELTA = TestConfig("SPX", legs=(ConfigLeg("sell", "call", 1, 20, "Δ", 0),))
SWEPT = parse('{"sweep": {"test": "iron", "parameter": {"name": "delta", "list": {"values": ["10"]}}}}', discover([]))
STAGES = """{"staged": {"test": "iron", "optimize_by": [{"metric": "pl"}], "stages": [
  {"name": "coarse", "parameters": [{"name": "stop_loss", "list": {"values": ["100", "200"]}}]},
  {"name": "fine", "parameters": [{"name": "delta", "list": {"values": ["10", "20"]}}]}]}%s}"""
FOLDS = """, "walk_forward": {"folds": {"folds": [{"in_sample_start": "2024-01-01", "in_sample_end": "2024-06-30",
  "out_of_sample_start": "2024-07-01", "out_of_sample_end": "2024-09-30"}]}}"""


async def test_a_parameter_that_cannot_apply_is_refused_once_the_test_is_known(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, KNOWN)
        await book.refuse_what_cannot_apply(SWEPT, IRON)
        await bench.store.write(tests.note_config, IRON_ID, CALLS_ONLY)
        bench.site.next("look_up", Listed(IRON_ID, "Iron Condor", IRON.path, CALLS_ONLY))

        async def refused() -> None:
            with pytest.raises(InvalidArgument, match="cannot be set: the test has no leg priced in Δ; change the saved test"):
                await book.refuse_what_cannot_apply(SWEPT, IRON)

        await with_browser(bench, refused())
        assert bench.site.steps() == ["look_up"]


@pytest.mark.parametrize(("folds", "where"), [("", "fine"), (FOLDS, "fold 1 in-sample, fine")])
async def test_a_parameter_of_a_later_part_that_cannot_apply_is_refused_before_the_first_begins(
    autojump_clock, tmp_path: Path, folds: str, where: str
) -> None:
    plan = parse(STAGES % folds, discover([]))
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, KNOWN)
        await bench.store.write(tests.note_config, IRON_ID, CALLS_ONLY)
        bench.site.next("look_up", Listed(IRON_ID, "Iron Condor", IRON.path, CALLS_ONLY))

        async def refused() -> None:
            with pytest.raises(InvalidArgument, match=f"delta: cannot be set in {where}: the test has no leg priced in Δ; change"):
                await book.refuse_what_cannot_apply(plan, IRON)

        await with_browser(bench, refused())
        await bench.store.write(tests.note_config, IRON_ID, WITH_DELTA)
        await book.refuse_what_cannot_apply(plan, IRON)


async def test_nobody_is_refused_for_what_a_test_was_yesterday(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, KNOWN)
        await bench.store.write(tests.note_config, IRON_ID, CALLS_ONLY)
        bench.site.next("look_up", Listed(IRON_ID, "Iron Condor", IRON.path, WITH_DELTA))
        await with_browser(bench, book.refuse_what_cannot_apply(SWEPT, IRON))
        assert await bench.store.read(tests.config_of, IRON_ID) == WITH_DELTA


async def test_a_site_that_cannot_be_asked_leaves_it_to_the_first_task(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, KNOWN)
        await bench.store.write(tests.note_config, IRON_ID, CALLS_ONLY)
        await bench.desk.enter("AuthRequired", "sign in")
        await book.refuse_what_cannot_apply(SWEPT, IRON)


def walking(**days: str) -> runs_pb2.RunSpec:
    """A walk-forward run that leaves dates to the saved test."""
    rolling = runs_pb2.RollingWindows(in_sample_months=6, out_of_sample_months=3, **days)
    return runs_pb2.RunSpec(sweep=runs_pb2.SweepSpec(test=IRON_ID), walk_forward=runs_pb2.WalkForward(rolling=rolling))


async def test_the_windows_of_a_walk_forward_run_are_those_of_the_test_as_it_is_now(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, KNOWN)
        await bench.store.write(tests.note_config, IRON_ID, TestConfig("SPX", "2013-01-01", "2014-01-01"))
        bench.site.next("look_up", Listed(IRON_ID, "Iron Condor", IRON.path, TestConfig("SPX", "2022-05-16", "2025-12-05")))
        found: list[runs_pb2.RunSpec] = []

        async def ask() -> None:
            found.append(await book.dated(walking(end_date="2024-12-31")))

        await with_browser(bench, ask())
        rolling = found[0].walk_forward.rolling
        assert (rolling.start_date, rolling.end_date) == ("2022-05-16", "2024-12-31")


async def test_a_test_that_does_not_tell_its_days_is_no_ground_for_windows(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        await bench.store.write(tests.remember, KNOWN)
        bench.site.next("look_up", Listed(IRON_ID, "Iron Condor", IRON.path, WITH_DELTA))

        async def refused() -> None:
            with pytest.raises(InvalidArgument, match="the page of 'Iron Condor' does not tell the days it covers"):
                await book.dated(walking())

        await with_browser(bench, refused())


async def test_a_specification_that_names_its_days_is_left_as_it_is(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        book = TestBook(bench.store, bench.desk, bench.shop.registry)
        for spec in (walking(start_date="2022-01-01", end_date="2022-12-31"), runs_pb2.RunSpec()):
            assert await book.dated(spec) is spec
        assert bench.site.calls == []
