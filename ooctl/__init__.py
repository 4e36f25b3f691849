"""The command line client of oodaemon. It knows the wire format and nothing else of the daemon."""

__version__ = "0.1.0"
