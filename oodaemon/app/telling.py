"""`oodaemon notify test`: one notice over everything that is set, outside of any daemon."""

import uuid
from collections.abc import Callable

import trio

from oodaemon.app.outside import channels_of
from oodaemon.app.settings import Settings
from oodaemon.clock import utc_now
from oodaemon.errors import ConfigurationError
from oodaemon.model.notices import Notice, Topic
from oodaemon.notices.channel import Channel


def try_out(settings: Settings, say: Callable[[str], object]) -> bool:
    """Tell it once over each channel and say how that went; True when all of them were told. Raises ConfigurationError."""
    found = channels_of(settings)
    if not found:
        raise ConfigurationError(["nobody is told anything: neither notify_command nor notify_url is set"])
    return trio.run(_tell_all, found, say)


async def _tell_all(channels: list[Channel], say: Callable[[str], object]) -> bool:
    notice = Notice(
        notice_id=f"test-{uuid.uuid4()}",
        topic=Topic.ATTENTION,
        occurred_at=utc_now(),
        title="Test of oodaemon",
        message="somebody asked for it with `oodaemon notify test`; nothing is wrong",
        condition="Test",
    )
    is_all_well = True
    for channel in channels:
        went = await channel.deliver(notice)
        is_well = went.is_done and not went.reason
        is_all_well = is_all_well and is_well
        say(f"{channel.name:8} {'told' if is_well else f'FAILED: {went.reason}'}")
    return is_all_well
