"""Hosts that the browsers do not ask: trackers, advertising, fonts of others. Recordings list them; Chromium is told as it starts.

Chromium is told that these names do not exist. That costs nothing per request, holds in frames and workers as well, and leaves the
HTTP cache as it is, unlike a route of Playwright (which switches it off) or a session of the DevTools protocol on every page (which
hears of every request of the site).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from oodaemon.errors import ConfigurationError

FILE = "blocked_hosts.json"
_HOST = re.compile(r"(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?")


@dataclass(frozen=True)
class Blocked:
    """Hosts that are not asked, each with everything below it, and the site, which always is."""

    hosts: tuple[str, ...] = ()
    site: str = ""

    def arguments(self) -> list[str]:
        """What Chromium must be started with."""
        if not self.hosts:
            return []
        rules = [rule for host in self.hosts for rule in (f"MAP {host} ~NOTFOUND", f"MAP *.{host} ~NOTFOUND")]
        return [f"--host-resolver-rules={','.join([*rules, *([f'EXCLUDE {self.site}'] if self.site else [])])}"]

    def covers(self, url: str) -> bool:
        """True for an address that is not asked."""
        host = urlsplit(url).hostname or ""
        return host != self.site and any(host == each or host.endswith(f".{each}") for each in self._names)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(host.partition(":")[0] for host in self.hosts)


NOTHING = Blocked()


def load(folder: Path, otherwise: Path, base_url: str) -> Blocked:
    """The list of a folder of recordings, or the one that came with the program where that folder has none.

    Raises ConfigurationError for a file that is no such list, or one that names the site itself.
    """
    path = next((found for found in (folder / FILE, otherwise / FILE) if found.is_file()), None)
    if path is None:
        return NOTHING
    try:
        hosts = json.loads(path.read_text("utf-8"))["hosts"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError([f"{path} is no list of hosts: {error!r}; see the one that comes with the program"]) from error
    site = urlsplit(base_url).hostname or ""
    if not isinstance(hosts, Mapping):
        raise ConfigurationError([f"{path}: hosts must be an object, each host with the reason why it is not asked"])
    if problems := [f"{path}: {problem}" for host in hosts if (problem := _problem(str(host), site))]:
        raise ConfigurationError(problems)
    return Blocked(tuple(hosts), site)


def _problem(host: str, site: str) -> str:
    name = host.partition(":")[0]
    if not _HOST.fullmatch(host):
        return f"{host!r} is no name of a host; write it in small letters and without anything around it, as in hotjar.com"
    if name == site or site.endswith(f".{name}") or name.endswith(f".{site}"):
        return f"{host!r} is or holds the site itself ({site}); take it out"
    return ""
