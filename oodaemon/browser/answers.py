"""What the site's server says beside its pages: that it is asked too often, cannot answer now, or what it makes of the credentials.

Asyncio-flavoured.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_plus, urlsplit

from playwright.async_api import Page, Request, Response

from oodaemon.browser.listening import listen
from oodaemon.clock import HOURS
from oodaemon.failures.explain import rate_limited
from oodaemon.failures.facts import FAULT, TOO_MANY, PageFacts
from oodaemon.failures.sign_in import NOTHING_SEEN, Reply
from oodaemon.failures.site import SiteUnreachable, TooSlow

AWAY = frozenset({502, 503, 504})
"""The server is there, the site behind it is not: nobody's fault, and worth waiting for."""

LONGEST = 1 * HOURS
ASKED_BY_PAGE = frozenset({"document", "xhr", "fetch"})


def check(response: Response | None) -> None:
    """Raise for the answer to a navigation that is no page: RateLimited, SiteUnreachable (502 to 504), TooSlow (other faults)."""
    if response is None or response.status < TOO_MANY:
        return
    if response.status == TOO_MANY:
        raise rate_limited(retry_after(response.headers))
    if response.status in AWAY:
        raise SiteUnreachable(f"it answers {response.status} {response.status_text}".rstrip())
    if response.status >= FAULT:
        raise TooSlow(f"{urlsplit(response.url).path} answers {response.status} {response.status_text}".rstrip())


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header (RFC 9110, 10.2.3: seconds, or a date), at most an hour; None without a usable one."""
    said = headers.get("retry-after", "").strip()
    seconds = None
    if said.isascii() and said.isdigit():
        seconds = float(said)
    else:
        with suppress(ValueError, TypeError):
            seconds = (parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    return None if seconds is None else min(max(seconds, 0.0), LONGEST)


@dataclass
class Answers:
    """The refusals of the site's own server since `forget`. Answers of other hosts, and of what is only decoration, are nothing."""

    host: str
    _limited: list[float | None] = field(default_factory=list)
    _faults: list[tuple[int, str]] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note every answer that comes to a page from now on."""
        listen(page, "response", self._note)

    def _note(self, response: Response) -> None:
        if response.status < TOO_MANY or response.request.resource_type not in ASKED_BY_PAGE:
            return
        address = urlsplit(response.url)
        if address.netloc != self.host:
            return
        if response.status == TOO_MANY:
            self._limited.append(retry_after(response.headers))
        elif response.status >= FAULT:
            self._faults.append((response.status, f"{response.request.method} {address.path} was answered {response.status}"))

    def forget(self) -> None:
        """What was said so far is of no account any more."""
        self._limited.clear()
        self._faults.clear()

    def facts(self) -> PageFacts:
        """What the server refused: 429 before any other, else the last fault."""
        asked = max((seconds for seconds in self._limited if seconds is not None), default=None)
        status, fault = self._faults[-1] if self._faults else (None, "")
        return PageFacts(status=TOO_MANY if self._limited else status, fault=fault, retry_after=asked)


@dataclass
class Handover:
    """What becomes of the request that hands the credentials over, whichever host it goes to; nothing of its content is kept."""

    email: str = field(repr=False)
    password: str = field(repr=False)
    reply: Reply = NOTHING_SEEN

    @contextmanager
    def watch(self, page: Page) -> Iterator[None]:
        """Listen while the block runs; the last such request counts."""
        with ExitStack() as stack:
            stack.callback(listen(page, "request", self._sent))
            stack.callback(listen(page, "response", self._answered))
            stack.callback(listen(page, "requestfailed", self._broke))
            yield

    def _sent(self, request: Request) -> None:
        if self._carries(request):
            self.reply = Reply(is_pending=True)

    def _answered(self, response: Response) -> None:
        if self._carries(response.request):
            self.reply = Reply(status=response.status, retry_after=retry_after(response.headers))

    def _broke(self, request: Request) -> None:
        if self._carries(request):
            self.reply = Reply(broken=(request.failure or "it was cut off").removeprefix("net::"))

    def _carries(self, request: Request) -> bool:
        """True for a body that holds both, as a form or as JSON does."""
        if not (body := request.post_data_buffer):
            return False
        text, email = body.decode("utf-8", "replace"), self.email.strip().casefold()
        secrets = {self.password, *(json.dumps(self.password, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True))}
        spellings = (text, unquote_plus(text))
        return any(email in found.casefold() and any(secret in found for secret in secrets) for found in spellings)
