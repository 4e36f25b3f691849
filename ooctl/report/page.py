"""The page itself: one file of HTML that asks nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any, Final

from ooctl.charts.figures import ACCEPTED, Axis, Curve, Grid, notes, shown
from ooctl.render.text import number
from ooctl.report import courses, svg
from ooctl.report.contents import SHOWN, Best, Contents
from ooctl.report.discretion import discreet
from ooctl.writers.table import Column, Record

WORDS: Final[Mapping[str, str]] = {
    "pl": "P/L",
    "cagr": "CAGR",
    "max_drawdown": "Max drawdown",
    "mar": "MAR",
    "win_percentage": "Win",
    "total_trades": "Trades",
    "avg_per_trade": "Avg/trade",
    "capture_rate": "Capture",
}
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'"
_MARK: Final = '<abbr title="a user accepted this figure without the proof">†</abbr>'


def page(contents: Contents, *, made_at: str, version: str, rows: int) -> str:
    """The page, with at most so many rows of the table; `made_at` is RFC 3339."""
    name = text(contents.run["name"])
    sections = (
        _head(contents),
        _best(contents.best, contents),
        _chart(contents),
        _equity(contents),
        courses.section(contents.courses),
        _table(contents, rows),
        _failures(contents),
        _proof(contents),
    )
    body = "".join(part for section in sections for part in section)
    foot = f"Made with OO Automator {escape(version)} on {escape(_moment(made_at))}."
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<style>{_asset('report.css')}</style></head><body><main>{body}</main>"
        f"<footer>{foot} Backtests tell what would have been; what will be they do not know.</footer>"
        f"<script>{_asset('report.js')}</script></body></html>\n"
    )


def text(value: object) -> str:
    """Any text of others: discreet, and no markup."""
    return escape(discreet(str(value)))


def _moment(value: str) -> str:
    return f"{value[:10]} {value[11:16]} UTC"


def _asset(name: str) -> str:
    return files("ooctl.report").joinpath(name).read_text("utf-8")


def _head(contents: Contents) -> Iterator[str]:
    run, tasks = contents.run, contents.run["tasks"]
    yield f"<header><p class=kind>Backtest report</p><h1>{text(run['name'])}</h1>"
    is_named = run["test"]["name"] in run["name"]
    yield "</header>" if is_named else f"<p class=sub>{text(run['test']['name'])}</p></header>"
    yield '<section class="facts"><dl>'
    for underlying, first, last in contents.spans[:4]:
        yield _fact("Period", " ".join(part for part in (underlying, first and f"{first} to {last}") if part))
    for axis in contents.varied:
        yield _fact(axis.name, _range(axis))
    if contents.fixed:
        yield _fact("Always", ", ".join(f"{name} {_value(value)}" for name, value in contents.fixed.items()))
    capital = {row["starting_capital"] for row in contents.rows} - {None}
    if len(capital) == 1:
        yield _fact("Capital", shown(capital.pop(), "USD"))
    done = f"{tasks['completed']:,} of {tasks['total']:,} with figures"
    others = ", ".join(f"{tasks[key]:,} {key}" for key in ("failed", "skipped", "cancelled", "running", "pending") if tasks[key])
    yield _fact("Backtests", done + (f"; {others}" if others else ""))
    when = (
        f"{_moment(run['created_at'])} to {_moment(run['ended_at'])}" if run["ended_at"] else f"since {_moment(run['created_at'])}"
    )
    yield _fact("Run", f"{when}, {str(run['phase']).replace('_', ' ').lower()}")
    yield "</dl></section>"


def _fact(name: str, value: str) -> str:
    return f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>"


def _range(axis: Axis) -> str:
    places = [_value(place) for place in axis.places]
    if len(places) <= 8:
        return ", ".join(places)
    return f"{places[0]} to {places[-1]} ({len(places):,} values)"


def _value(value: Any) -> str:  # noqa: ANN401 - a value of a parameter
    if isinstance(value, bool):
        return "on" if value else "off"
    return number(value) if isinstance(value, int | float) else str(value)


def _best(found: Sequence[Best], contents: Contents) -> Iterator[str]:
    if not found:
        return
    yield "<section><h2>Best results</h2><div class=cards>"
    for best in found:
        value = shown(best.record[best.metric.name], best.metric.unit)
        where = ", ".join(f"{axis.name} {_value(best.record[axis.name])}" for axis in contents.varied) or "the only set of values"
        mark = _MARK if best.record["origin"] == ACCEPTED else ""
        yield f"<div class=card><p class=name>{_word(best.metric)}</p><p class=value>{escape(value)}{mark}</p>"
        yield f"<p class=where>{text(where)} <span>#{best.record['index']}</span></p></div>"
    yield "</div><p class=note>Of many results the best one is partly luck: look at its neighbours before you trust it.</p>"
    yield "</section>"


def _word(column: Column) -> str:
    return escape(WORDS.get(column.name, column.name.removeprefix("derived_").replace("_", " ")))


def _chart(contents: Contents) -> Iterator[str]:
    match contents.figure:
        case Grid() as grid:
            picture, what = svg.heat(grid), f"{grid.rows.name} and {grid.columns.name}"
        case Curve() as curve:
            picture, what = svg.curve(curve), curve.axis.name
        case None:
            return
    yield f"<section><h2>{_word(contents.metric)} by {text(what)}</h2><div class=wide>{picture}</div>"
    yield "".join(f"<p class=note>{text(note)}.</p>" for note in notes(contents.figure))
    yield "</section>"


def _equity(contents: Contents) -> Iterator[str]:
    equity, top = contents.equity, contents.top
    if equity is None or top is None:
        return
    fall = min(equity.drawdown(), default=0.0)
    yield f"<section><h2>Equity of the best by {_word(contents.metric)}</h2><div class=wide>{svg.equity(equity)}</div>"
    yield f"<p class=note>Closed profit and loss of #{equity.index} over {len(equity.points):,} closings, and below it the "
    yield f"distance from the highest so far; the deepest fall is {escape(shown(fall, 'USD'))}.</p></section>"


def _table(contents: Contents, most: int) -> Iterator[str]:
    if not contents.rows:
        return
    figures = [contents.columns[name] for name in dict.fromkeys((contents.metric.name, *SHOWN))]
    parts = {row["part"] for row in contents.rows} - {None, ""}
    yield f"<section><h2>Results</h2><p class=note>Sorted by {_word(contents.metric)}; press a heading to sort by it."
    if len(contents.rows) > most:
        yield f" The first {most:,} of {len(contents.rows):,} are shown."
    yield "</p><div class=wide><table class=sortable><thead><tr>"
    heads = ["#", *(["part"] if parts else []), *(text(axis.name) for axis in contents.varied), *map(_word, figures)]
    yield "".join(f"<th scope=col><button type=button>{head}</button></th>" for head in heads)
    yield "</tr></thead><tbody>"
    for row in contents.rows[:most]:
        mark = _MARK if row["origin"] == ACCEPTED else ""
        yield f"<tr><td data-v={row['index']}>{row['index']}{mark}</td>"
        yield _cell(row["part"] or "") if parts else ""
        yield "".join(_cell(row[axis.name]) for axis in contents.varied)
        yield "".join(_number(row, column) for column in figures)
        yield "</tr>"
    yield "</tbody></table></div></section>"


def _cell(value: Any) -> str:  # noqa: ANN401 - a value of a parameter
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<td data-v={value!r}>{escape(number(value))}</td>"
    return f"<td class=text>{'' if value is None else text(_value(value))}</td>"


def _number(row: Record, column: Column) -> str:
    value = row[column.name]
    if value is None:
        return "<td></td>"
    kind = " class=loss" if value < 0 and column.name in ("pl", "cagr", "mar", "avg_per_trade", "capture_rate") else ""
    return f"<td data-v={value!r}{kind}>{escape(shown(value, column.unit))}</td>"


def _failures(contents: Contents) -> Iterator[str]:
    if not contents.without:
        return
    count = len(contents.without)
    backtests = "One backtest has" if count == 1 else f"{count:,} backtests have"
    yield f"<section><h2>Without figures</h2><p class=note>{backtests} no figures.</p><ul class=failures>"
    names = [axis.name for axis in contents.varied]
    for row in contents.without[:50]:
        values = ", ".join(f"{name} {_value(row[name])}" for name in names if row[name] is not None)
        status = text(str(row["status"]).lower())
        yield f"<li><b>#{row['index']}</b> {text(values)} <em>{status}</em>: {text(row['reason'] or 'no reason is known')}</li>"
    yield f"</ul>{'<p class=note>Only the first 50 are listed.</p>' if count > 50 else ''}</section>"


def _proof(contents: Contents) -> Iterator[str]:
    origins = contents.origins
    yield "<section><h2>How the figures were proven</h2>"
    yield "<p>Every backtest was run on the site from the saved test. A figure was stored only after the form had been read back, "
    yield "and the result page repeated the values that were asked for and stood still.</p><ul>"
    sentences = (
        ("VERIFIED", "proven by the result page"),
        ("LATE", "proven by the result page after the attempt had been given up"),
        ("CACHED", "proven in an earlier run of the same test with the same values"),
        (ACCEPTED, "<b>not proven: a user accepted what the page showed</b>, marked †"),
    )
    yield "".join(f"<li>{origins[key]:,} {words}</li>" for key, words in sentences if origins.get(key))
    yield "</ul>"
    for row in contents.rows:
        if row["origin"] == ACCEPTED:
            yield f"<p class=note>#{row['index']} was accepted because: {text(row['ruling_reason'] or '')}</p>"
    recorded = sorted(row["recorded_at"] for row in contents.rows if row["recorded_at"])
    if recorded:
        yield f"<p class=note>Recorded from {escape(_moment(recorded[0]))} to {escape(_moment(recorded[-1]))}.</p>"
    yield "</section>"
