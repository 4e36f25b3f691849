"""Failed attempts as plain records; names, order and units are what `-o json` promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ooctl.records import Record, config_record, enum_name, metrics_record, parameters_record

if TYPE_CHECKING:
    from oodaemon.api.v1 import failures_pb2


def failure_record(failure: failures_pb2.FailedAttempt) -> Record:
    """A failed attempt; `missing` says why a piece of evidence is not there, `quarantined` is null without figures."""
    return {
        "attempt_id": failure.attempt_id,
        "run_id": failure.run_id,
        "index": failure.index,
        "parameters": parameters_record(failure.parameters),
        "failure_class": enum_name(failure, "failure_class"),
        "message": failure.message,
        "failed_at": failure.failed_at.ToJsonString(),
        "step": failure.step,
        "url": failure.url,
        "title": failure.title,
        "causes": list(failure.causes),
        "evidence": [_item(item) for item in failure.evidence],
        "missing": dict(sorted(failure.missing.items())),
        "quarantined": _quarantined(failure.quarantined) if failure.HasField("quarantined") else None,
    }


def _item(item: failures_pb2.EvidenceItem) -> Record:
    return {
        "name": item.name,
        "media_type": item.media_type,
        "bytes": item.size_bytes,
        "sha256": item.sha256,
        "dropped_at": item.dropped_at.ToJsonString() if item.HasField("dropped_at") else None,
    }


def _quarantined(figures: failures_pb2.QuarantinedFigures) -> Record:
    return {
        "metrics": metrics_record(figures.metrics),
        "extra": dict(sorted(figures.extra.items())),
        "config": config_record(figures.config),
    }
