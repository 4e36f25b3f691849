"""A saved test with all that is known of it, as plain records; names and order are what `-o json` promises."""

from __future__ import annotations

from ooctl.records import Record, config_record, saved_test_record
from oodaemon.api.v1 import tests_pb2

PLACES = {tests_pb2.TEST_PLACE_SITE: "SITE", tests_pb2.TEST_PLACE_LIST: "LIST"}


def shown_record(shown: tests_pb2.GetTestResponse) -> Record:
    """A saved test; `config` is null while its page was never opened."""
    return {
        **_test(shown.test),
        "runs": shown.runs,
        "active_run_ids": list(shown.active_run_ids),
        "config": config_record(shown.config) if shown.HasField("config") else None,
    }


def done_record(answer: tests_pb2.RenameTestResponse | tests_pb2.DeleteTestResponse) -> Record:
    """A saved test that was changed; `done` says what was done."""
    return {**_test(answer.test), "done": answer.done}


def _test(test: tests_pb2.SavedTest) -> Record:
    return {**saved_test_record(test), "site_name": test.site_name, "removed_from": PLACES.get(test.removed_from)}
