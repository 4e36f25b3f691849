"""Watching the journal: wakes whoever waits for the next event."""
