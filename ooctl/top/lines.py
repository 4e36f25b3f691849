"""The parts of the view as lines of text: each fits the width it is given. Styles are names of the theme, see `app`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from ooctl.exits import PHASES_AT_REST
from ooctl.records import Record
from ooctl.render.tables import settled, total_of, values_of
from ooctl.render.text import DASH, duration, money, number, one_line, percent, plain
from ooctl.top.source import Best

DONE: Final = "\N{BOX DRAWINGS HEAVY HORIZONTAL}"
FAILED_BAR: Final = "\N{BOX DRAWINGS HEAVY DOUBLE DASH HORIZONTAL}"
LEFT: Final = "\N{MIDDLE DOT}"
CURSOR: Final = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
WIDE: Final = 100
NARROW: Final = 70
MIB: Final = 2**20


@dataclass(frozen=True)
class Palette:
    """Styles by what they mean; all empty where there are no colours."""

    good: str = ""
    busy: str = ""
    warn: str = ""
    bad: str = ""
    dim: str = ""
    strong: str = "bold"


def fit(text: str, width: int) -> str:
    """Exactly so many cells: cut with an ellipsis, or filled with blanks."""
    text = one_line(text)
    if cell_len(text) <= width:
        return set_cell_size(text, max(0, width))
    return set_cell_size(text, width - 1) + "…" if width > 1 else set_cell_size(text, max(0, width))


def bar(run: Record, width: int, palette: Palette) -> Text:
    """Done, failed and left as parts of a line; a run with anything done shows it, and one with anything left too."""
    tasks, total = run["tasks"], max(1, total_of(run))
    failed = tasks["failed"] + tasks["skipped"]
    done = round(width * settled(tasks) / total)
    if settled(tasks) and not done:
        done = 1
    if settled(tasks) < total and done == width:
        done = width - 1
    bad = min(done, max(1, round(width * failed / total))) if failed else 0
    return Text.assemble(
        (DONE * (done - bad), palette.good), (FAILED_BAR * bad, palette.bad), (LEFT * (width - done), palette.dim), no_wrap=True
    )


@dataclass(frozen=True)
class Columns:
    """How wide the parts of a run are; the same for all runs of a picture."""

    name: int
    bar: int
    counts: int
    bad: int
    eta: int


def columns(runs: Sequence[Record], width: int) -> Columns:
    """The room there is, shared between names and bars."""
    bad = 11 if width >= NARROW and any(_bad(run) for run in runs) else 0
    eta = 13 if width >= NARROW else 9
    counts = max([9, *(len(_counts(run)) + 1 for run in runs)])
    room = width - 2 - 1 - 10 - 1 - counts - bad - eta
    longest = max((cell_len(run["name"] or run["run_id"]) for run in runs), default=0)
    least = max(6, min(20, room // 3))
    name = max(8, min(longest, room - least))
    return Columns(name, max(1, room - name), counts, bad, eta)


def run_lines(run: Record, width: int, fitted: Columns, palette: Palette, *, is_selected: bool) -> list[Text]:
    """A run: name, phase, bar, counts and estimate; below it why nothing or little happens with it."""
    phase = run["phase"] or DASH
    eta = "" if run["eta_seconds"] is None else f"{'ETA ' if width >= NARROW else ''}{_short(run['eta_seconds'])}"
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{CURSOR if is_selected else ' '} ", palette.strong)
    line.append(fit(run["name"] or run["run_id"], fitted.name), palette.strong if is_selected else "")
    line.append(" ")
    line.append(fit(phase.lower().replace("_", " "), 10), _style_of(phase, palette))
    line.append(" ")
    line.append_text(bar(run, fitted.bar, palette))
    line.append(f"{_counts(run):>{fitted.counts}}")
    line.append(f"{_bad(run):>{fitted.bad}}" if fitted.bad else "", palette.bad)
    line.append(f"{eta:>{fitted.eta}}", palette.dim)
    return [line, *(_reason(condition, width, palette) for condition in run["conditions"])]


def _counts(run: Record) -> str:
    return f"{settled(run['tasks'])}/{total_of(run)}"


def _bad(run: Record) -> str:
    """What went wrong, in as many words as there is room for."""
    failed, skipped = run["tasks"]["failed"], run["tasks"]["skipped"]
    return f"{failed + skipped} failed" if failed else f"{skipped} skipped" if skipped else ""


def _reason(condition: Record, width: int, palette: Palette) -> Text:
    text = f"{condition['kind']}: {condition['message']}"
    return Text.assemble("    ", (fit(text, width - 4).rstrip(), palette.warn), no_wrap=True, overflow="ellipsis")


def _style_of(phase: str, palette: Palette) -> str:
    match phase:
        case "RUNNING" | "PENDING":
            return palette.busy
        case "COMPLETED":
            return palette.good
        case "NEEDS_REVIEW":
            return palette.bad
        case "PAUSED" | "PAUSING" | "CANCELLING":
            return palette.warn
        case _:
            return palette.dim


def browser_line(browser: Record, work: str, width: int, palette: Palette) -> Text:
    """A browser: where it stands, what it does, its memory and restarts. `work` is its detail, as people say it."""
    state, restarts = browser["state"], browser["restarts"]
    memory = f"{browser['resident_bytes'] / MIB:,.0f} MiB" if browser["resident_bytes"] else ""
    style = palette.busy if state == "UP" else palette.warn if state in ("STARTING", "PROBE", "BACKOFF") else palette.bad
    often = f"{restarts} restart{'' if restarts == 1 else 's'}" if restarts else ""
    if state == "BACKOFF" and browser["next_retry_seconds"] is not None:
        often = f"again in {duration(browser['next_retry_seconds'])}"
    ends = (10, 13) if width >= NARROW else (9, 0)
    line = Text("  ", no_wrap=True, overflow="ellipsis")
    line.append(fit(browser["path"].rpartition("/")[2], 3))
    line.append(fit(state.lower(), 13 if len(state) > 8 else 9), style)
    line.append(fit(work, max(8, width - line.cell_len - sum(ends))))
    line.append(f"{memory:>{ends[0]}}", palette.dim)
    if ends[1]:
        line.append(f"{often:>{ends[1]}}", palette.warn if restarts else palette.dim)
    return line


def best_lines(best: Best | None, run: Record | None, width: int, palette: Palette) -> list[Text]:
    """The best result of the selected run, and how fast the run is."""
    if run is None:
        return [Text("  no run yet", palette.dim)]
    if best is None or best.result is None:
        first = Text("  no result yet", palette.dim)
    else:
        result = best.result
        first = Text("  ", no_wrap=True, overflow="ellipsis")
        figures = {**result["metrics"], **result["derived"]}
        first.append(f"{best.by} {number(figures.get(best.by))}", palette.strong)
        first.append(f"   task {result['index']}  {_values(result['parameters'])}")
        rest = [
            ("P/L", money(figures["pl"])),
            ("CAGR", percent(figures["cagr"])),
            ("max drawdown", percent(figures["max_drawdown"])),
        ]
        for label, text in rest:
            first.append(f"   {label} ", palette.dim)
            first.append(text)
    return [first, _pace(run, width, palette)]


def _values(parameters: Record) -> str:
    return " ".join(f"{name}={plain(value)}" for name, value in parameters.items() if "." not in name)


def _pace(run: Record, width: int, palette: Palette) -> Text:
    parts = [f"values {values_of(run['spec'])}"]
    if run["median_task_seconds"] is not None:
        parts.insert(0, f"{duration(run['median_task_seconds'])} a task")
    if run["stage"]:
        parts.insert(0, run["stage"])
    if run["phase"] in PHASES_AT_REST:
        parts.insert(0, "at rest")
    return Text(f"  {fit(' · '.join(parts), width - 4).rstrip()}", palette.dim, no_wrap=True, overflow="ellipsis")


def failure_line(failure: Record, run: str, width: int, palette: Palette, *, is_selected: bool) -> Text:
    """A failed attempt: when, of which task, of which class, and why."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{CURSOR if is_selected else ' '} ", palette.strong)
    line.append(f"{clock_of(failure['failed_at'])} ", palette.dim)
    if width >= WIDE:
        line.append(fit(run, 20) + " ")
    line.append(fit(f"task {failure['index']}", 9 if width >= NARROW else 8))
    line.append(" ")
    line.append(fit((failure["failure_class"] or DASH).lower(), 12), palette.bad)
    line.append(" ")
    line.append(one_line(failure["message"]), palette.strong if is_selected else "")
    return line


