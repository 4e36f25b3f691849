"""Facts and events in SQLite: one module per noun, over one writer. What may happen stands in `model` and `failures`."""
