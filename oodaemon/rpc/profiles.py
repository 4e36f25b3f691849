"""Where the time of attempts went, as messages."""

from collections.abc import Mapping, Sequence

from oodaemon.api.v1 import daemon_pb2
from oodaemon.browser.profile import Profiles, Record, Row, Whose, summary
from oodaemon.errors import InvalidArgument
from oodaemon.rpc import convert

NEWEST = 20
OWNERS: Mapping[Whose, "daemon_pb2.ProfileOwner.ValueType"] = {
    Whose.SITE: daemon_pb2.PROFILE_OWNER_SITE,
    Whose.POLITENESS: daemon_pb2.PROFILE_OWNER_POLITENESS,
    Whose.PROOF: daemon_pb2.PROFILE_OWNER_PROOF,
    Whose.OURS: daemon_pb2.PROFILE_OWNER_DAEMON,
}


def answer(profiles: Profiles, request: daemon_pb2.GetProfileRequest) -> daemon_pb2.GetProfileResponse:
    """What is remembered of the attempts that were asked for. Raises InvalidArgument."""
    if request.HasField("index") and not request.run_id:
        raise InvalidArgument.of("index", "names a task, and a task needs its run: set run_id as well")
    if request.limit < 0:
        raise InvalidArgument.of("limit", "cannot be less than 0")
    found = profiles.records(request.run_id or None, request.index if request.HasField("index") else None)
    good = summary([record for record in found if record.is_good])
    return daemon_pb2.GetProfileResponse(
        attempts=good.attempts,
        median=convert.duration(good.median),
        parts=_parts(good.rows),
        newest=[_attempt(record) for record in reversed(found[-(request.limit or NEWEST) :])],
    )


def _attempt(record: Record) -> daemon_pb2.AttemptProfile:
    return daemon_pb2.AttemptProfile(
        run_id=record.run_id,
        index=record.index,
        attempt_id=record.attempt_id,
        actor=record.actor,
        outcome=record.outcome,
        whole=convert.duration(record.whole),
        parts=_parts(summary([record]).rows),
    )


def _parts(rows: Sequence[Row]) -> list[daemon_pb2.ProfilePart]:
    return [
        daemon_pb2.ProfilePart(
            name=row.part.value,
            owner=OWNERS[row.part.whose],
            meaning=row.part.meaning,
            median=convert.duration(row.median),
            longest=convert.duration(row.longest),
            share=row.share,
        )
        for row in rows
    ]
