"""Facts and events in SQLite: one module per noun, over one writer. What may happen stands in `model` and `failures`."""

import sys

_NOT_NEEDED = [name for name in ("numpy", "pandas") if name not in sys.modules]
# sqlite-utils imports these wherever it finds them, for what is never used here: 100 MB, and a second at every start.
sys.modules.update(dict.fromkeys(_NOT_NEEDED))  # type: ignore[arg-type]  # None stands for a module that is not there
try:
    import sqlite_utils  # noqa: F401
finally:
    for _name in _NOT_NEEDED:
        del sys.modules[_name]
