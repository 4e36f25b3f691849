"""Imports nothing of the bridge: the tests in a browser, test_browser_*.py, must not share a process with it."""
