"""Files that describe a run: every shape, the words of other tools, and what is wrong said by its path."""

import textwrap

import pytest

from ooctl.exits import ClientError, ExitStatus
from ooctl.specs import document, files
from ooctl.specs.draft import Draft, Fold, Objective, Stage, Table, WalkForward
from ooctl.sweep import Fixed, Range, Sweep


def content_of(tmp_path, text: str, suffix: str = "yaml"):
    path = tmp_path / f"run.{suffix}"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return files.read(str(path))


def no_table(name: str) -> Table:
    raise AssertionError(name)


@pytest.fixture
def draft(tmp_path):
    def read(text: str, **more) -> Draft:
        return document.draft_of(content_of(tmp_path, text), table=no_table, **more)[0]

    return read


@pytest.fixture
def refusal(tmp_path):
    def read(text: str, suffix: str = "yaml") -> str:
        with pytest.raises(ClientError) as caught:
            document.draft_of(content_of(tmp_path, text, suffix), table=no_table)
        assert caught.value.status is ExitStatus.USAGE
        return caught.value.sentence

    return read


def test_a_sweep_of_the_simplest_shape(draft):
    assert draft("test: Iron fly\nparameter: delta\nstart: 5\nend: 50\nstep: 0.50\n") == Draft(
        kind="sweep", test="Iron fly", swept=(Sweep("delta", Range("5", "50", "0.50")),)
    )


def test_every_way_to_write_a_parameter(draft):
    found = draft("""
        test: 1
        parameters:
          delta: 5..50/1
          delta.side: short_only
          entry_time: [9:45, 10:00, 15:30]
          stop_loss: {min: 100, max: 300, step: 50, options: {unit: "%"}}
          profit_target: {start: 10, end: 30}
          gap: {values: [0.5, 1.0]}
          vix@high: {range: 20..30, options: {bound: max}}
          vix@low: 12
          rsi: {value: 70}
          exit_time: 15:00,15:30
        with:
          start_date: 2024-01-02
        """)
    assert found.kind == "grid"
    assert found.swept == (
        Sweep("delta", Range("5", "50", "1"), {"side": "short_only"}),
        Sweep("entry_time", ("9:45", "10:00", "15:30")),
        Sweep("stop_loss", Range("100", "300", "50"), {"unit": "%"}),
        Sweep("profit_target", Range("10", "30")),
        Sweep("gap", ("0.5", "1.0")),
        Sweep("vix@high", Range("20", "30"), {"bound": "max"}),
        Sweep("exit_time", ("15:00", "15:30")),
    )
    assert found.fixed == (Fixed("vix@low", "12"), Fixed("rsi", "70"), Fixed("start_date", "2024-01-02"))


def test_parameters_as_a_list_keep_their_order(draft):
    found = draft("""
        test: 1
        mode: grid
        parameters:
          - {name: profit_target, start: 10, end: 30, step: 10}
          - {parameter: delta, values: [5, 10], options: {side: both}}
        """)
    assert found.swept == (Sweep("profit_target", Range("10", "30", "10")), Sweep("delta", ("5", "10"), {"side": "both"}))


def test_stages(draft):
    found = draft("""
        test: 1
        mode: staged
        optimize_by: mar
        stages:
          - name: entry
            parameters: {delta: 10..30/5, vix: 20}
          - parameters:
              profit_target: {values: [20, 40]}
            use_best_from: entry
            optimize_by: [{metric: pl, direction: maximize}, "max_drawdown:max"]
            fixed: {rsi: 70}
        """)
    assert found.optimize_by == (Objective("mar"),)
    assert found.stages == (
        Stage(swept=(Sweep("delta", Range("10", "30", "5")),), fixed=(Fixed("vix", "20"),), name="entry"),
        Stage(
            swept=(Sweep("profit_target", ("20", "40")),),
            fixed=(Fixed("rsi", "70"),),
            use_best_from="entry",
            optimize_by=(Objective("pl", "max"), Objective("max_drawdown", "max")),
        ),
    )


def test_a_search_in_our_words_and_in_those_of_others(draft):
    ours = draft("""
        test: 1
        mode: search
        parameters: {delta: 5..50/1, gap: 0.5}
        optimize_by: mar:max
        constraints: ["max_drawdown >= -15"]
        budget: 40
        seed: 7
        """)
    theirs = draft("""
        test: 1
        method: bayes
        metric: {name: mar, goal: maximize}
        run_cap: 40
        seed: 7
        where: max_drawdown >= -15
        parameters:
          delta: {distribution: q_uniform, min: 5, max: 50, q: 1}
          gap: {distribution: constant, value: 0.5}
        """)
    assert ours == theirs
    assert (ours.kind, ours.budget, ours.seed, ours.constraints) == ("search", 40, 7, ("max_drawdown >= -15",))
    assert draft("test: 1\nmode: search\nmethod: grid\nbudget: 4\nmetric: mar\nparameters: {delta: '1,2'}").method == "grid"


