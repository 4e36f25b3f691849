"""Actors with a purpose: browsers that lease tasks, and the desk where commands arrive."""
