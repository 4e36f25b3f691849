"""Which way is better for each figure of a result: of the page, and derived from its trade log.

Drawdowns and losses are zero or negative, so more of them is better: -5 is better than -20.
"""

from collections.abc import Mapping
from typing import Literal

Better = Literal["more", "less"]

BETTER: Mapping[str, Better] = {
    "pl": "more",
    "cagr": "more",
    "max_drawdown": "more",
    "mar": "more",
    "win_percentage": "more",
    "total_premium": "more",
    "capture_rate": "more",
    "ending_capital": "more",
    "avg_per_trade": "more",
    "avg_winner": "more",
    "avg_loser": "more",
    "max_winner": "more",
    "max_loser": "more",
    "avg_minutes_in_trade": "less",
    "avg_days_in_trade": "less",
    "total_trades": "more",
    "winners": "more",
    "trades": "more",
    "losers": "less",
    "net_profit": "more",
    "gross_profit": "more",
    "gross_loss": "more",
    "fees": "less",
    "profit_factor": "more",
    "expectancy": "more",
    "expectancy_ratio": "more",
    "average_win": "more",
    "average_loss": "more",
    "payoff_ratio": "more",
    "kelly_percent": "more",
    "sharpe": "more",
    "sortino": "more",
    "max_drawdown_percent": "more",
    "recovery_factor": "more",
    "cagr_percent": "more",
    "calmar": "more",
    "longest_losing_streak": "less",
    "longest_winning_streak": "more",
    "average_duration_minutes": "less",
}
"""By the name of the figure. What is not here (the starting capital, names nobody knows) has no natural direction."""
