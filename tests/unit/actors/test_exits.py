import pytest
import trio

from oodaemon.actors.errors import Exhausted, ExitRequested, NotAcknowledged
from oodaemon.actors.exits import MAX_CAUSES, MAX_TEXT, causes, diagnose, exit_demand, leaves
from tests.unit.actors.support import Auth, Crash


def class_of(error: BaseException) -> str:
    return diagnose(error, classify=lambda leaf: type(leaf).__name__, free_classes=frozenset({"Auth"}))[0]


def test_nested_groups_are_taken_apart_in_order():
    one, two, three = Crash("1"), Auth("2"), OSError("3")

    assert leaves(ExceptionGroup("", [ExceptionGroup("", [one, two]), three])) == [one, two, three]


async def test_cancellations_beside_an_error_are_left_out():
    kept: list[BaseException] = []
    with trio.CancelScope() as scope:
        scope.cancel()
        try:
            await trio.lowlevel.checkpoint()
        except trio.Cancelled as cancelled:
            kept.append(cancelled)
            raise
    error = Crash()

    assert leaves(BaseExceptionGroup("", [*kept, error])) == [error]
    assert leaves(BaseExceptionGroup("", kept)) == kept


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Crash(), "Crash"),
        (ExceptionGroup("", [ExceptionGroup("", [Crash()])]), "Crash"),
        (ExceptionGroup("", [Auth(), Crash(), OSError()]), "Crash"),
        (ExceptionGroup("", [Auth(), Auth()]), "Auth"),
        (NotAcknowledged("late"), "START"),
        (ExceptionGroup("", [Exhausted("a", "TRANSIENT", limit=5, seconds=60.0)]), "TRANSIENT"),
    ],
)
def test_the_first_class_that_counts_decides(error, expected):
    assert class_of(error) == expected


def test_a_classifier_that_fails_makes_a_bug():
    def broken(_: BaseException) -> str:
        raise LookupError

    error = Crash()
    assert diagnose(error, classify=broken, free_classes=frozenset()) == ("BUG", error)


def test_a_demand_to_exit_is_found_inside_groups():
    demand = ExitRequested("store", code=70, reason="gone")

    assert exit_demand(ExceptionGroup("", [Crash(), ExceptionGroup("", [demand])])) is demand
    assert exit_demand(KeyboardInterrupt()) is not None
    assert exit_demand(ExceptionGroup("", [Crash()])) is None


def raise_from(cause: BaseException | None) -> None:
    try:
        raise OSError("socket\nclosed")
    except OSError as error:
        raise Crash("driver gone") from (error if cause is None else cause)


def test_causes_follow_the_chain_on_one_line_each():
    with pytest.raises(Crash) as raised:
        raise_from(None)

    assert causes(raised.value) == ("Crash: driver gone", "OSError: socket closed")


def test_an_explicit_cause_hides_the_context():
    with pytest.raises(Crash) as raised:
        raise_from(Auth())

    assert causes(raised.value) == ("Crash: driver gone", "Auth")


def test_causes_are_bounded():
    error: Exception = Crash("x" * 10_000)
    for _ in range(50):
        outer = Crash("y")
        outer.__cause__ = error
        error = outer

    assert len(causes(error)) == MAX_CAUSES
    assert len(causes(Crash("x" * 10_000))[0]) == MAX_TEXT
