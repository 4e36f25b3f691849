"""A message for many: the bytes of any other, made once."""

import pytest
import trio
from google.protobuf.message import Message

from oodaemon.api.v1 import runs_pb2
from oodaemon.bridge.loop import call, open_loop
from oodaemon.rpc.inside import Caller
from oodaemon.rpc.prepared import Prepared, serializer, unprepared

MESSAGE = runs_pb2.WatchRunResponse(bookmark=runs_pb2.Bookmark(cursor=runs_pb2.Cursor(store_id="s", generation=1, seq=7)))
usual = serializer(runs_pb2.WatchRunResponse.SerializeToString)


@pytest.mark.parametrize("answer", [MESSAGE, Prepared(MESSAGE)])
def test_it_is_written_as_the_message_is(answer: object) -> None:
    assert runs_pb2.WatchRunResponse.FromString(usual(answer)) == MESSAGE
    assert unprepared(answer) is MESSAGE


def test_its_bytes_are_made_once() -> None:
    prepared = Prepared(MESSAGE)
    assert usual(prepared) is usual(prepared)


async def test_front_ends_in_this_process_see_the_message() -> None:
    send, receive = trio.open_memory_channel[Message](2)
    caller = Caller("console", send.send)
    async with open_loop(print), send, receive:
        for answer in (Prepared(MESSAGE), MESSAGE):
            await call(caller.write, answer)
            assert await receive.receive() is MESSAGE
