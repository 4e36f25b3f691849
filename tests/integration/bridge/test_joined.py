"""One call into trio for all who ask the same while it runs: one answer for everybody, and nobody's leave is another's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio

from oodaemon.bridge.joined import Joined
from oodaemon.bridge.loop import Cancelled, call
from tests.integration.bridge.test_loop import on_loop, until

ASKERS = 50


class Oracle:
    """Answers when it is let; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.ended: list[str] = []
        self.may = trio.Event()

    async def answer(self, word: str, number: int) -> list[object]:
        self.asked.append((word, number))
        try:
            await self.may.wait()
        except trio.Cancelled:
            self.ended.append(word)
            raise
        if number < 0:
            raise LookupError("below zero")
        return [word, number]


@asynccontextmanager
async def asking() -> AsyncIterator[tuple[Oracle, Joined[str, int, list[object]]]]:
    complaints: list[object] = []
    oracle = Oracle()
    async with on_loop(complaints):  # type: ignore[arg-type]
        yield oracle, Joined(oracle.answer)
    assert complaints == []


async def gathered(joined: Joined[str, int, list[object]], oracle: Oracle, *questions: tuple[str, int]) -> list[object]:
    """What each asker got, all asking before there is an answer (asyncio-flavoured)."""
    asked = [asyncio.ensure_future(joined.ask(*question)) for question in questions]
    await until(lambda: len(oracle.asked) == len(set(questions)))
    oracle.may.set()
    return list(await asyncio.gather(*asked, return_exceptions=True))


async def test_those_who_ask_the_same_get_one_answer_and_others_their_own() -> None:
    async with asking() as (oracle, joined):
        found = await call(gathered, joined, oracle, *[("run", 7)] * ASKERS, ("run", 8), ("other", 7))
        assert found == [["run", 7]] * ASKERS + [["run", 8], ["other", 7]]
        assert all(answer is found[0] for answer in found[:ASKERS])
        assert sorted(oracle.asked) == [("other", 7), ("run", 7), ("run", 8)]


async def test_who_asks_afterwards_begins_anew() -> None:
    async with asking() as (oracle, joined):
        oracle.may.set()
        first, second = [await call(joined.ask, "run", 7) for _ in range(2)]
        assert first == second
        assert first is not second
        assert oracle.asked == [("run", 7)] * 2


async def test_a_failure_is_that_of_everybody_who_asked() -> None:
    async with asking() as (oracle, joined):
        found = await call(gathered, joined, oracle, *[("run", -1)] * 3)
        assert [str(each) for each in found] == ["below zero"] * 3
        with pytest.raises(LookupError):
            await call(joined.ask, "run", -1)
        assert len(oracle.asked) == 2


async def test_one_who_leaves_leaves_alone() -> None:
    async with asking() as (oracle, joined):

        async def ask() -> tuple[object, object]:
            stays, leaves = [asyncio.ensure_future(joined.ask("run", 7)) for _ in range(2)]
            await until(lambda: bool(oracle.asked))
            leaves.cancel()
            with pytest.raises(Cancelled):
                await leaves
            oracle.may.set()
            return await stays, oracle.ended

        assert await call(ask) == (["run", 7], [])


async def test_nobody_works_on_when_the_last_one_left() -> None:
    async with asking() as (oracle, joined):

        async def ask() -> list[object]:
            askers = [asyncio.ensure_future(joined.ask("run", 7)) for _ in range(3)]
            await until(lambda: bool(oracle.asked))
            for asker in askers:
                asker.cancel()
            await asyncio.gather(*askers, return_exceptions=True)
            await until(lambda: bool(oracle.ended))
            oracle.may.set()
            return await joined.ask("run", 7)

        assert await call(ask) == ["run", 7], "who comes after them is not answered by what was given up"
        assert (oracle.ended, len(oracle.asked)) == (["run"], 2)
