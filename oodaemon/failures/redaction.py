"""What nobody may read later (passwords, e-mail addresses, cookies, tokens) is taken out of texts before anything keeps them. Pure.

Nothing here knows what a text is for. Literal secrets go first, in every spelling in which a page, an address or a log may hold
them; then whatever looks like a secret of somebody, known or not.
"""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

MASKS = ("[redacted]", "\N{FULL BLOCK}" * 5, "\N{LOWER HALF BLOCK}" * 5)
"""The first that holds no secret itself stands in the place of what is taken out."""
SUBSTRING = 4
"""Characters from which on a secret is looked for inside words too; a shorter one would take half of every text with it."""

_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-'")
_LOCAL_LIMIT = 64
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_AT = re.compile(r"@|%40|&#64;|&commat;|\\u0040")

_WORDS = "|".join(
    (
        *("token", "secret", "passw", "pwd", "credential", "authori[sz]ation", "(?:^|[^a-z])auth(?:$|[^a-z])", "session", "cookie"),
        *("csrf", "xsrf", "api_?-?key", "jwt", "signature"),
    )
)
_NAMED = re.compile(_WORDS, re.IGNORECASE)
_IN_QUERY = re.compile(rf"(?:{_WORDS}|^(?:code|key|sig|sid|otp|pin|state|nonce|user|login|e-?mail|username)$)", re.IGNORECASE)
_FORM_FIELD = re.compile(
    r"pass(?!ed|es|ing|age|ive)|pwd|e-?mail|user-?_?name|token|secret|csrf|xsrf|one-time-code|otp", re.IGNORECASE
)
_HEADERS = frozenset(
    ("cookie", "set-cookie", "set-cookie2", "authorization", "proxy-authorization", "x-api-key", "x-csrf-token", "x-xsrf-token")
)

_QUERY = re.compile(r"(?P<lead>[?&;#])(?P<name>[^=&;#\s\"'<>?]{1,80}+)=(?P<value>[^&#\s\"'<>]++)")
_QUOTED = re.compile(
    r"(?P<head>(?P<q>\\?[\"'])(?P<name>[A-Za-z0-9_.-]{1,60})(?P=q)\s{0,4}:\s{0,4}(?P<v>\\?[\"']))(?P<value>[^\"'\\]+)"
)
_HEADER_LINE = re.compile(
    r"\b(?P<name>(?:proxy-)?authorization|(?:set-)?cookie2?|x-[a-z-]{0,30}(?:token|key))(?P<colon>\s{0,4}:\s{0,4})(?![\s\"'\[])[^\r\n\"'<]+",
    re.IGNORECASE,
)
_HINT = re.compile(r"[@=:]|%40|&#64;|&commat;|\\u0040|Bearer|Basic|Digest|eyJ")
_HEADER_HINT = re.compile(r"(?i:(?:authorization|cookie2?|token|key)\s{0,4}:)")
_SCHEME = re.compile(r"(?P<name>Bearer|Basic|Digest)(?P<gap> +)[A-Za-z0-9._~+/=-]{8,}")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*)?")
_USERINFO = re.compile(r"://[^\s/@\"'<>]{1,256}@")
_SCRIPT = re.compile(r"(<script\b[^>]{0,2000}+>).*?(</script\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(?:input|textarea|meta|button|param)\b(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+>", re.IGNORECASE)
_TEXTAREA = re.compile(r"(?P<tag><textarea\b(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+>)(?P<value>[^<]+)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?P<name>[^\s\"'<>/=]+)(?P<is>\s*=\s*)(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)")
_VALUES = frozenset(("value", "content", "data-value", "defaultvalue", "aria-valuetext", "__playwright_value_"))
_HIDDEN = frozenset(("password", "email"))


