"""Where the milliseconds of an attempt go: part by part, and whose they are. Cheap enough to be always on.

A record is opened with the lease and becomes the current one of whatever runs below `Record.current`; the part that runs then is
known to everything that it calls, on either side of the bridge. Parts may be nested: each counts its own time only, so that those
of a record add up to the whole; what is left over belongs to no part and is shown as OTHER.
"""

import enum
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from statistics import median
from types import TracebackType
from typing import Self

from oodaemon.browser.steps import TIMES, Step
from oodaemon.model.tasks import Lease, Verdict

KEPT = 200
"""Attempts that are remembered."""

GOOD = frozenset({Verdict.RECORDED.value, Verdict.ADOPTED.value, Verdict.DUPLICATE.value})
"""Outcomes of attempts that came to a result; the others have a failure class, another verdict, or none."""

Clock = Callable[[], float]


class Whose(enum.StrEnum):
    """Who decides how long something takes."""

    SITE = "site"
    POLITENESS = "politeness"
    PROOF = "proof"
    OURS = "ours"


class Part(enum.StrEnum):
    """What an attempt consists of, in its order."""

    whose: Whose
    meaning: str

    def __new__(cls, value: str, whose: Whose, meaning: str) -> Self:
        """A part is its value; whose it is and what it means hang on it."""
        one = str.__new__(cls, value)
        one._value_, one.whose, one.meaning = value, whose, meaning
        return one

    LEASE = "lease", Whose.OURS, "the task is leased from the store"
    PAUSE = "pause", Whose.POLITENESS, "the pause before the site is asked"
    OPEN_TEST = "open_test", Whose.SITE, "the page of the saved test loads and shows it"
    TEST_STILL = "test_still", Whose.PROOF, "the page of the saved test stands still"
    OPEN_PANEL = "open_panel", Whose.SITE, "the New Backtest panel opens"
    PANEL_STILL = "panel_still", Whose.PROOF, "the panel stands still, prefilled"
    FILL = "fill", Whose.OURS, "the fields are set"
    FORM_STILL = "form_still", Whose.PROOF, "the filled form stands still"
    READ_BACK = "read_back", Whose.PROOF, "the form is read, before and after it is filled, and compared"
    LINE = "line", Whose.SITE, "another page of the browser asks the site"
    TURN = "turn", Whose.POLITENESS, "the turn of the account comes: the pause, and the distance between two Run clicks"
    ANNOUNCE = "announce", Whose.OURS, "the intent to press Run is stored"
    CLICK = "click", Whose.OURS, "Run is pressed"
    CALCULATE = "calculate", Whose.SITE, "the site calculates and shows figures"
    RESULT_STILL = "result_still", Whose.PROOF, "the page of the result stands still"
    READ = "read", Whose.OURS, "the figures are read and held against what was asked"
    CHARTS = "charts", Whose.OURS, "the charts are copied"
    DOWNLOAD = "download", Whose.SITE, "the site makes the trade log, and it is downloaded"
    CHECK_LOG = "check_log", Whose.PROOF, "the trade log is read and held against the page"
    STORE = "store", Whose.OURS, "what came of it is stored"
    OTHER = "other", Whose.OURS, "everything between those parts"


STEPS: Mapping[Part, Step] = {
    Part.OPEN_TEST: Step.OPEN_TEST,
    Part.OPEN_PANEL: Step.OPEN_PANEL,
    Part.FILL: Step.FILL,
    Part.DOWNLOAD: Step.DOWNLOAD,
}
"""Parts that are counted as a step of every backtest as well, with all that happens inside them, when they end well."""


@dataclass(slots=True)
class Record:
    """One attempt. `seconds` are by part, each without the parts inside it; `whole` is 0 until it is over."""

    run_id: str
    index: int
    attempt_id: int
    actor: str = ""
    outcome: str = ""
    seconds: dict[Part, float] = field(default_factory=dict)
    whole: float = 0.0
    is_over: bool = False
    _began: float = field(default=0.0, repr=False)
    _ended: "Callable[[Record], None] | None" = field(default=None, repr=False)
    _clock: Clock = field(default=time.perf_counter, repr=False)

    @contextmanager
    def current(self) -> Iterator[None]:
        """Parts that end in the block, and in tasks that were begun in it, are those of this record; then the record is over."""
        token = _FRAME.set(_Frame(self, None))
        try:
            yield
        finally:
            _FRAME.reset(token)
            self.end()

    def end(self) -> None:
        """The attempt is over. What comes later does not count, nor does a second end."""
        if not self.is_over:
            self.is_over, self.whole = True, self._clock() - self._began
            self.seconds[Part.OTHER] = max(0.0, self.whole - sum(self.seconds.values()))
            if self._ended is not None:
                self._ended(self)

    def add(self, part: Part, seconds: float) -> None:
        """A part took so much longer; nothing once the record is over."""
        if not self.is_over:
            self.seconds[part] = self.seconds.get(part, 0.0) + seconds

    @property
    def is_good(self) -> bool:
        """True when it came to a result."""
        return self.outcome in GOOD

    @property
    def by_owner(self) -> Mapping[Whose, float]:
        """Seconds by whose they are, all of Whose."""
        return {whose: sum(spent for part, spent in self.seconds.items() if part.whose is whose) for whose in Whose}


