"""The newest log lines: numbered, bounded, and waited for from whatever thread they come."""

import datetime

import pytest
import trio
import trio.testing

from oodaemon.events.log import LONGEST, Level, LogBook
from oodaemon.events.watch import Closed

NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)


def filled(count: int, *, lines: int = 100) -> LogBook:
    book = LogBook(lines)
    for number in range(1, count + 1):
        book.add(NOON, Level.INFO, f"line {number}", {"run": f"RUN{number % 2}"})
    return book


def test_lines_come_once_and_in_order_page_by_page() -> None:
    book, after, seen = filled(7), 0, []
    while True:
        page = book.read(after, 3)
        seen += [line.event for line in page.lines]
        after = page.seq
        if page.is_last:
            break
    assert seen == [f"line {number}" for number in range(1, 8)]
    assert after == book.head == 7


@pytest.mark.parametrize(("after", "first", "missed"), [(0, 6, 5), (3, 6, 2), (5, 6, 0), (7, 8, 0)])
def test_who_is_too_slow_is_told_how_many_lines_were_missed(after: int, first: int, missed: int) -> None:
    page = filled(10, lines=5).read(after, 100)
    assert (page.lines[0].seq, page.missed) == (first, missed)


def test_who_has_everything_gets_nothing() -> None:
    for book, after in ((LogBook(), 0), (filled(3), 3)):
        page = book.read(after, 10)
        assert (page.lines, page.seq, page.missed, page.is_last) == ((), after, 0, True)


def test_a_line_that_is_too_long_is_cut() -> None:
    book = LogBook()
    book.add(NOON, Level.ERROR, "tasks", {"tree": "x" * (LONGEST + 12_345)})
    (line,) = book.read(0, 1).lines
    assert line.fields["tree"] == "x" * LONGEST + " ... (12,345 characters more)"


@pytest.mark.parametrize(
    ("event", "fields", "is_told"), [("a RUN1 b", {}, True), ("", {"task": "RUN1/3"}, True), ("", {"run": "RUN2"}, False)]
)
def test_a_line_tells_of_a_run_wherever_its_id_stands(event: str, fields: dict[str, str], is_told: bool) -> None:
    book = LogBook()
    book.add(NOON, Level.INFO, event, fields)
    assert book.read(0, 1).lines[0].tells_of("RUN1") is is_told


async def test_a_reader_is_woken_by_a_line_of_another_thread(autojump_clock: trio.testing.MockClock) -> None:
    book, seen = filled(1), []

    async def read() -> None:
        await book.wait_beyond(1)
        seen.append(book.read(1, 1).lines[0].event)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        await trio.to_thread.run_sync(book.add, NOON, Level.INFO, "from a thread", {})
    assert seen == ["from a thread"]


async def test_a_closed_book_lets_everybody_go_who_has_everything() -> None:
    book = filled(2)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_wait_closed, book)
        await trio.testing.wait_all_tasks_blocked()
        book.close()
    await book.wait_beyond(1)
    with pytest.raises(Closed):
        await book.wait_beyond(2)


async def _wait_closed(book: LogBook) -> None:
    with pytest.raises(Closed):
        await book.wait_beyond(2)


def test_a_line_may_come_when_nobody_can_listen_any_more() -> None:
    book = LogBook()
    with pytest.raises(trio.TooSlowError):
        trio.run(_give_up, book)
    book.add(NOON, Level.INFO, "the loop is gone", {})
    assert book.head == 1


async def _give_up(book: LogBook) -> None:
    with trio.fail_after(0):
        await book.wait_beyond(0)
