"""The composition root: settings, and the daemon built from its parts."""
