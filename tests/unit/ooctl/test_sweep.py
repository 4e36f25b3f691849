import pytest
from hypothesis import given
from hypothesis import strategies as st

from ooctl.exits import ClientError, ExitStatus
from ooctl.sweep import LongForm, Range, Sweep, read_options, read_sweeps, read_values

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,10}", fullmatch=True)
whole = st.integers(-10_000, 10_000).map(str)
decimal = st.decimals(-1000, 1000, places=2).map(str)
times = st.times().map(lambda time: f"{time:%H:%M}")
words = st.from_regex(r"[A-Za-z_][A-Za-z_ ]{0,8}[A-Za-z_]", fullmatch=True)
values = whole | decimal | times | words
spaces = st.sampled_from(["", " "])


@given(name=names, start=values, end=values, step=st.just("") | whole | decimal, gap=spaces)
def test_a_range_is_read_back_as_it_was_written(name, start, end, step, gap):
    text = f"{name}={gap}{start}{gap}..{gap}{end}" + (f"/{gap}{step}" if step else "")

    assert read_sweeps([text]) == (Sweep(name, Range(start, end, step)),)


@given(name=names, items=st.lists(values, min_size=1, max_size=8), gap=spaces)
def test_a_list_is_read_back_as_it_was_written(name, items, gap):
    assert read_sweeps([f"{name}={f',{gap}'.join(items)}"]) == (Sweep(name, tuple(items)),)


@given(name=names, options=st.dictionaries(names, values, max_size=4), data=st.data())
def test_options_may_stand_anywhere_and_keep_their_text(name, options, data):
    texts = [f"{name}=1..2", *(f"{name}.{option}={value}" for option, value in options.items())]

    assert read_sweeps(data.draw(st.permutations(texts))) == (Sweep(name, Range("1", "2"), options),)


@given(name=names, start=values, end=values, step=st.none() | whole)
def test_the_long_form_means_the_same_as_the_short_one(name, start, end, step):
    short = read_sweeps([f"{name}={start}..{end}" + (f"/{step}" if step else "")])

    assert read_sweeps([], LongForm(name, start, end, step)) == short


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    refusal = None
    try:
        (sweep,) = read_sweeps([text])
    except ClientError as error:
        refusal = error
    if refusal is None:
        assert sweep.parameter in text
        assert sweep.values
    else:
        assert refusal.status is ExitStatus.USAGE
        assert refusal.sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:45..15:30/15", Range("09:45", "15:30", "15")),
        ("-5..5/0.5", Range("-5", "5", "0.5")),
        ("-5..-1", Range("-5", "-1")),
        (".5..1", Range(".5", "1")),
        ("7", ("7",)),
        ("-7", ("-7",)),
        ("09:45,10:00", ("09:45", "10:00")),
        ("n/a", ("n/a",)),
        ("a=b", ("a=b",)),
    ],
)
def test_values_as_people_write_them(text, expected):
    assert read_values(text, name="delta") == expected
    assert read_sweeps([f"delta={text}"])[0].values == expected


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([], "no parameter to sweep"),
        (["delta.unit=percent"], "no parameter to sweep"),
        (["a=1", "b=2", "c.unit=x"], "c.unit was given, but c is not swept; a and b are"),
        (["delta=1..2", "delta=3"], "delta: the values were given more than once"),
        (["delta=1..2", "width.unit=x"], "width.unit was given, but width is not swept; delta is"),
        (["delta=1..2", "delta.u=x", "delta.u=y"], "delta.u: the option was given more than once"),
        (["delta"], '-p "delta" is not NAME=VALUES'),
        (["=5"], '-p "=5" is not NAME=VALUES'),
        (["a b=5"], '-p "a b=5" is not NAME=VALUES'),
        (["delta.=5"], '-p "delta.=5" is not NAME=VALUES'),
        (["delta.a.b=5"], '-p "delta.a.b=5" is not NAME=VALUES'),
        (["delta="], "delta: no value was given"),
        (["delta=1,,2"], "has an empty value"),
        (["delta=1,"], "has an empty value"),
        (["delta=1..2,5"], "mixes a range and a list"),
        (["delta=..5"], "a range without a start"),
        (["delta=5.."], "a range without an end"),
        (["delta=1..5/"], "is not START..END/STEP"),
        (["delta=1..5/1/2"], "is not START..END/STEP"),
        (["delta=1...5"], "has more dots"),
        (["delta=1..2..3"], "has more dots"),
    ],
)
def test_what_is_wrong_is_said(texts, sentence):
    with pytest.raises(ClientError) as caught:
        read_sweeps(texts)

    assert sentence in caught.value.sentence
    assert caught.value.status is ExitStatus.USAGE


@pytest.mark.parametrize(
    ("long", "sentence"),
    [
        (LongForm(start="1"), "--start needs --param"),
        (LongForm(step="1"), "--step needs --param"),
        (LongForm("delta", start="1"), "--param delta needs --start and --end"),
        (LongForm("a b", "1", "2"), "is not the name of a parameter"),
    ],
)
def test_an_incomplete_long_form_is_refused(long, sentence):
    with pytest.raises(ClientError, match=sentence):
        read_sweeps([], long)


def test_both_forms_together_are_several_parameters():
    assert [sweep.parameter for sweep in read_sweeps(["width=1"], LongForm("delta", "1", "2"))] == ["width", "delta"]
    with pytest.raises(ClientError, match="more than once"):
        read_sweeps(["delta=1"], LongForm("delta", "1", "2"))


def test_several_parameters_keep_their_order_and_their_own_options():
    texts = ["b.unit=$", "a=1..2", "vix@low=5", "b=3,4", "vix@low.bound=min"]

    assert read_sweeps(texts) == (
        Sweep("a", Range("1", "2")),
        Sweep("vix@low", ("5",), {"bound": "min"}),
        Sweep("b", ("3", "4"), {"unit": "$"}),
    )


def test_where_the_values_come_from_a_table_only_options_may_be_given():
    assert read_options(["delta.side=short_only", "vix.bound=max"]) == {"delta": {"side": "short_only"}, "vix": {"bound": "max"}}
    with pytest.raises(ClientError, match="-p delta=1 was given, but the values come from the file"):
        read_options(["delta=1"])
