"""What is kept of a backtest beside its figures: charts and trade log, from the page that still shows it."""

from functools import partial

from oodaemon.analysis import files
from oodaemon.analysis.agreement import disagreements
from oodaemon.analysis.sheet import MalformedLog
from oodaemon.browser.backtest import Outcome
from oodaemon.browser.profile import Part, part
from oodaemon.browser.tab import Tab
from oodaemon.failures.site import Mismatched
from oodaemon.model.reuse import Basis
from oodaemon.model.runs import Wants
from oodaemon.model.tasks import Kept
from oodaemon.model.trades import LogFile, TradeLog
from oodaemon.store.lanes import Lane


async def keep(tab: Tab, outcome: Outcome, wants: Wants, reading: Lane, *, basis: Basis | None) -> Kept:
    """What the run wants beside the figures; files are read in `reading`. Raises Mismatched for a trade log that is of another
    backtest, and what the tab raises.
    """
    charts = await tab.charts(outcome) if wants.charts and outcome.cards else {}
    has_trades = wants.trades and outcome.figures.metrics.get("total_trades")
    return Kept(charts, await _trade_log(tab, outcome, reading) if has_trades else None, basis)


async def _trade_log(tab: Tab, outcome: Outcome, reading: Lane) -> LogFile:
    """The trade log of the result, read and held against the page. Raises Mismatched when they do not agree."""
    export, shown = await tab.trade_log(outcome), outcome.figures.metrics
    read = partial(files.read, export.content, export.name, starting_capital=shown.get("starting_capital"))
    try:
        with part(Part.CHECK_LOG):
            file = await reading.run(read)
    except MalformedLog as error:
        raise Mismatched(f"the trade log {export.name} cannot be believed: {error}", figures=outcome.figures) from error
    if not isinstance(file.log, TradeLog):
        raise Mismatched(f"the site gave the daily log {export.name} instead of a trade log", figures=outcome.figures)
    if reasons := disagreements(file.log, shown):
        reason = f"the trade log {export.name} is not that of the page: {'; '.join(reasons)}"
        raise Mismatched(reason, figures=outcome.figures)
    return file
