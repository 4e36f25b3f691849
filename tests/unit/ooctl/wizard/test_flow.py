"""The order of questions and the run that comes of the answers."""

from __future__ import annotations

import pytest

from ooctl.exits import ClientError, ExitStatus
from ooctl.specs import document
from ooctl.specs.draft import Draft, Fold, Objective, Stage, WalkForward
from ooctl.sweep import Fixed, Range, Sweep
from ooctl.wizard.answers import Decision, Extra, draft_of
from ooctl.wizard.knowledge import complaint
from ooctl.wizard.order import Order, flag_words
from ooctl.wizard.order import document as written
from ooctl.wizard.outcome import order_of
from tests.unit.ooctl.wizard.playing import BACK, Known, plan, play

KEEP = "Keep them and go on"
RUN = "Yes, run it"
DELTA = ("Iron fly", "One parameter", "delta", KEEP, "5..15/5")


@pytest.fixture
def known():
    return Known()


def test_a_sweep(known):
    answers, person = play(known, *DELTA, (), RUN)

    assert draft_of(answers) == Draft("sweep", "abc", (Sweep("delta", Range("5", "15", "5")),))
    assert (answers.decision, known.started[0].test) == (Decision.START, answers.test)
    assert person.lines == [
        "Test: Iron fly",
        "Try: One parameter",
        "Parameter: delta - Delta at which legs priced in Δ are chosen",
        "Options: apply_to both, side both, leg 0",
        "delta: 5..15/5 (3 values: 5, 10, 15)",
        "Also: nothing",
        "Run: Yes, run it",
    ]
    assert person.questions[-1].about == (
        "Test        Iron fly",
        "Values      delta = 5..15/5",
        "Backtests   3; none was run before",
        "Takes about 15 s with 2 browsers",
    )


def test_the_fields_are_those_of_the_schema(known):
    _, person = play(known, *DELTA, (), RUN)
    parameter, options, values = person.questions[2:5]

    assert [choice.label for choice in parameter.choices] == ["entry_time", "gap", "weekday", "profit_target", "delta"]
    assert parameter.choices[-1].detail == "numbers in Δ, 0.01 to 100; options: apply_to, side, leg"
    assert [choice.label for choice in options.choices] == [KEEP, "apply_to = both", "side = both", "leg = 0"]
    assert values.about == (
        "Delta of the legs, 100 = at 1.00",
        "Numbers in Δ, 0.01 to 100",
        "A range with its step, such as 1..5/1, or a list with commas. Without a step it is 1.",
    )
    assert values.judge("5..500").error == "500 is above the maximum 100"
    assert values.judge("5..1").error == "the range ends at 1, before its start 5"
    assert values.judge("5..x,").error == '"5..x," mixes a range and a list'
    assert values.judge("").error == "no value is given"


def test_options_that_differ_are_kept_and_others_are_not_said(known):
    answers, person = play(
        known, "Iron fly", "One parameter", "delta", "apply_to = both", "put_only", "side = both", "both", KEEP, "5,10", (), RUN
    )

    assert draft_of(answers).swept == (Sweep("delta", ("5", "10"), {"apply_to": "put_only"}),)
    assert "Options: apply_to put_only, side both, leg 0" in person.lines
    assert answers.part is None


def test_an_option_is_judged_by_its_own_schema(known):
    _, person = play(known, "Iron fly", "One parameter", "delta", "leg = 0", "2", KEEP, "5", (), RUN)
    leg = next(question for question in person.questions if question.key == ".leg")

    assert leg.start == "0"
    assert leg.judge("9").error == "9 is above the maximum 8"
    assert leg.judge("1.5").error == "1.5 has too many decimals; give a whole number"


def test_an_option_that_must_be_given_is_asked_for(known):
    (gap,) = (each for each in known.parameters if each.name == "gap")
    gap.options[0].default_value = ""
    answers, person = play(known, "Iron fly", "One parameter", "gap", "min", KEEP, "1,2", (), RUN)

    assert draft_of(answers).swept[0].options == {"bound": "min"}
    assert person.questions[3].title == "gap: bound"


