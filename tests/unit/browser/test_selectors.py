"""Selectors of the Recorder in Playwright's syntax, and names as XPath literals."""

import pytest

from oodaemon.browser.selectors import expand, for_playwright, is_in_page, quoted

SCHEMES = {"label": "xpath/.//label[.={}]/following-sibling::*[1]", "heading": "xpath/.//h3[.={}]"}


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("Profit & Loss", "'Profit & Loss'"),
        ('Say "go"', "'Say \"go\"'"),
        ("Trader's", '"Trader\'s"'),
        ("", "''"),
        ("a'b\"c", "concat('a', \"'\", 'b\"c')"),
        ("'\"'", "concat('', \"'\", '\"', \"'\", '')"),
    ],
)
def test_a_text_becomes_an_xpath_literal(text: str, literal: str) -> None:
    assert quoted(text) == literal


@pytest.mark.parametrize(
    ("selector", "expanded"),
    [
        ("label/Profit Target", "xpath/.//label[.='Profit Target']/following-sibling::*[1]"),
        ("heading/Profit & Loss", "xpath/.//h3[.='Profit & Loss']"),
        ("label/VIX9D / VIX Ratio", "xpath/.//label[.='VIX9D / VIX Ratio']/following-sibling::*[1]"),
        ("xpath/.//label", "xpath/.//label"),
        ("text/Table", "text/Table"),
        ("#message-heading", "#message-heading"),
        ("label", "label"),
        ("labels/x", "labels/x"),
    ],
)
def test_a_scheme_with_a_name_is_replaced_and_nothing_else(selector: str, expanded: str) -> None:
    assert expand(selector, SCHEMES) == expanded


@pytest.mark.parametrize(
    ("selector", "translated"),
    [
        ("#message-heading", "css=#message-heading"),
        ("form > div:nth-of-type(1) > input[type=email]", "css=form > div:nth-of-type(1) > input[type=email]"),
        ("xpath/.//h3", "xpath=.//h3"),
        ("xpath///form//button", "xpath=.//form//button"),
        ("xpath//html/body", "xpath=./html/body"),
        ("xpath/(//a)[1]", "xpath=(//a)[1]"),
        ("xpath/descendant-or-self::input", "xpath=descendant-or-self::input"),
        ("text/New Backtest", "text=New Backtest"),
        ("pierce/button.primary", "css=button.primary"),
        ("aria/Run", '[aria-label="Run"]'),
        ('aria/Run[role="button"]', 'role=button[name="Run"]'),
        ("aria/Run[role='button']", 'role=button[name="Run"]'),
        ('aria/Say "go"', '[aria-label="Say \\"go\\""]'),
        ('aria/Say "go"[role="button"]', 'role=button[name="Say \\"go\\""]'),
    ],
)
def test_every_kind_of_selector_is_translated(selector: str, translated: str) -> None:
    assert for_playwright(selector) == translated


@pytest.mark.parametrize(
    ("selector", "is_resolved"),
    [("#a", True), ("xpath/.//a", True), ("a[href*='/test/']", True), ("text/x", False), ("aria/x", False), ("pierce/x", False)],
)
def test_scripts_in_the_page_resolve_css_and_xpath(selector: str, is_resolved: bool) -> None:
    assert is_in_page(selector) is is_resolved
