"""Whatever the secret and wherever it stands: it is not there afterwards, and what is no secret is."""

import base64
import html
import json
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import assume, example, given
from hypothesis import strategies as st

from oodaemon.failures.redaction import MASKS, SUBSTRING, Redaction

SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=SUBSTRING, max_size=20)
SPELLINGS = st.sampled_from(
    [
        str,
        html.escape,
        lambda text: quote(text, safe=""),
        quote_plus,
        lambda text: json.dumps(text)[1:-1],
        lambda text: html.escape(json.dumps(text)[1:-1]),
        lambda text: json.dumps(html.escape(text))[1:-1],
        lambda text: quote(json.dumps(text)[1:-1], safe=""),
        str.upper,
    ]
)
PLAIN = st.text(max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4),
    max_leaves=12,
)


def holds(text: str, secret: str) -> bool:
    return secret.casefold() in text.casefold()


@given(secret=SECRETS, spell=SPELLINGS, before=PLAIN, after=PLAIN)
@example(secret="redacted", spell=str, before="", after="")
@example(secret="x[red", spell=str, before="x", after="")
@example(secret=MASKS[0] + MASKS[1] + MASKS[2], spell=str, before="a", after="b")
def test_a_secret_is_gone_in_every_spelling(secret: str, spell: Any, before: str, after: str) -> None:
    redaction = Redaction([secret])
    assume(spell is not str.upper or secret.upper().lower() == secret.lower())
    found = redaction.text(before + spell(secret) + after)
    assert not holds(found, secret)
    assert not holds(found, spell(secret))


@given(secrets=st.lists(SECRETS, min_size=1, max_size=3), tree=JSON, data=st.data())
def test_a_secret_is_gone_from_every_place_of_json(secrets: list[str], tree: Any, data: st.DataObject) -> None:
    secret = data.draw(st.sampled_from(secrets))
    planted = [tree, {secret: secret}, {"a": [f"x{secret}y", {"name": "n", "value": secret}]}]
    found = Redaction(secrets).value(planted)
    assert not any(holds(text, secret) for text in strings(found))


def strings(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for each in value for text in strings(each)]
        case dict():
            return [text for key, each in value.items() for text in [key, *strings(each)]]
        case _:
            return []


@given(secret=SECRETS, before=st.integers(0, 60), limit=st.integers(1, 80))
def test_what_is_cut_off_is_not_cut_through_a_secret(secret: str, before: int, limit: int) -> None:
    assume("~" not in secret)
    found = Redaction([secret]).clipped("~" * before + secret + "~" * 50, limit)
    assert len(found) <= limit
    mask = Redaction([secret]).mask
    assert set(found) <= {"~", "…", *mask}


@given(text=PLAIN, secret=SECRETS)
def test_redacting_twice_is_redacting_once(text: str, secret: str) -> None:
    redaction = Redaction([secret])
    once = redaction.text(f"{text} {secret} a@b.example ?token={text}")
    assert redaction.text(once) == once


@given(
    value=st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=6, max_size=20),
    quoted=st.sampled_from(['"{}"', "'{}'", "{}"]),
    kind=st.sampled_from(
        ["type=password", 'type="PASSWORD"', "type='email'", 'name="user_name"', "id=csrfToken", 'autocomplete="one-time-code"']
    ),
    is_first=st.booleans(),
)
def test_fields_that_are_nobodys_business_lose_their_values(value: str, quoted: str, kind: str, is_first: bool) -> None:
    assume(value.casefold() not in "redacted input value password email user_name csrftoken one-time-code autocomplete vix")
    attributes = [kind, "value=" + quoted.format(value)]
    tag = f"<input {' '.join(attributes if is_first else reversed(attributes))}>"
    found = Redaction().page(f"<p>{tag}</p><input id=vix value=12><script>let a = '{value}'</script>")
    assert value not in found
    assert "<input id=vix value=12>" in found


@given(user=SECRETS, password=SECRETS)
def test_basic_authentication_is_noticed_without_its_name(user: str, password: str) -> None:
    assume(user != password)
    told = base64.b64encode(f"{user}:{password}".encode()).decode()
    assert told.rstrip("=") not in Redaction([password, user]).text(f"x {told} y")


@given(
    number=st.floats(allow_nan=False, allow_infinity=False),
    text=st.sampled_from(["Profit Target: {}%", "P/L ${}", "09:{} AM", "{} Δ"]),
)
def test_what_a_page_says_of_a_backtest_stays(number: float, text: str) -> None:
    said = text.format(number)
    assert Redaction(["s3cret-word", "me@example.com"]).text(said) == said