class Redaction:
    """Takes secrets out of texts. `secrets` are those that are known: the account's password and e-mail address."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: tuple[str, ...] = ()
        self.mask = ""
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """From now on these are secrets too. Those that were known before stay secrets."""
        self._secrets = tuple(dict.fromkeys((*self._secrets, *filter(None, secrets))))
        self.mask = next((mask for mask in MASKS if not any(_touches(secret.casefold(), mask) for secret in self._secrets)), "")
        self.__dict__.pop("_spellings", None)

    def __repr__(self) -> str:
        return "Redaction(...)"

    @cached_property
    def _spellings(self) -> tuple[str, ...]:
        """All spellings of all secrets, the longest first, so that none is left half."""
        spellings = {spelling for secret in self._secrets for spelling in _spellings(secret)} | set(_basic(self._secrets))
        return tuple(sorted(spellings, key=lambda each: (-len(each), each)))

    def literal(self, text: str) -> str:
        """The text without the known secrets; nothing else is changed. Quick, also on megabytes."""
        lowered = text.lower()
        there = [spelling for spelling in self._spellings if spelling.lower() in lowered]
        return _any_of(there).sub(self.mask, text) if there else text

    def text(self, text: str) -> str:
        """The text without the known secrets, e-mail addresses, tokens, cookies and credentials in addresses."""
        text = self.literal(text)
        if _HINT.search(text) is None:
            return text
        if "@" in text and "://" in text:
            text = _USERINFO.sub(f"://{self.mask}@", text)
        text = "".join(self._without_addresses(text))
        if "=" in text:
            text = _QUERY.sub(self._query, text)
        if ":" in text:
            text = _QUOTED.sub(self._quoted, text)
            if _HEADER_HINT.search(text):
                text = _HEADER_LINE.sub(lambda found: f"{found['name']}{found['colon']}{self.mask}", text)
        text = _SCHEME.sub(lambda found: f"{found['name']}{found['gap']}{self.mask}", text)
        return _JWT.sub(self.mask, text)

    def clipped(self, text: str, limit: int) -> str:
        """`text`, at most `limit` characters of it. What is cut off is cut after the secrets were taken out, never through one."""
        text = self.literal(text)
        text = self.text(text[: 4 * limit])
        return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"

    def page(self, source: str) -> str:
        """The source of a page: `text`, and without scripts and the values of fields for passwords, addresses and tokens."""
        source = _SCRIPT.sub(r"\1\2", source)
        source = _TEXTAREA.sub(
            lambda found: found["tag"] + (self.mask if _is_secret_field(_attributes(found["tag"])) else found["value"]), source
        )
        return self.text(_TAG.sub(self._tag, source))

    def value(self, value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
        """A JSON value: `text` of every string in it; cookies, secret headers, fields and members lose their values altogether."""
        match value:
            case str():
                return self.text(value)
            case list():
                if _is_snapshot_of_field(value):
                    return [value[0], self._snapshot(value[1]), *(self.value(each) for each in value[2:])]
                return [self.value(each) for each in value]
            case dict():
                return {self.text(key): self._member(value, key) for key in value}
            case _:
                return value

    def _member(self, owner: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - as above
        inner = owner[key]
        if key.casefold() == "cookies" and isinstance(inner, list):
            return []
        name = owner.get("name")
        if key == "value" and isinstance(name, str) and _is_secret_name(name):
            return self.mask
        if isinstance(inner, str) and _is_secret_name(key):
            return self.mask if inner else inner
        return self.value(inner)

    def _snapshot(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        hides = _is_secret_field({name.casefold(): str(value) for name, value in attributes.items()})
        return {
            name: self.mask if hides and name.casefold() in _VALUES and value else self.value(value)
            for name, value in attributes.items()
        }

    def _tag(self, found: re.Match[str]) -> str:
        if not _is_secret_field(_attributes(found[0])):
            return found[0]

        def emptied(attribute: re.Match[str]) -> str:
            if attribute["name"].casefold() not in _VALUES:
                return attribute[0]
            return f'{attribute["name"]}{attribute["is"]}"{self.mask}"'

        return _ATTRIBUTE.sub(emptied, found[0])

    def _query(self, found: re.Match[str]) -> str:
        return f"{found['lead']}{found['name']}={self.mask}" if _IN_QUERY.search(found["name"]) else found[0]

    def _quoted(self, found: re.Match[str]) -> str:
        return f"{found['head']}{self.mask}" if _is_secret_name(found["name"]) else found[0]

    def _without_addresses(self, text: str) -> Iterator[str]:
        """The pieces of the text between e-mail addresses, and the mask for each; linear, whatever the text is."""
        kept = 0
        for at in _AT.finditer(text):
            domain = _DOMAIN.match(text, at.end())
            if domain is None or at.start() < kept:
                continue
            start = at.start()
            while start > max(kept, at.start() - _LOCAL_LIMIT) and text[start - 1] in _LOCAL:
                start -= 1
            if start == at.start():
                continue
            yield text[kept:start]
            yield self.mask
            kept = domain.end()
        yield text[kept:]


NOTHING_SECRET = Redaction()
"""For texts of an account that is not known: what looks like a secret is taken out all the same."""


def _touches(secret: str, mask: str) -> bool:
    """True when a mask holds a secret, or the rest of a text and a mask could make one together."""
    ends = (secret.endswith(mask[:size]) or secret.startswith(mask[-size:]) for size in range(1, len(mask) + 1))
    return secret in mask or any(ends)


def _any_of(spellings: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of these; short ones only as whole words."""
    parts = (re.escape(each) if len(each) >= SUBSTRING else rf"(?<!\w){re.escape(each)}(?!\w)" for each in spellings)
    return re.compile("|".join(parts), re.IGNORECASE)


