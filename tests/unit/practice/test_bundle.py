"""The scripts of the page as one file: the same names and order as modules have, and no two modules in each other's way."""

import pytest

from oodaemon.practice.bundle import bundled
from oodaemon.practice.pages import STATIC

SOURCES = {
    "app.js": '// Entry.\nimport * as api from "./api.js";\nimport { h } from "./dom.js";\n\n'
    "export function go() {\n  api.get(h);\n}\n",
    "api.js": 'import { go } from "./app.js";\n\nclass Lost {}\nexport const get = () => go;\nexport async function post() {}\n',
    "dom.js": 'import { get } from "./api.js";\nexport let h = get;\nconst own = 1;\n',
    "unused.js": "export const get = 1;\n",
}


def test_what_a_module_imports_comes_first_and_keeps_its_names() -> None:
    name, content = bundled(SOURCES, "app.js")
    assert content.decode() == (
        "\nclass Lost {}\nconst get = () => go;\nasync function post() {}\n"
        "const api = { get, post };\n"
        "let h = get;\nconst own = 1;\n"
        "// Entry.\n\nfunction go() {\n  api.get(h);\n}\n"
    )
    assert name.startswith("app-")
    assert name.endswith(".js")


def test_another_content_has_another_name() -> None:
    other = {**SOURCES, "dom.js": SOURCES["dom.js"].replace("1", "2")}
    assert bundled(SOURCES, "app.js")[0] != bundled(other, "app.js")[0]


def test_a_name_that_two_modules_have_is_told() -> None:
    with pytest.raises(ValueError, match="two modules have own at their top level"):
        bundled({**SOURCES, "api.js": SOURCES["api.js"] + "function own() {}\n"}, "app.js")


def test_nothing_of_the_modules_of_the_page_is_left() -> None:
    sources = {path.name: path.read_text("utf-8") for path in STATIC.glob("*.js")}
    _, content = bundled(sources, "app.js")
    lines = content.decode().splitlines()
    assert not [line for line in lines if line.startswith(("import ", "export "))]
    code = {
        line.removeprefix("export ")
        for source in sources.values()
        for line in source.splitlines()
        if not line.startswith("import ")
    }
    assert code <= set(lines)