def test_a_choice_is_ticked(known):
    answers, person = play(known, "Iron fly", "One parameter", "weekday", (), ("Monday", "Friday"), (), RUN)

    assert draft_of(answers).swept == (Sweep("weekday", ("Monday", "Friday")),)
    assert person.errors[4] == "tick at least one value with Space"
    assert person.questions[3].start == ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def test_a_grid_and_one_parameter_twice(known):
    answers, _ = play(
        known,
        *("Iron fly", "Several parameters", "gap", KEEP, "1,2", "Yes, another parameter"),
        *("gap", "bound = max", "min", KEEP, "0.1", "Yes, another parameter", "delta", KEEP, "5", "No, that is all", (), RUN),
    )
    draft = draft_of(answers)

    assert (draft.kind, [(one.parameter, one.options) for one in draft.swept]) == (
        "grid",
        [("gap", {}), ("gap@2", {"bound": "min"}), ("delta", {})],
    )


def test_a_grid_of_one_parameter_is_a_sweep(known):
    answers, _ = play(known, "Iron fly", "Several parameters", "delta", KEEP, "5,10", "No, that is all", (), RUN)
    assert draft_of(answers).kind == "sweep"


def test_a_search(known):
    answers, person = play(
        known,
        *(
            "Iron fly",
            "Search for the best",
            "delta",
            KEEP,
            "5..50",
            "No, that is all",
            "mar, pl:max",
            "Learn from the results",
            "25",
        ),
        *(("Only what keeps a condition",), "max_drawdown >= -15, total_trades >= 100", RUN),
    )

    assert draft_of(answers) == Draft(
        "search",
        "abc",
        (Sweep("delta", Range("5", "50")),),
        method="tpe",
        optimize_by=(Objective("mar"), Objective("pl", "max")),
        constraints=("max_drawdown >= -15", "total_trades >= 100"),
        budget=25,
    )
    budget = next(question for question in person.questions if question.key == "Budget")
    assert budget.judge("0").error == budget.judge("0 ").error.replace("'0 '", "'0'") == "'0' is no number from 1 to 100,000"


def test_steps(known):
    answers, _ = play(
        known,
        *("Iron fly", "Step by step", "delta", KEEP, "5,10", "Step 2", "gap", KEEP, "1", "Another parameter in this step"),
        *("entry_time", "09:45..10:15", "That is all", "mar", (), RUN),
    )

    assert draft_of(answers) == Draft(
        "staged",
        "abc",
        stages=(
            Stage((Sweep("delta", ("5", "10")),)),
            Stage((Sweep("gap", ("1",)), Sweep("entry_time", Range("09:45", "10:15")))),
        ),
        optimize_by=(Objective("mar"),),
    )


def test_a_table(known, tmp_path, monkeypatch):
    (tmp_path / "sets.csv").write_text("delta,gap\n5,1\n")
    monkeypatch.chdir(tmp_path)
    answers, person = play(known, "Iron fly", "A table", "nothing.csv", "sets.csv", (), RUN)
    draft = draft_of(answers)

    assert (draft.kind, draft.table.columns, draft.table.rows) == ("list", ("delta", "gap"), (("5", "1"),))
    assert answers.table_file == str(tmp_path / "sets.csv")
    assert "nothing.csv cannot be read: No such file or directory" in person.errors[3]
    assert person.questions[2].complete("se") == ["sets.csv"]
    assert person.questions[2].complete(f"{tmp_path}/s") == [f"{tmp_path}/sets.csv"]
    assert list(person.questions[2].complete("/nowhere/x")) == []


