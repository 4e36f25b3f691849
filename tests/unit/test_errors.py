"""Errors: their sentences and the fields they carry."""

from oodaemon.errors import ConfigurationError, CursorTooOld, InvalidArgument, NotFound, OODaemonError, Violation


def test_an_invalid_argument_names_every_field() -> None:
    error = InvalidArgument(v for v in [Violation("delta", "is no number"), Violation("test", "is empty")])
    assert str(error) == "delta: is no number; test: is empty"
    assert error.violations == (Violation("delta", "is no number"), Violation("test", "is empty"))
    assert InvalidArgument.of("delta", "is no number").violations == error.violations[:1]


def test_what_is_not_found_is_named_with_a_hint() -> None:
    error = NotFound("saved test", "iron", "see `ooctl tests`")
    assert (error.kind, error.ref) == ("saved test", "iron")
    assert str(error) == "there is no saved test 'iron'; see `ooctl tests`"
    assert str(NotFound("run", "01J")) == "there is no run '01J'"


def test_an_old_cursor_names_the_oldest_event() -> None:
    error = CursorTooOld(42)
    assert error.oldest == 42
    assert "the oldest event is 42" in str(error)


def test_wrong_settings_have_a_line_each() -> None:
    error = ConfigurationError(line for line in ["browsers: 0 is too few", "pace: no"])
    assert error.problems == ("browsers: 0 is too few", "pace: no")
    assert str(error) == "browsers: 0 is too few\npace: no"


def test_all_of_them_are_ours() -> None:
    for kind in (InvalidArgument, NotFound, CursorTooOld, ConfigurationError):
        assert issubclass(kind, OODaemonError)
