"""More browsers on the same machine: how much sooner a run is done, and what it weighs."""

from collections.abc import Callable

from tests.bench import driven, memory

LATENCY, EACH = 2.0, 8
COUNTS = (1, 2, 4, 8)
Say = Callable[..., None]


def measure(*, say: Say, counts: tuple[int, ...] = COUNTS) -> None:
    """Print throughput, efficiency against one browser, and memory, by number of browsers."""
    alone = 0.0
    with driven.site(LATENCY) as site:
        for count in counts:
            with driven.working(site, count) as process:
                driven.finish(process, driven.sweep(process, [91 + number for number in range(count)])[0])
                run, _ = driven.sweep(process, [5 + number / 2 for number in range(EACH * count)])
                done = driven.finish(process, run)
                seconds = max(each.closed for each in done) - min(each.leased for each in done)
                rate = 60 * len(done) / seconds
                alone = alone or rate / count
                where = f"{count} browser{'s' if count > 1 else ''}, site latency {LATENCY:g} s"
                say(f"{where}: backtests", rate, "per minute")
                say(f"{where}: efficiency", 100 * rate / count / alone, "% of one")
                say(f"{where}: all browsers, memory (PSS)", memory._shares(process)[2], "MiB")