def test_extras(known):
    also = (
        "Set other parameters too",
        "Keep the trade logs",
        "Keep the charts",
        "Walk forward",
        "Run all anew",
        "Give the run a name",
    )
    answers, person = play(
        known,
        *(*DELTA, also, "gap", KEEP, "1", "Yes, another one", "weekday", "Friday", "No, that is all"),
        *("12m/3m", "mar", " my  run\n", RUN),
    )

    assert draft_of(answers) == Draft(
        "sweep",
        "abc",
        (Sweep("delta", Range("5", "15", "5")),),
        (Fixed("gap", "1"), Fixed("weekday", "Friday")),
        optimize_by=(Objective("mar"),),
        walk_forward=WalkForward(12, 3),
        has_trades=True,
        has_charts=True,
        is_fresh=True,
    )
    assert answers.name == "my run"
    spans = next(question for question in person.questions if question.key == "Spans")
    assert spans.judge("12m").error == '"12m" is not IN_SAMPLE/OUT_OF_SAMPLE, such as 12m/3m'


def reproduced(answers, known):
    """The run as the file of the wizard describes it, which the printed command feeds where flags cannot say it."""
    order = order_of(answers, known)
    assert flag_words(order) is None
    return document.draft_of(written(order), table=pytest.fail)[0]


def test_the_days_of_every_fold_may_be_said(known):
    folds = "2021-01-01..2021-12-31/2022-01-01..2022-03-31; 2021-04-01..2022-03-31 / 2022-04-01..2022-06-30;"
    answers, person = play(known, *DELTA, ("Walk forward",), folds, "mar", RUN)

    walk = draft_of(answers).walk_forward
    assert walk == WalkForward(
        folds=(
            Fold(("2021-01-01", "2021-12-31"), ("2022-01-01", "2022-03-31")),
            Fold(("2021-04-01", "2022-03-31"), ("2022-04-01", "2022-06-30")),
        )
    )
    spans = next(question for question in person.questions if question.key == "Spans")
    assert "is no in-sample span with its out-of-sample span" in spans.judge("2021-01-01..2021-12-31").error
    assert reproduced(answers, known).walk_forward == walk


def test_the_seed_of_a_search_may_be_chosen(known):
    search = ("Iron fly", "Search for the best", "delta", KEEP, "5..50", "No, that is all", "mar")
    answers, person = play(known, *search, "Learn from the results", "25", ("Choose the seed",), "7", RUN)

    assert draft_of(answers).seed == 7
    assert "--seed" in flag_words(order_of(answers, known))
    question = next(question for question in person.questions if question.key == "Seed")
    assert all(question.judge(text).error for text in ("0", "-1", "x", "1.5", "9" * 19))
    assert "Choose the seed" not in extras(play(known, *search, "Coarse to fine", "25", (), RUN)[1])
    assert "Choose the seed" not in extras(play(known, *DELTA, (), RUN)[1])


def extras(person):
    return [choice.label for question in person.questions if question.key == "Also" for choice in question.choices]


def test_stages_may_be_named(known):
    steps = ("Iron fly", "Step by step", "delta", KEEP, "5,10", "Step 2", "gap", KEEP, "1", "That is all", "mar")
    answers, person = play(known, *steps, ("Name the stages",), "entry, exit", RUN)

    assert [stage.name for stage in draft_of(answers).stages] == ["entry", "exit"]
    question = next(question for question in person.questions if question.key == "Stages")
    assert question.title == "What are the 2 stages called, in their order?"
    assert question.judge("one").error == "there are 2 stages, and 1 of them has a name"
    assert question.judge("one, one").error == "two stages have the same name"
    assert reproduced(answers, known).stages == draft_of(answers).stages
    assert "Name the stages" not in extras(play(known, *DELTA, (), RUN)[1])


def test_what_the_daemon_refuses_is_asked_again_in_its_words(known):
    known.refused = {"gap"}
    answers, person = play(
        known, "Iron fly", "Several parameters", "gap", KEEP, "1", BACK, BACK, "delta", KEEP, "5", "No, that is all", (), RUN
    )

    assert person.errors[5] == "gap: not on this test"
    assert person.given[5] == "1"
    assert draft_of(answers).swept == (Sweep("delta", ("5",)),)


