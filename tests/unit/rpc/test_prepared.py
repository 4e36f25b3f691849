"""A message for many: the bytes of any other, made once."""

import pytest

from oodaemon.api.v1 import runs_pb2
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
