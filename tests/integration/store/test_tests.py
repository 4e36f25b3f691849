"""Saved tests: remembered once, listed as people look for them."""

import dataclasses
import datetime

import pytest

from oodaemon.errors import NotFound
from oodaemon.model.config import ConfigLeg, TestConfig
from oodaemon.model.runs import Author, Place, SavedTest
from oodaemon.store import tests
from tests.integration.store.workbench import IRON, START, Workbench


def seen(test_id: str, *, minutes: int, name: str = "") -> SavedTest:
    return SavedTest(test_id, name or test_id, f"/test/{test_id}", START + datetime.timedelta(minutes=minutes))


def test_a_new_test_is_told_once(bench: Workbench) -> None:
    before = bench.ledger.head
    butterfly = seen("butterfly", minutes=1, name="Butterfly")
    assert bench.write(tests.remember, [butterfly, IRON]) == 1
    (event,) = bench.events(before)
    assert event.type == "test_seen"
    assert event.body == {"test_id": "butterfly", "name": "Butterfly", "path": "/test/butterfly"}
    assert bench.read(tests.get, "butterfly") == butterfly


def test_a_known_test_is_not_written(bench: Workbench) -> None:
    head, commits_that_wrote = bench.ledger.head, bench.ledger.statistics().wal_bytes
    assert bench.write(tests.remember, [dataclasses.replace(IRON, last_seen_at=START + datetime.timedelta(days=1))]) == 0
    assert bench.ledger.head == head
    assert bench.ledger.statistics().wal_bytes == commits_that_wrote
    assert bench.read(tests.get, "iron").last_seen_at == START


def test_what_a_page_says_of_a_test_is_kept_and_told_when_it_changes(bench: Workbench) -> None:
    assert bench.read(tests.config_of, "iron") is None
    head, config = bench.ledger.head, TestConfig("SPX", "2022-05-16", legs=(ConfigLeg("sell", "put", value=20, unit="Δ"),))
    bench.write(tests.note_config, "iron", config)
    bench.write(tests.note_config, "iron", config)
    bench.write(tests.note_config, "not seen", config)
    assert bench.news(head) == ["test_seen"]
    assert bench.read(tests.config_of, "iron") == config
    bench.write(tests.note_config, "iron", TestConfig("SPY"))
    assert bench.read(tests.config_of, "iron") == TestConfig("SPY")
    assert bench.read(tests.get, "iron") == IRON


@pytest.mark.parametrize("change", [{"name": "Iron condor 2"}, {"path": "/backtest/iron"}])
def test_a_test_that_changed_is_told_again(bench: Workbench, change: dict[str, str]) -> None:
    bench.submit(1)
    head = bench.ledger.head
    bench.write(tests.remember, [dataclasses.replace(IRON, **change)])
    assert bench.news(head) == ["test_seen"]
    found = bench.read(tests.get, "iron")
    assert found == dataclasses.replace(IRON, last_used_at=START, **change)


def test_used_ones_come_first_then_those_seen_last_then_by_name(bench: Workbench) -> None:
    bench.write(tests.remember, [seen("b", minutes=2), seen("a", minutes=2), seen("old", minutes=1), seen("new", minutes=3)])
    bench.clock.advance(60)
    bench.submit(1)
    assert [test.test_id for test in bench.read(tests.listing)] == ["iron", "new", "a", "b", "old"]


def test_an_unknown_test_is_not_found(bench: Workbench) -> None:
    with pytest.raises(NotFound, match="there is no saved test 'nobody'"):
        bench.read(tests.get, "nobody")


ME = Author("me@here", "tidying up")


def test_a_name_of_the_site_takes_the_place_of_every_other(bench: Workbench) -> None:
    head = bench.ledger.head
    assert bench.write(tests.rename, "iron", "mine", Place.LIST, author=ME).called == "mine"
    assert bench.read(tests.get, "iron").name == IRON.name
    assert bench.write(tests.rename, "iron", "Iron 2", Place.SITE).called == "Iron 2"
    assert bench.write(tests.rename, "iron", "mine", Place.LIST).alias == "mine"
    assert bench.write(tests.rename, "iron", "Iron 2", Place.LIST).alias == ""
    renamed = bench.events(head)
    assert [event.type for event in renamed] == ["test_renamed"] * 4
    who = {"client": "me@here", "reason": "tidying up"}
    assert renamed[0].body == {"test_id": "iron", "was": "Iron condor", "name": "mine", "place": "list", **who}
    assert renamed[1].body == {"test_id": "iron", "was": "mine", "name": "Iron 2", "place": "site"}


def test_what_is_called_so_already_costs_no_write(bench: Workbench) -> None:
    head = bench.ledger.head
    bench.write(tests.rename, "iron", "Iron condor", Place.SITE)
    bench.write(tests.rename, "iron", "Iron condor", Place.LIST)
    assert bench.ledger.head == head


def test_an_alias_outlives_what_is_read_from_the_site(bench: Workbench) -> None:
    bench.write(tests.rename, "iron", "mine", Place.LIST)
    bench.write(tests.remember, [dataclasses.replace(IRON, name="Iron 3")])
    found = bench.read(tests.get, "iron")
    assert (found.name, found.called) == ("Iron 3", "mine")
    assert bench.submit(1).test.called == "mine"


@pytest.mark.parametrize(
    ("place", "is_asked_for", "is_back"),
    [(Place.SITE, False, True), (Place.SITE, True, True), (Place.LIST, False, False), (Place.LIST, True, True)],
)
def test_a_removed_test_comes_back_as_it_left(bench: Workbench, place: Place, is_asked_for: bool, is_back: bool) -> None:
    bench.submit(1)
    head = bench.ledger.head
    assert bench.write(tests.remove, "iron", place, author=ME).removed_from is place
    bench.write(tests.remove, "iron", place)
    (event,) = bench.events(head)
    assert (event.type, event.body["place"], event.body["client"]) == ("test_removed", place.value, "me@here")
    assert bench.read(tests.listing) == []
    for _ in range(2):
        bench.write(tests.remember, [IRON], is_asked_for=is_asked_for)
        assert [test.test_id for test in bench.read(tests.listing)] == (["iron"] if is_back else [])
    assert bench.news(head) == ["test_removed"] + ["test_seen"] * is_back


def test_a_test_off_our_list_stays_off_when_its_name_changes(bench: Workbench) -> None:
    bench.write(tests.remove, "iron", Place.LIST)
    bench.write(tests.remember, [dataclasses.replace(IRON, name="Iron 3")])
    found = bench.read(tests.get, "iron")
    assert (found.name, found.removed_from) == ("Iron 3", Place.LIST)


def test_the_runs_of_a_removed_test_stay(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.write(tests.remove, "iron", Place.SITE)
    assert bench.run(run).test.removed_from is Place.SITE
    assert bench.read(tests.uses, "iron") == (1, [run.run_id])
    assert bench.read(tests.uses, "other") == (0, [])


@pytest.mark.parametrize(
    "change", [lambda tx: tests.rename(tx, "x", "y", Place.SITE), lambda tx: tests.remove(tx, "x", Place.LIST)]
)
def test_a_test_nobody_knows_cannot_be_changed(bench: Workbench, change) -> None:
    with pytest.raises(NotFound):
        bench.write(change)
