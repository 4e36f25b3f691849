"""What no single command explains: exit codes, the environment, how data is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ooctl.exits import MEANINGS, ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

VARIABLES: Final[Mapping[str, str]] = {
    "OOCTL_DAEMON": "where the daemon listens, as --daemon takes it; before OOCTL_CONTEXT",
    "OOCTL_CONTEXT": "the context to use, as --context takes it",
    "OOCTL_CONFIG": "the file of contexts, instead of ooctl/config.toml in XDG_CONFIG_HOME or ~/.config",
    "OOCTL_TOKEN": "the token for a daemon on another machine; before that of the context",
    "OOCTL_CA": "the file with the certificate by which such a daemon is known",
    "OOCTL_CERT": "the file with a certificate of this client, where the daemon asks for one",
    "OOCTL_KEY": "the file with its key",
    "OODAEMON_LISTEN": "where a daemon started here would listen; used when nothing above names one",
    "OODAEMON_STATE_DIR": "the state folder that such a daemon was given, which then holds its socket; after OODAEMON_LISTEN",
    "XDG_RUNTIME_DIR": "the folder of the default socket, oodaemon.sock; of a daemon that was given no state folder",
    "XDG_STATE_HOME": "the folder of the journal of requests, ooctl/requests, instead of ~/.local/state",
    "XDG_CONFIG_HOME": "the folder of the configuration, instead of ~/.config",
    "NO_COLOR": "any text: no colours",
    "FORCE_COLOR": "anything but 0: colours also where there is no terminal",
    "CLICOLOR_FORCE": "the same",
    "TERM": "dumb: no colours, no bars, nothing that moves",
    "DISPLAY": "where `ooctl failures --open` shows files; WAYLAND_DISPLAY as well",
    "WAYLAND_DISPLAY": "the same",
    "USER": "the name that goes into the journal with a request, when the system knows none",
    "HOME": "the home folder, for units of a service",
    "PATH": "where journalctl, systemctl, launchctl, loginctl and xdg-open are looked for",
    "OO_EMAIL": "never used by the client; `ooctl service install` says when it leaves it out of a unit",
    "OO_PASSWORD": "the same",
    "OODAEMON_NOTIFY_URL": "the same",
    "OODAEMON_NOTIFY_SECRET": "the same",
    "_OOCTL_COMPLETE": "set by the shell when it asks for completions",
}
"""Every variable that ooctl reads, in the order in which they matter."""

FORMATTING: Final = """\
Data goes to standard output, everything else to standard error.

  -o table   columns for people; the default. Plain text, never cut off, without colour where there is no terminal
  -o wide    the same with more columns
  -o json    one document with everything; the field names are a promise
  -o jsonl   one JSON object a line, written as it comes
  -o yaml    the shape of JSON in YAML; of a watch one document an event
  -o csv     a header and a row a record: swept values first, then fixed columns, then whatever else there is

-q prints ids alone, one on a line, and no remarks:  ooctl pause $(ooctl list -q --limit 3)
A command that takes several RUN reads them from standard input where - stands.

Times are RFC 3339 in UTC. For people, --time-format relative says how long ago, raw shows them as they were recorded.
Durations are seconds, money dollars, percentages percent. What a page did not show is null, empty in CSV, and a dash in tables.

Colour is decided once: --color always or never, --no-color, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then whether
standard output (or, for remarks and bars, standard error) is a terminal.
"""


def exit_codes() -> list[str]:
    """The exit codes, one a line."""
    return [f"{status.value:>3}  {MEANINGS[status]}" for status in ExitStatus]


def environment() -> list[str]:
    """The variables, one a line."""
    width = max(map(len, VARIABLES)) + 2
    return [f"{name:<{width}}{meaning}" for name, meaning in VARIABLES.items()]


def formatting() -> list[str]:
    """How data is printed."""
    return FORMATTING.splitlines()


TOPICS: Final[Mapping[str, tuple[str, Callable[[], Sequence[str]]]]] = {
    "exit-codes": ("Exit codes", exit_codes),
    "environment": ("Environment", environment),
    "formatting": ("Output", formatting),
}
"""By the name that `ooctl help` takes: a heading, and what makes the lines."""
