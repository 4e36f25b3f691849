"""OO Automator: the daemon that runs backtests unattended."""

__version__ = "0.1.0"
