"""How decisions are shown: sentences first, then the figures they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from ooctl.render.formats import aligned
from ooctl.render.tables import METRICS, Column, Noun, Record, parameter_columns
from ooctl.render.text import DASH, money, number, one_line, percent, plain

_DOLLARS: Final = frozenset(
    {
        *("pl", "total_premium", "starting_capital", "ending_capital", "avg_per_trade", "avg_winner", "avg_loser", "max_winner"),
        *("max_loser", "net_profit", "gross_profit", "gross_loss", "fees", "expectancy", "average_win", "average_loss"),
    }
)
_PERCENT: Final = frozenset(
    {"cagr", "max_drawdown", "win_percentage", "capture_rate", "max_drawdown_percent", "cagr_percent", "kelly_percent"}
)
_USUAL: Final = ("pl", "cagr", "max_drawdown", "mar", "win_percentage", "total_trades")
_MARKS: Final = {"ACCEPTED": "accepted, never proven", "LATE": "late", "CACHED": "of an earlier run"}
_WIDTH: Final = 30


def figure(name: str, value: float | None) -> str:
    """A value of a figure of a page or of a trade log with its unit."""
    if name in _DOLLARS:
        return money(value)
    return percent(value) if name in _PERCENT else number(None if value is None else round(value, 4))


def _of(record: Record, name: str) -> float | None:
    metrics = record["metrics"]
    found = metrics[name] if name in metrics else record["derived"].get(name)
    return None if found is None else float(found)


def _figure_column(name: str) -> Column:
    return Column(name.replace("_", " "), lambda record: figure(name, _of(record, name)), is_number=True)


def _candidate_columns(records: Sequence[Record], first: Sequence[str]) -> list[Column]:
    """A task, its values, the figures that matter here, the usual ones, and how the figures came to be recorded."""
    names = list(dict.fromkeys([*first, *_USUAL]))
    columns = [Column("#", lambda record: plain(record["index"]), is_number=True)]
    if any(record["part"] for record in records):
        columns.append(Column("part", lambda record: plain(record["part"])))
    columns += [*parameter_columns(records), *(_figure_column(name) for name in names)]
    if any(record["origin"] in _MARKS for record in records):
        columns.append(Column("origin", lambda record: _MARKS.get(record["origin"], "")))
    return columns


_CSV: Final = ("task_id", "run_id", "index", "part", "origin", *METRICS)
_FURTHER: Final = tuple(name for name in METRICS if name not in _USUAL)
ADVICE: Final = Noun(lambda _: (), ("role", "score", "why", "parts", *_CSV), key="index")
WHOLE: Final = Noun(lambda _: (), ())
"""A record that people see through its details only."""


def best_noun(by: Sequence[str]) -> Noun:
    """The best results, with the figures that decided first."""
    return Noun(lambda records: _candidate_columns(records, by), _CSV, key="index", wide=_FURTHER)


def advice_rows(answer: Record) -> Iterator[Record]:
    """A recommendation row by row, for formats that have rows."""
    if answer["recommended"] is not None:
        yield {"role": "recommended", **answer["recommended"]}
    for role, key in (("alternative", "alternatives"), ("avoid", "avoid")):
        yield from ({"role": role, **each} for each in answer[key])


def recommendation_details(answer: Record) -> Iterator[str]:
    """The sentences, what the score is made of, and the front."""
    recommended = answer["recommended"]
    if recommended is None:
        yield "nothing can be recommended"
    else:
        yield one_line(recommended["why"])
        yield ""
        yield from _table(["part of the score", "weight", "value", "points"], [_part(part) for part in recommended["parts"]])
    for key, title in (("alternatives", "alternatives"), ("avoid", "keep away from")):
        if answer[key]:
            yield ""
            yield f"{title}:"
            yield from (f"  {one_line(each['why'])}" for each in answer[key])
    if answer["pareto"]:
        shown, total = len(answer["pareto"]), answer["pareto_total"]
        yield ""
        yield f"nothing beats these in both growth and drawdown{'' if shown == total else f' (the first {shown} of {total})'}:"
        yield from _records(answer["pareto"], ("cagr", "max_drawdown"))
    yield from _notes(answer["notes"])


def comparison_details(answer: Record) -> Iterator[str]:
    """A row per run, then the shared sets of values."""
    metrics = [each["metric"] for each in answer["by"]]
    header = ["run", "name", "test", "results", "best task"]
    header += [f"{kind} {name.replace('_', ' ')}" for name in metrics for kind in ("best", "median")]
    rows = []
    for row in answer["runs"]:
        used = f"{row['coverage']['used']}/{row['coverage']['tasks']}"
        cells = [row["run_id"], row["name"], row["test_name"], used, None if row["best"] is None else _marked(row["best"])]
        rows.append(
            [plain(cell) for cell in cells]
            + [figure(each["metric"], each[kind]) for each in row["figures"] for kind in ("best", "median")]
        )
    yield from _table(header, rows, texts=3)
    if answer["points"]:
        yield ""
        shown, total = len(answer["points"]), answer["shared"]
        more = "" if shown == total else f" (the {shown} that differ most of {total})"
        yield f"{metrics[0].replace('_', ' ')} where runs share all values{more}:"
        yield from _shared(answer["points"], [row["run_id"] for row in answer["runs"]], metrics[0])
    yield from _notes(answer["notes"])


def robustness_details(answer: Record) -> Iterator[str]:
    """What speaks against a result, then the figures."""
    candidate = answer["candidate"]
    yield from _records([candidate], (answer["by"],))
    yield ""
    if answer["cautions"]:
        yield "what speaks against it:"
        yield from (f"  {one_line(sentence)}" for sentence in answer["cautions"])
    else:
        yield "nothing that could be examined speaks against it"
    yield ""
    around = answer["neighbourhood"]
    yield from _lines(
        ("neighbours", plain(around["neighbours"])),
        ("their mean", figure(answer["by"], around["mean"])),
        ("their worst", figure(answer["by"], around["worst"])),
        ("stability (0 to 1)", number(around["stability"] and round(around["stability"], 2))),
        ("looks like a", plain((around["verdict"] or "").lower())),
    )
    yield from _luck(answer["deflated_sharpe"])
    yield from _overfitting(answer["overfitting"])
    if answer["recomputed"]:
        yield ""
        rows = [[plain(each["metric"].replace("_", " ")), *(_both(each))] for each in answer["recomputed"]]
        yield from _table(["figure", "page", "trade log"], rows)
    yield from _notes(answer["notes"])


def monte_carlo_details(answer: Record) -> Iterator[str]:
    """The percentiles, and the probabilities."""
    how = {"BOOTSTRAP": "drawn anew"}.get(answer["resampling"] or "", "in other orders")
    size = {"COMPOUND": "each a share of the account"}.get(answer["sizing"] or "", "each with its dollars")
    times = f"{answer['simulations']:,} times (seed {answer['seed']})"
    yield f"{plain(answer['name'])}: {answer['trades']:,} trades {how}, {size}, {times}"
    yield ""
    percents = list(answer["distributions"][0]["percentiles"]) if answer["distributions"] else []
    header = ["figure", "as it came", "rank", "mean", *(f"{each}%" for each in percents)]
    rows = [
        [
            plain(each["figure"].replace("_", " ")),
            _course(each["figure"], each["actual"]),
            percent(100 * each["rank"]),
            _course(each["figure"], each["mean"]),
            *(_course(each["figure"], each["percentiles"][percent_]) for percent_ in percents),
        ]
        for each in answer["distributions"]
    ]
    yield from _table(header, rows)
    yield ""
    ruin = answer["probability_of_ruin"]
    yield from _lines(
        (f"falls by {number(answer['ruin'])}% or more", DASH if ruin is None else percent(100 * ruin)),
        ("ends with a loss", percent(100 * answer["probability_of_loss"])),
    )
    yield from _notes(answer["notes"])


def walk_forward_details(answer: Record) -> Iterator[str]:
    """The verdict, the figures over all folds, and a row per fold."""
    yield one_line(answer["verdict"])
    yield ""
    header = ["mean of folds", "in-sample", "out of sample", "worse by", "efficiency", "folds"]
    yield from _table(
        header, [[plain(each["metric"].replace("_", " ")), *_sides(each), plain(each["folds"])] for each in answer["figures"]]
    )
    metric = answer["by"][0]["metric"] if answer["by"] else "mar"
    yield ""
    name = metric.replace("_", " ")
    rows = []
    for fold in answer["folds"]:
        side: Record = next((each for each in fold["figures"] if each["metric"] == metric), {})
        values = [figure(metric, side.get(key)) for key in ("in_sample", "out_of_sample")]
        inside, outside = fold["in_sample"], fold["out_of_sample"]
        tasks = [DASH if each is None else _marked(each) for each in (inside, outside)]
        gained = None if outside is None else outside["metrics"]["pl"]
        chosen = DASH if inside is None else _values(inside["parameters"])
        rows.append([plain(fold["name"]), chosen, f"{fold['chosen_from']}", tasks[0], tasks[1], *values, money(gained)])
    columns = ["fold", "chosen", "of", "task", "ran as", f"{name} in-sample", f"{name} out of sample", "P/L out of sample"]
    yield from _table(columns, rows, texts=2)
    yield from _notes(answer["notes"])


def _values(parameters: Record) -> str:
    """The strategy; the span of time is said by the name of the fold."""
    return ", ".join(f"{name}={plain(value)}" for name, value in parameters.items() if name not in ("start_date", "end_date"))


def _marked(candidate: Record) -> str:
    """The task; what was not proven says so."""
    return f"{candidate['index']}" + (" (accepted)" if candidate["origin"] == "ACCEPTED" else "")


def _part(part: Record) -> list[str]:
    is_stability = part["metric"] == "stability"
    value = number(part["value"] and round(part["value"], 1)) if is_stability else figure(part["metric"], part["value"])
    return [part["metric"].replace("_", " "), percent(100 * part["weight"]), value, number(round(part["points"], 1))]


def _sides(side: Record) -> list[str]:
    values = [figure(side["metric"], side[key]) for key in ("in_sample", "out_of_sample", "degradation")]
    return [*values, DASH if side["efficiency"] is None else percent(100 * side["efficiency"])]


def _shared(points: Sequence[Record], runs: Sequence[str], metric: str) -> list[str]:
    by_run = [{each["run_id"]: each for each in point["figures"]} for point in points]
    values = parameter_columns(points)
    header = [column.header for column in values] + list(runs)
    rows = []
    for point, figures in zip(points, by_run, strict=True):
        cells = [DASH if run not in figures else _with_delta(metric, figures[run]) for run in runs]
        rows.append([column.cell(point) for column in values] + cells)
    return _table(header, rows)


def _with_delta(metric: str, shared: Record) -> str:
    text = figure(metric, shared["value"]) + ("*" if shared["origin"] == "ACCEPTED" else "")
    if shared["delta"] is None:
        return text
    return f"{text} ({'+' if shared['delta'] > 0 else ''}{figure(metric, shared['delta'])})"


def _course(name: str, value: float) -> str:
    return money(round(value, 2)) if name in ("max_drawdown", "net_profit") else figure(name, value)


def _both(found: Record) -> tuple[str, str]:
    page, log = (figure(found["metric"], found[key]) for key in ("page", "log"))
    return page, log if found["agrees"] else f"{log} (!)"


def _luck(found: Record | None) -> Iterator[str]:
    if found is None:
        return
    yield ""
    yield from _lines(
        ("Sharpe ratio", number(round(found["sharpe"], 2))),
        (f"luck finds among {found['trials']:,}", number(round(found["expected_maximum"], 2))),
        ("deflated Sharpe ratio", percent(100 * found["probability"])),
        ("of a single trial", percent(100 * found["probability_of_one_trial"])),
        ("days", f"{found['days']:,}"),
        ("days needed for 95%", DASH if found["minimum_days"] is None else f"{found['minimum_days']:,.0f}"),
    )


def _overfitting(found: Record | None) -> Iterator[str]:
    if found is None:
        return
    yield ""
    yield from _lines(
        ("probability of overfitting", percent(100 * found["probability"])),
        ("the chosen one loses later", percent(100 * found["probability_of_loss"])),
        ("Sharpe chosen, and later", f"{number(round(found['chosen'], 2))}, {number(round(found['other'], 2))}"),
        ("splits", f"{found['splits']:,} of {found['blocks']} blocks"),
    )


def _lines(*pairs: tuple[str, str]) -> Iterator[str]:
    yield from (f"  {words:<{_WIDTH}}{value}" for words, value in pairs)


def _notes(notes: Iterable[str]) -> Iterator[str]:
    sentences = [one_line(note) for note in notes]
    if sentences:
        yield ""
        yield from (f"note: {sentence}" for sentence in sentences)


def _records(records: Sequence[Record], first: Sequence[str]) -> list[str]:
    columns = _candidate_columns(records, first)
    return aligned(
        [[column.header for column in columns], *([column.cell(each) for column in columns] for each in records)], columns=columns
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1) -> list[str]:
    """The first `texts` columns are words, the others numbers."""
    blank: Callable[[Any], str] = plain
    columns = [Column(name, blank, is_number=place >= texts) for place, name in enumerate(header)]
    return aligned([list(header), *rows], columns=columns)
