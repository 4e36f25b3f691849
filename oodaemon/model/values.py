"""Values of parameters as they are kept and compared."""

import hashlib
import json
from collections.abc import Mapping

Value = int | float | str | bool
"""A whole number, a number with at most two decimals, text (a time `HH:MM`, a choice) or a flag."""

Values = Mapping[str, Value]
"""By `parameter` and by `parameter.option`."""


def canonical(values: Values) -> str:
    """The one text of a set of values: sorted keys, `30` and `30.0` the same, absent is not null."""
    return json.dumps({key: _normal(values[key]) for key in sorted(values)}, separators=(",", ":"), ensure_ascii=False)


def _normal(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def task_key(site: str, test_id: str, values: Values) -> str:
    """Content address of a backtest: site, saved test and the full set of values."""
    return hashlib.sha256("\n".join((site, test_id, canonical(values))).encode()).hexdigest()