def test_going_back_takes_the_answer_with_it_and_offers_it_again(known):
    answers, person = play(known, *DELTA, BACK, "5,10", (), BACK, BACK, "5,7", ("Keep the charts",), RUN)

    assert draft_of(answers).swept[0].values == ("5", "7")
    assert draft_of(answers).has_charts
    assert person.given[6] == "5..15/5"
    assert [line for line in person.lines if line.startswith("delta")] == ["delta: 5,7 (2 values: 5, 7)"]


def test_before_the_first_question_there_is_nothing_to_go_back_to(known):
    answers, _ = play(known, BACK, BACK, *DELTA, (), RUN)
    assert answers.decision is Decision.START


def test_a_test_by_its_id_by_a_part_of_its_name_and_after_reading_the_list_anew(known):
    assert play(known, "def", *DELTA[1:], (), RUN)[0].test.test.name == "Condor"
    assert play(known, "on", "Condor", *DELTA[1:], (), RUN)[0].test.test.name == "Condor"
    answers, person = play(known, "zzz", "Read the list from the site anew", "New one", *DELTA[1:], (), RUN)
    assert (answers.test.test.test_id, known.refreshed) == ("ghi", 1)
    assert person.errors[1] == "there is no saved test 'zzz'; give a name, an id or an address"


def test_the_first_backtests_may_be_looked_at(known):
    known.comes_to = plan(3, sample=[{"index": 0, "parameters": {"delta": 5}, "cached": False}], cached=1)
    answers, person = play(known, *DELTA, (), "Show the first backtests", RUN)

    assert person.questions[-1].about[-3:] == ("#  delta", "0      5", "... and 2 more")
    assert "Backtests   3; 1 of them have a result of an earlier run" in person.questions[-1].about
    assert answers.decision is Decision.START


def test_many_backtests_are_named_and_allowed_by_the_command(known):
    known.comes_to = plan(1200)
    answers, _ = play(known, *DELTA, (), "Yes, run all 1,200 backtests")
    assert order_of(answers, known) == Order(draft_of(answers), max_tasks=1200)


def test_leaving_and_only_showing_start_nothing(known):
    assert play(known, *DELTA, (), "No, leave")[0].decision is Decision.LEAVE
    assert play(known, *DELTA, (), "Not now")[0].decision is Decision.ONLY_SHOW
    assert known.started == []


def test_a_run_that_is_refused_as_a_whole_can_be_changed(known):
    def start(answers):
        known.started.append(answers)
        return "the test has no leg priced in Δ" if len(known.started) == 1 else ""

    known.start = start
    _, person = play(known, *DELTA, (), RUN, RUN)
    assert person.errors[-1] == "the test has no leg priced in Δ"

    known.refused, known.started = {"gap"}, []
    person = play(known, *DELTA, ("Set other parameters too",), "weekday", "Friday", "No, that is all", RUN, RUN)[1]
    assert person.questions[-1].title == "Run it?"


def test_a_plan_that_is_refused_is_explained_and_can_be_changed(known):
    answers, _ = play(known, *DELTA, (), "Not now")
    from dataclasses import replace

    from ooctl.wizard.outcome import confirm

    known.refused = {"delta"}
    question = confirm(replace(answers, decision=None), known)
    assert question.about[-1] == "Because     delta: not on this test"
    assert [choice.label for choice in question.choices] == ["Go back", "Leave"]


def test_a_daemon_that_is_gone_is_no_answer():
    with pytest.raises(ClientError):
        complaint(ClientError("no daemon answers", ExitStatus.UNREACHABLE))
    assert complaint(ClientError("no such test", ExitStatus.NOT_FOUND, hint="see the list")) == "no such test (see the list)"
    assert Extra.FIX.value == "fix"
