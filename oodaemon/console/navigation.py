"""Where one can go from every page."""

from typing import Final

PLACES: Final = (
    ("Home", "/"),
    ("New run", "/new"),
    ("History", "/history"),
    ("Tests", "/tests"),
    ("Parameters", "/parameters"),
    ("Recordings", "/recordings"),
    ("Daemon", "/daemon"),
    ("Settings", "/settings"),
)
"""Title and path, in the order of the navigation; a page is the current one when its path begins with that."""
