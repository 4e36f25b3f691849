"""The text format of Prometheus (0.0.4), byte for byte as prometheus_client writes it, which checks every name at every scrape."""

import math
from collections.abc import Iterable, Sequence

from prometheus_client.core import Metric
from prometheus_client.utils import floatToGoString

from oodaemon.metrics.catalogue import Entry
from oodaemon.metrics.families import Family, Labels, bounds, totals

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SUFFIXES = {"counter": "_total", "info": "_info"}
"""What the name of a family lacks of that of its samples."""
MOST = 20_000
"""Beginnings of lines that are kept; what users name comes and goes."""
MILLION = 1e6

_TEXT = str.maketrans({"\\": r"\\", "\n": r"\n"})
_VALUE = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


class Writer:
    """Writes one scrape after the other. What stands before a number is made once: names and labels are mostly those of before."""

    def __init__(self) -> None:
        self._heads: dict[str, str] = {}
        self._fronts: dict[tuple[str, Labels], str] = {}
        self._buckets: dict[tuple[str, Labels, tuple[float, ...]], Sequence[str]] = {}

    def write(self, families: Iterable[Family]) -> bytes:
        """All families with help, type and samples. Any thread may; several at a time."""
        if len(self._fronts) > MOST:
            self._fronts = {}
        lines: list[str] = []
        for family in families:
            entry = family.entry
            name, fronts = entry.name, self._fronts
            if name not in self._heads:
                self._heads[name] = _head(name, entry.text, entry.kind.value)
            lines.append(self._heads[name])
            for labels, value in family.numbers.items():
                front = fronts.get((name, labels))
                if front is None:
                    front = fronts[name, labels] = _front(name, zip(entry.labels, labels, strict=True))
                lines.append(front + number(value))
            for labels, found in family.histograms:
                key = (name, labels, found.bounds)
                if key not in self._buckets:
                    self._buckets[key] = _fronts(entry, labels, bounds(found))
                counts = totals(found)
                told = (*counts, counts[-1], found.seconds)
                lines += [front + number(value) for front, value in zip(self._buckets[key], told, strict=True)]
        return ("\n".join(lines) + "\n").encode() if lines else b""


def render(families: Iterable[Metric]) -> bytes:
    """The same for what prometheus_client gathers by itself. Names must be plain ones; values may be anything."""
    lines: list[str] = []
    for family in families:
        kind = "gauge" if family.type == "info" else family.type
        lines.append(_head(family.name + SUFFIXES.get(family.type, ""), family.documentation, kind))
        lines += [_front(sample.name, sample.labels.items()) + number(sample.value) for sample in family.samples]
    return ("\n".join(lines) + "\n").encode() if lines else b""


def number(value: float) -> str:
    """A number as Go writes it."""
    if value < MILLION and value > -math.inf:
        return repr(float(value))
    text: str = floatToGoString(value)  # type: ignore[no-untyped-call]
    return text


def _head(name: str, text: str, kind: str) -> str:
    return f"# HELP {name} {text.translate(_TEXT)}\n# TYPE {name} {kind}"


def _front(name: str, labels: Iterable[tuple[str, str]]) -> str:
    found = ",".join([f'{key}="{value.translate(_VALUE)}"' for key, value in sorted(labels)])
    return f"{name}{{{found}}} " if found else f"{name} "


def _fronts(entry: Entry, labels: Labels, found: Iterable[str]) -> Sequence[str]:
    """Of the buckets of a histogram, its count and its sum."""
    plain = list(zip(entry.labels, labels, strict=True))
    buckets = [_front(f"{entry.name}_bucket", [*plain, ("le", bound)]) for bound in found]
    return [*buckets, _front(f"{entry.name}_count", plain), _front(f"{entry.name}_sum", plain)]