def _is_secret_name(name: str) -> bool:
    return name.casefold() in _HEADERS or _NAMED.search(name) is not None


def _attributes(tag: str) -> dict[str, str]:
    return {found["name"].casefold(): html.unescape(found["value"].strip("\"'")) for found in _ATTRIBUTE.finditer(tag)}


def _is_secret_field(attributes: Mapping[str, str]) -> bool:
    """True for a field (or meta element) whose value is nobody's business."""
    if attributes.get("type", "").casefold() in _HIDDEN:
        return True
    told = (attributes.get(name, "") for name in ("name", "id", "autocomplete", "placeholder", "aria-label", "property"))
    return any(_FORM_FIELD.search(each) for each in told)


def _is_snapshot_of_field(value: list[Any]) -> bool:
    """A field as Playwright's recordings hold it: `["INPUT", {...}]`."""
    return len(value) >= 2 and value[0] in ("INPUT", "TEXTAREA", "META") and isinstance(value[1], dict)


def _spellings(secret: str) -> set[str]:
    """A secret as HTML, addresses, JSON, and any of them inside another may spell it, and as base64."""
    writers: tuple[Callable[[str], str], ...] = (
        html.escape,
        lambda text: html.escape(text, quote=False),
        lambda text: html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
        lambda text: quote(text, safe=""),
        lambda text: quote(text, safe="!'()*-._~"),
        quote,
        quote_plus,
        lambda text: json.dumps(text)[1:-1],
        lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
        lambda text: repr(text)[1:-1],
    )
    once = {secret, *(writer(secret) for writer in writers)}
    twice = once | {writer(text) for text in once for writer in writers}
    return {text for text in twice if text} | set(_encoded(secret))


def _encoded(secret: str) -> Iterator[str]:
    """Base64 with and without padding; of very short secrets it would be found everywhere."""
    if len(secret) >= SUBSTRING:
        yield base64.b64encode(secret.encode("utf-8", "replace")).decode().rstrip("=")


def _basic(secrets: tuple[str, ...]) -> Iterator[str]:
    """`user:password` as Basic authentication sends it (RFC 7617), for every pair."""
    for user in secrets:
        for password in secrets:
            if user != password:
                yield base64.b64encode(f"{user}:{password}".encode("utf-8", "replace")).decode().rstrip("=")
