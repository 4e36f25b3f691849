"""What the wizard says of a value while it is typed is what the daemon says of it, word by word, for every parameter there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ooctl.sweep import Range
from ooctl.wizard import schema
from ooctl.wizard.schema import Verdict
from oodaemon.api.v1 import parameters_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.parameters.fields import Bool, Choice, Date, FieldError, Float, Int, Time
from oodaemon.parameters.registry import discover
from oodaemon.plans import axes
from oodaemon.rpc.parameters import _field

NUMBER = st.decimals(-2000, 2000, places=3, allow_nan=False).map(str) | st.integers(-20, 200).map(str)
TIME = st.builds("{}:{:02d}".format, st.integers(0, 25), st.integers(0, 61))
DAY = st.builds("{}-{:02d}-{:02d}".format, st.integers(2010, 2101), st.integers(0, 13), st.integers(0, 32))
ODD = st.sampled_from(
    ["", " ", "x", "1e3", "1e9", ".5", "5.", "-0", "+1", "1e999999", "٣", "9:5", "09:45:00", "2022-1-1", "on", "NO", "both"]
)
TEXT = NUMBER | TIME | DAY | ODD | st.sampled_from(["Put_only", "weekly", " Daily ", "$", "%"])
REGISTRY = discover()
FIELDS = [
    *{parameter.name: parameter.value for parameter in REGISTRY}.values(),
    *{f"{p.name}.{name}": option for p in REGISTRY for name, option in p.options.items()}.values(),
    Bool(),
    Int(minimum=-3, maximum=9, step=2),
    Float(decimals=3, step=0.125),
    Time(earliest="09:30", latest="16:00", step=7),
    Date(step=30),
    Choice(choices=("A", "b c")),
]
JUDGED = [field for field in FIELDS if isinstance(field, Float | Time | Date | Choice | Bool)]


def likely(field) -> st.SearchStrategy[str]:
    """Mostly texts of its kind, and within its limits."""
    match field:
        case Time():
            return st.one_of(st.builds("{:02d}:{:02d}".format, st.integers(9, 16), st.integers(0, 59)), TIME, TEXT)
        case Date():
            return st.one_of(st.dates().map(str), DAY, TEXT)
        case Choice():
            return st.one_of(st.sampled_from(field.choices), st.sampled_from(field.choices).map(str.upper), TEXT)
        case Bool():
            return st.one_of(st.sampled_from(["on", "Off", "1", "no"]), TEXT)
        case _:
            whole = st.integers(1, 60).map(str)
            return st.one_of(whole, whole, st.decimals(0, 50, places=2).map(str), NUMBER, TEXT)


@st.composite
def judged(draw, *, shape):
    field = draw(st.sampled_from(JUDGED))
    return field, draw(shape(field))


def ranges(field) -> st.SearchStrategy[Range]:
    return st.builds(Range, likely(field), likely(field), st.one_of(st.just(""), st.integers(-1, 20).map(str), likely(field)))


def wire(field) -> parameters_pb2.Field:
    return _field("value", field)


@given(judged(shape=likely))
def test_one_value_is_judged_as_the_daemon_does(asked):
    field, text = asked
    try:
        expected = Verdict()
        field.parse(text)
    except FieldError as error:
        expected = Verdict(str(error))

    assert schema.judge(wire(field), text) == expected


def told(values: list[str]) -> str:
    shown = ", ".join(values) if len(values) <= 5 else f"{', '.join(values[:3])}, ... {values[-1]}"
    return f"{len(values):,} value{'' if len(values) == 1 else 's'}: {shown}"


@given(judged(shape=ranges))
def test_a_range_is_judged_and_counted_as_the_daemon_does(drawn):
    field, asked = drawn
    try:
        values = [field.text(value) for value in field.steps(asked.start, asked.end, asked.step)]
        expected = Verdict(told=told(values))
        if len(values) > axes.MAX_TASKS:
            expected = Verdict("this makes more than 100,000 tasks; take a larger step")
    except FieldError as error:
        expected = Verdict(str(error))

    assert schema.judge_values(wire(field), asked) == expected


@given(
    st.sampled_from([p for p in REGISTRY if p.value in JUDGED and not any(f.default is None for f in p.options.values())]),
    st.data(),
)
def test_a_list_is_judged_as_the_daemon_does(parameter, data):
    texts = tuple(data.draw(st.lists(likely(parameter.value), min_size=1, max_size=4)))
    try:
        made = axes._values(parameter, texts)
        expected = Verdict(told=told([parameter.value.text(value) for value in made]))
    except (FieldError, InvalidArgument) as error:
        expected = Verdict(str(error))

    assert schema.judge_values(wire(parameter.value), texts) == expected


def test_there_is_something_to_judge():
    assert len(JUDGED) > 50


def test_more_values_than_a_run_may_have():
    verdict = schema.judge_values(wire(Float(minimum=0, maximum=10**6)), Range("0", "100000", "0.5"))
    assert verdict == Verdict("this makes more than 100,000 tasks; take a larger step")


def test_what_the_schema_does_not_tell_is_left_to_the_daemon():
    text = parameters_pb2.Field(kind=parameters_pb2.FIELD_KIND_TEXT)
    newer = parameters_pb2.Field(kind=77, minimum="1")
    for field in (text, newer):
        assert schema.judge(field, "whatever") == Verdict()
        assert schema.judge_values(field, Range("a", "b")) == schema.judge_values(field, ("a", "a")) == Verdict()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Float(minimum=0.01, maximum=100, unit="Δ"), "numbers in Δ, 0.01 to 100"),
        (Float(minimum=0, maximum=10**6, unit="$"), "numbers in $, from 0"),
        (Float(minimum=-(10**6), maximum=10**6), "numbers"),
        (Int(minimum=1, maximum=9), "whole numbers, 1 to 9"),
        (Int(maximum=9, unit="days"), "whole numbers in days, up to 9"),
        (Time(earliest="09:32", latest="15:59"), "HH:MM, 09:32 to 15:59"),
        (Date(earliest="2013-01-01", latest="2099-12-31"), "YYYY-MM-DD, 2013-01-01 to 2099-12-31"),
        (Choice(choices=("put", "call")), "one of put, call"),
        (Bool(), "one of on, off"),
    ],
)
def test_limits_as_people_read_them(field, words):
    assert schema.limits(wire(field)) == words


@pytest.mark.parametrize("parameter", [p for p in REGISTRY if isinstance(p.value, Float | Time | Date)], ids=lambda p: p.name)
def test_the_example_of_every_parameter_is_a_range_it_takes(parameter):
    start, _, rest = schema.example(wire(parameter.value)).partition("..")
    end, _, step = rest.partition("/")
    verdict = schema.judge_values(wire(parameter.value), Range(start, end, step))

    assert not verdict.error
    assert not verdict.told.startswith("1 value")
