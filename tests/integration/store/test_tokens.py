"""Tokens in the store: what is kept, who is recognised, and what a restored backup forgets."""

import datetime

import pytest

from oodaemon.errors import AlreadyExists, InvalidArgument, NotFound
from oodaemon.model.notices import Standing
from oodaemon.model.tokens import Scope, digest_of, text_of
from oodaemon.store import outbox, tokens
from oodaemon.store.ledger import Ledger
from oodaemon.store.outbox import Place
from tests.integration.store.workbench import Workbench

LAPTOP, OTHER = text_of(b"a" * 32), text_of(b"b" * 32)


@pytest.fixture
def ledger(bench: Workbench) -> Ledger:
    return bench.ledger


@pytest.fixture
def known(ledger: Ledger) -> Ledger:
    ledger.write(tokens.add, "laptop", digest_of(LAPTOP), scope=Scope.READ, expires_at=None)
    return ledger


def now(ledger: Ledger) -> datetime.datetime:
    return ledger.write(lambda tx: tx.now)


def test_the_text_is_nowhere_in_the_file_and_is_recognised(known: Ledger) -> None:
    found = known.read(tokens.verify, LAPTOP, now(known))
    assert found is not None
    assert (found.name, found.scope, found.expires_at, found.last_used_at) == ("laptop", Scope.READ, None, None)
    assert known.read(tokens.verify, OTHER, now(known)) is None
    known.checkpoint()
    kept = b"".join(file.read_bytes() for file in known.path.parent.glob(f"{known.path.name}*"))
    assert digest_of(LAPTOP).encode() in kept
    assert LAPTOP.encode() not in kept


def test_names_are_used_once(known: Ledger) -> None:
    with pytest.raises(AlreadyExists, match="laptop"):
        known.write(tokens.add, "laptop", digest_of(OTHER), scope=Scope.CONTROL, expires_at=None)
    with pytest.raises(InvalidArgument, match="no name for a token"):
        known.write(tokens.add, "my laptop", digest_of(OTHER), scope=Scope.READ, expires_at=None)
    known.write(tokens.revoke, "laptop")
    known.write(tokens.add, "laptop", digest_of(OTHER), scope=Scope.CONTROL, expires_at=None)
    assert known.read(tokens.verify, LAPTOP, now(known)) is None
    assert known.read(tokens.verify, OTHER, now(known)) is not None


def test_one_that_is_not_there_cannot_be_revoked(known: Ledger) -> None:
    with pytest.raises(NotFound, match="ooctl token list"):
        known.write(tokens.revoke, "phone")


def test_there_is_an_end_to_them(known: Ledger) -> None:
    for number in range(1, tokens.MOST):
        known.write(tokens.add, f"t{number}", f"digest {number}", scope=Scope.READ, expires_at=None)
    with pytest.raises(InvalidArgument, match="100 tokens"):
        known.write(tokens.add, "more", digest_of(OTHER), scope=Scope.READ, expires_at=None)


def test_expiry_and_use_are_kept(known: Ledger) -> None:
    end = now(known) + datetime.timedelta(hours=1)
    known.write(tokens.add, "phone", digest_of(OTHER), scope=Scope.CONTROL, expires_at=end)
    known.write(tokens.note_use, digest_of(OTHER))
    known.write(tokens.note_use, "of nobody")
    _, phone = known.read(tokens.listing)
    assert phone.expires_at == end
    assert phone.last_used_at is not None
    assert known.read(tokens.verify, OTHER, end) is None


def test_a_new_life_of_the_store_knows_none_of_the_old_ones(known: Ledger) -> None:
    known.write(lambda tx: tx.note("UPDATE meta SET value = '2' WHERE key = 'generation'", ()))
    assert known.read(tokens.listing) == []
    assert known.read(tokens.verify, LAPTOP, now(known)) is None
    known.write(tokens.add, "laptop", digest_of(OTHER), scope=Scope.READ, expires_at=None)
    assert [each.name for each in known.read(tokens.listing)] == ["laptop"]


def test_a_new_channel_begins_at_the_end_and_goes_on_where_it_was(ledger: Ledger) -> None:
    assert ledger.read(outbox.place, "webhook") == Place(ledger.head, Standing())
    ledger.write(outbox.advance, "webhook", Place(0, Standing({"DiskLow": 3})))
    ledger.write(outbox.advance, "webhook", Place(1, Standing({"DiskLow": 3, "AuthRequired": 4})))
    assert ledger.read(outbox.place, "webhook") == Place(1, Standing({"DiskLow": 3, "AuthRequired": 4}))
    assert ledger.read(outbox.place, "command").seq == ledger.head
