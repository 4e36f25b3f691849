"""Telling people: of the end of runs, and of what needs them."""
