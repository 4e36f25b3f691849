"""Saved tests: remembered once, listed as people look for them."""

import dataclasses
import datetime

import pytest

from oodaemon.errors import NotFound
from oodaemon.model.config import ConfigLeg, TestConfig
from oodaemon.model.runs import SavedTest
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