def test_a_grid_in_the_words_of_others_is_a_grid(draft):
    found = draft(
        "test: 1\nmethod: grid\nparameters:\n  delta: {values: [1, 2]}\n  vix: {distribution: int_uniform, min: 10, max: 12}\n"
    )
    assert (found.kind, found.swept[1]) == ("grid", Sweep("vix", Range("10", "12", "1")))


def test_a_list_with_rows_of_its_own_and_one_from_a_table(tmp_path, draft):
    found = draft("test: 1\nrows:\n  - {delta: 5, vix: 20}\n  - {delta: 10, vix.bound: min, vix: ''}\n")
    assert found.table == Table(("delta", "vix", "vix.bound"), (("5", "20", ""), ("10", "", "min")))
    named: list[str] = []
    table = Table(("delta",), (("5",),))

    def read(name: str) -> Table:
        named.append(name)
        return table

    content = content_of(tmp_path, "test: 1\nmode: list\nfrom: sets.csv\nname: mine\nmax_tasks: 5\n")
    assert document.draft_of(content, table=read) == (Draft(kind="list", test="1", table=table), "mine", 5)
    assert named == ["sets.csv"]


def test_walk_forward_by_months_and_by_folds(draft):
    start = "test: 1\nparameters: {delta: '5,10'}\noptimize_by: mar\n"
    assert draft(start + "walk_forward: 1y/3m").walk_forward == WalkForward(12, 3)
    rolling = draft(
        start + "walk_forward: {in_sample: 12m, out_of_sample: 3m, start_date: 2020-01-01, optimize_by: pl}"
    ).walk_forward
    assert rolling == WalkForward(12, 3, "2020-01-01", optimize_by=(Objective("pl"),))
    folds = start + "walk_forward:\n  folds:\n    - {in_sample: 2020-01-01..2020-12-31, out_of_sample: 2021-01-01..2021-03-31}\n"
    assert draft(folds).walk_forward == WalkForward(folds=(Fold(("2020-01-01", "2020-12-31"), ("2021-01-01", "2021-03-31")),))


def test_flags_of_a_run(draft):
    found = draft("test: 1\nparameters: {delta: '5,10'}\ntrades: yes\ncharts: false\nfresh: true\n")
    assert (found.has_trades, found.has_charts, found.is_fresh) == (True, False, True)


def test_yaml_and_json_mean_the_same_and_numbers_keep_their_text(tmp_path):
    yaml = content_of(tmp_path, "test: 1\ntrades: true\nname:\nparameters: {delta: [0.10, 1e3, 10:00, 2024-01-02, on]}\n")
    json = content_of(
        tmp_path, '{"test": 1, "trades": true, "name": null, "parameters": {"delta": [0.10, 1e3, "10:00", "2024-01-02", "on"]}}'
    )
    assert yaml == json == {"test": "1", "trades": "true", "parameters": {"delta": ["0.10", "1e3", "10:00", "2024-01-02", "on"]}}


def test_a_test_named_by_a_flag_stands_in_for_that_of_the_file(draft):
    assert draft("test: other\nparameters: {delta: '5,10'}\n", test="mine").test == "mine"