def head_line(daemon: Record | None, trouble: str, width: int, palette: Palette) -> Text:
    """What the daemon is, and at the right whether it answers."""
    right = "no daemon" if trouble else "connecting" if daemon is None else "connected"
    parts = ["ooctl top"]
    if daemon is not None:
        site = daemon["base_url"].partition("://")[2] or daemon["base_url"]
        parts += [f"{daemon['in_flight']} in flight", *(["draining"] if daemon["is_draining"] else [])]
        parts += [site, f"boot {daemon['boot']}, up {duration(daemon['uptime_seconds'])}"]
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f" {fit(' · '.join(parts), max(0, width - len(right) - 5))}", palette.dim)
    line.append(f" {'○' if trouble else '●'} {right}", palette.bad if trouble else palette.good)
    return line


def site_lines(daemon: Record | None, trouble: str, width: int, palette: Palette) -> list[Text]:
    """Why nothing new is told, and what is in the way of every run."""
    lines = []
    if trouble:
        lines.append(Text(f"  {fit(trouble, width - 4).rstrip()}", palette.bad, no_wrap=True, overflow="ellipsis"))
    for condition in daemon["conditions"] if daemon is not None else ():
        text = fit(f"{condition['kind']}: {condition['message']}", width - 4).rstrip()
        lines.append(Text(f"  {text}", palette.warn, no_wrap=True, overflow="ellipsis"))
    return lines


def window(blocks: Sequence[Sequence[Text]], selected: int, height: int) -> tuple[list[Text], int]:
    """So many lines of blocks, with the whole selected block among them if it fits; and how many blocks are left out below."""
    first, used = 0, 0
    for place, block in enumerate(blocks[: selected + 1]):
        used += len(block)
        while used > height and first < place:
            used -= len(blocks[first])
            first += 1
    lines: list[Text] = []
    shown = first
    for block in blocks[first:]:
        if lines and len(lines) + len(block) > height:
            break
        lines += block
        shown += 1
    return lines[:height], len(blocks) - shown


def clock_of(moment: str | None) -> str:
    """The time of the day of an RFC 3339 time."""
    return (moment or "").partition("T")[2][:8] or DASH


def _short(seconds: float) -> str:
    """A span in at most seven characters or so."""
    return duration(seconds).replace(" min", "m").replace(" h", "h").replace(" s", "s").replace(" d", "d")
