"""The actor that tells: follows the journal from where each channel stands, and takes its time without anybody waiting for it."""

import datetime
from collections.abc import Collection, Sequence
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.clock import HOURS, MINUTES, SECONDS, WallClock
from oodaemon.events.watch import Closed, Journal
from oodaemon.model import notices
from oodaemon.model.events import Event
from oodaemon.model.notices import Notice, Topic
from oodaemon.notices.channel import Channel
from oodaemon.store import outbox
from oodaemon.store.outbox import Place
from oodaemon.store.store import Store

log = structlog.get_logger()

BATCH = 256
FIRST, LONGEST = 1 * SECONDS, 5 * MINUTES
"""Between two tries; doubled each time."""
STALE = datetime.timedelta(hours=24)
"""A notice that could not be told for so long is given up: nobody wants yesterday's alarms, and what waits stays bounded."""
HOPELESS = 5
"""Tries for a receiver that says it does not want it."""
TOGETHER = 0.25 * SECONDS
"""For so long more events are waited for once there are some."""
SAVED_EVERY = 5000
"""Events without a notice after which the place is kept anyhow, so that a start does not read all of them again."""


class Teller:
    """Tells what is chosen over every channel, each at its own pace. What one event gives is told at least once over any crash:
    the place moves on after it was told, so that a kill in between repeats that event's notices and no others.
    """

    def __init__(
        self, store: Store, journal: Journal, channels: Sequence[Channel], topics: Collection[Topic], wall_clock: WallClock
    ) -> None:
        self._store, self._journal, self._channels = store, journal, tuple(channels)
        self._topics, self._wall_clock = frozenset(topics), wall_clock
        self.told = self.given_up = 0
        """Notices since the start."""

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """Tell until cancelled. What a channel says or how long it takes disturbs nobody."""
        places = {channel.name: await self._store.read(outbox.place, channel.name) for channel in self._channels}
        for channel in self._channels:
            await self._store.write(outbox.advance, channel.name, places[channel.name])
        child.progress(", ".join(places))
        task_status.started()
        async with trio.open_nursery() as nursery:
            for channel in self._channels:
                nursery.start_soon(self._follow, channel, places[channel.name])
        await trio.sleep_forever()

    async def _follow(self, channel: Channel, place: Place) -> None:
        kept = place
        while True:
            events = await self._journal.read_after(place.seq, run_id=None, limit=BATCH)
            for event in events:
                standing, found = notices.step(place.standing, event, self._store.store_id)
                place = Place(event.seq, standing)
                wanted = [notice for notice in found if notice.topic in self._topics]
                for notice in wanted:
                    await self._tell(channel, notice, event)
                if found or place.seq - kept.seq >= SAVED_EVERY:
                    await self._store.write(outbox.advance, channel.name, place)
                    kept = place
            if not events:
                try:
                    await self._journal.wait_beyond(place.seq)
                    await trio.sleep(TOGETHER)
                except Closed:
                    return

    async def _tell(self, channel: Channel, notice: Notice, event: Event) -> None:
        tries, delay = 0, FIRST
        while True:
            if self._wall_clock() - event.occurred_at > STALE:
                self._give_up(channel, notice, f"it is older than {STALE.total_seconds() / HOURS:g} hours")
                return
            went = await channel.deliver(notice)
            tries += 1
            if went.is_done:
                self.told += 1
                if went.reason:
                    log.warning("a notice was told, not without trouble", channel=channel.name, reason=went.reason)
                return
            if went.is_final and tries >= HOPELESS:
                self._give_up(channel, notice, went.reason)
                return
            log.warning("a notice could not be told", channel=channel.name, reason=went.reason, again_in=delay)
            await trio.sleep(delay)
            delay = min(LONGEST, 2 * delay)

    def _give_up(self, channel: Channel, notice: Notice, reason: str) -> None:
        self.given_up += 1
        log.error("a notice was given up", channel=channel.name, notice=notice.title, reason=reason)