P = "parameters: {delta: '5,10'}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (P, "the file names no test"),
        ("- 1\n", "the file must hold fields"),
        ("test: 1\n", "parameters are not given"),
        ("test: 1\ntest_url: x\n" + P, "test_url says the same as test; leave one out"),
        ("test: 1\nmode: swep\n" + P, "mode: 'swep' is none of sweep, grid"),
        ("test: 1\nmethod: random\n" + P, "method: 'random' is none of"),
        ("test: 1\nmax_task: 3\n" + P, "max_task is no field of it; did you mean max_tasks?"),
        ("test: 1\nbudgets: 3\n" + P, "budgets is no field of it"),
        ("test: 1\nmode: sweep\nparameters: {delta: '5,10', vix: '1,2'}\n", "mode is sweep, but delta and vix have several values"),
        ("test: 1\nparameters: {delta: 5}\n", "parameters have one value each"),
        ("test: 1\nparameters: {delta: []}\n", "parameters.delta has no values"),
        ("test: 1\nparameters: {delta: [[1]]}\n", "parameters.delta[1] must be one value"),
        ("test: 1\nparameters: {delta: {min: 5}}\n", "parameters.delta has no values; give values, or min and max"),
        ("test: 1\nparameters: {delta: {min: 5, max: 9, values: [1]}}\n", "parameters.delta.min says the same as values"),
        (
            "test: 1\nparameters: {delta: {min: 5, max: 9, stepp: 1}}\n",
            "parameters.delta.stepp is no field of it; did you mean step?",
        ),
        (
            "test: 1\nparameters: {delta: {distribution: normal, min: 5, max: 9}}\n",
            "parameters.delta.distribution 'normal' is not known",
        ),
        ("test: 1\nparameters: {a b: '1,2'}\n", "parameters.a b is called 'a b', which is no name"),
        ("test: 1\nparameters: {delta.side: both}\n", "parameters.delta.side is an option of delta, which is not given here"),
        (
            "test: 1\nparameters: {delta: {values: [1], options: {side: x}}, delta.side: y}\n",
            "parameters.delta.side is given twice",
        ),
        ("test: 1\nparameters: {delta: 5..}\n", 'parameters.delta: "5.." is a range without an end'),
        ("test: 1\nparameters: [{values: [1]}]\n", "parameters[1] has no name"),
        ("test: 1\nwith: {vix: [1, 2]}\n" + P, "with.vix has several values"),
        ("test: 1\nmode: staged\n", "stages are not given"),
        ("test: 1\nstages: [{name: x}]\n", "stages[1].parameters are not given"),
        (
            "test: 1\nstages: [{parameters: {delta: '1,2'}, use_best: x}]\n",
            "stages[1].use_best is no field of it; did you mean use_best_from?",
        ),
        ("test: 1\nmode: list\n", "rows are not given"),
        ("test: 1\nmode: search\nbudget: 4\n" + P, "optimize_by is not given"),
        ("test: 1\nmode: search\noptimize_by: mar\n" + P, "budget is not given"),
        ("test: 1\nmode: search\noptimize_by: mar\nbudget: x\n" + P, "budget 'x' is no whole number"),
        ("test: 1\nmode: search\noptimize_by: mar\nbudget: 4\nparameters: {delta: 5}\n", "parameters have one value each"),
        ("test: 1\noptimize_by: m a r\n" + P, 'optimize_by: "m a r" is not METRIC'),
        ("test: 1\noptimize_by: {metric: mar, goal: up}\n" + P, "optimize_by has the direction 'up'"),
        ("test: 1\nwalk_forward: 12m/3m\n" + P, "optimize_by is not given; say what is best in a span"),
        ("test: 1\nwalk_forward: 12m\noptimize_by: mar\n" + P, 'walk_forward: "12m" is not IN_SAMPLE/OUT_OF_SAMPLE'),
        ("test: 1\nwalk_forward: 0m/3m\noptimize_by: mar\n" + P, 'walk_forward: "0m" is no number of months or years'),
        ("test: 1\nwalk_forward: {in_sample: 12m}\noptimize_by: mar\n" + P, "walk_forward.out_of_sample is not given"),
        (
            "test: 1\nwalk_forward: {folds: [{in_sample: x}]}\noptimize_by: mar\n" + P,
            "walk_forward.folds[1].in_sample is no span of days",
        ),
        ("test: 1\ntrades: maybe\n" + P, "trades 'maybe' is neither true nor false"),
    ],
)
def test_what_is_wrong_is_said_by_its_path(refusal, text, said):
    assert refusal(text).startswith(said)


@pytest.mark.parametrize(
    ("text", "suffix", "said"),
    [
        ("", "yaml", "is empty"),
        ("a: [1\nb: 2\n", "yaml", ", line 2: "),
        ("a: 1\nb: 2\na: 3\n", "yaml", ", line 3: 'a' is given twice"),
        ("? [1]\n: 2\n", "yaml", ", line 1: a name must be a text"),
        ("a: \x00", "yaml", "is no YAML"),
        ('{"a": 1,\n "b" 2}', "json", ", line 2: "),
        ('{"a": 1, "a": 2}', "json", "'a' is given twice"),
        ('{"a": NaN}', "json", "NaN is no value"),
        ("[" * 100_000, "json", "is nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_line(refusal, tmp_path, text, suffix, said):
    found = refusal(text, suffix)
    assert found.startswith(str(tmp_path / f"run.{suffix}"))
    assert said in found


def test_files_that_are_not_there_or_no_text(tmp_path):
    for name, content, said in (("missing", None, "cannot be read: No such file"), ("bad", b"\xff\xfe\x00", "is not UTF-8 text")):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ClientError, match=said):
            files.read(str(path))