class _Frame:
    """A part that runs: what it is part of, and how much of its time other parts have claimed."""

    __slots__ = ("began", "claimed", "part", "record")

    def __init__(self, record: Record | None, part: Part | None, began: float = 0.0) -> None:
        self.record, self.part, self.began, self.claimed = record, part, began, 0.0


_FRAME: ContextVar[_Frame | None] = ContextVar("part of an attempt", default=None)


class _Span(AbstractContextManager[None]):
    """See `part`."""

    __slots__ = ("_frame", "_outer", "_part", "_token")

    def __init__(self, part: Part) -> None:
        self._part = part

    def __enter__(self) -> None:
        self._outer = _FRAME.get()
        self._frame = _Frame(self._outer.record if self._outer else None, self._part, time.perf_counter())
        self._token: Token[_Frame | None] = _FRAME.set(self._frame)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        spent = time.perf_counter() - self._frame.began
        _FRAME.reset(self._token)
        if self._outer is not None:
            self._outer.claimed += spent
        if self._frame.record is not None:
            self._frame.record.add(self._part, max(0.0, spent - self._frame.claimed))
        if kind is None and self._part in STEPS:
            TIMES[STEPS[self._part]].add(spent)


def part(which: Part) -> AbstractContextManager[None]:
    """Time a block as a part of the current record, however it ends; of none, where nothing is recorded."""
    return _Span(which)


def claim(which: Part, seconds: float) -> None:
    """So much of the time of the part that runs now was another one, no more than there is: as the page told it afterwards."""
    frame = _FRAME.get()
    if frame is None or frame.record is None or frame.part is None:
        return
    own = max(0.0, min(seconds, time.perf_counter() - frame.began - frame.claimed))
    frame.claimed += own
    frame.record.add(which, own)


@dataclass(frozen=True, slots=True)
class Row:
    """One part over several attempts: median and longest seconds, and its share (0 to 1) of all their time."""

    part: Part
    median: float
    longest: float
    share: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What several attempts took: how many, median of the whole, and the parts that took any time, in their order."""

    attempts: int
    median: float
    rows: Sequence[Row]

    @property
    def shares(self) -> Mapping[Whose, float]:
        """Shares of all the time (0 to 1), by whose it is."""
        return {whose: sum(row.share for row in self.rows if row.part.whose is whose) for whose in Whose}


def summary(records: Sequence[Record]) -> Summary:
    """Medians are of each part by itself and need not add up; shares do."""
    whole = sum(record.whole for record in records)
    rows = []
    for each in Part:
        spent = [record.seconds.get(each, 0.0) for record in records]
        if any(spent):
            rows.append(Row(each, median(spent), max(spent), sum(spent) / whole if whole else 0.0))
    return Summary(len(records), median([record.whole for record in records]) if records else 0.0, rows)


class Profiles:
    """The records of the last attempts of this process. `told` is called with each one that is over; it must not raise."""

    def __init__(self, *, kept: int = KEPT, clock: Clock = time.perf_counter) -> None:
        self._records: deque[Record] = deque(maxlen=kept)
        self._clock = clock
        self._asked: dict[str, tuple[float, float]] = {}
        self.told: Callable[[Record], None] = lambda _record: None

    @contextmanager
    def leasing(self, actor: str) -> Iterator[None]:
        """The block asks the store for a task: what it took belongs to the next record of this actor."""
        began = self._clock()
        yield
        self._asked[actor] = began, self._clock()

    def leased(self, lease: Lease) -> Record:
        """The record of an attempt that begins."""
        token, now = lease.token, self._clock()
        began, ended = self._asked.pop(token.actor, (now, now))
        return Record(
            lease.run_id,
            lease.index,
            token.attempt_id,
            token.actor,
            seconds={Part.LEASE: ended - began},
            _began=began,
            _ended=self._keep,
            _clock=self._clock,
        )

    def _keep(self, record: Record) -> None:
        self._records.append(record)
        self.told(record)

    def records(self, run_id: str | None = None, index: int | None = None) -> list[Record]:
        """What is remembered, the oldest first; of one run, or of one task of it."""
        return [
            record
            for record in self._records
            if (run_id is None or record.run_id == run_id) and (index is None or record.index == index)
        ]
