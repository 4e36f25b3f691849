"""The scripts of the page as one file, as a site serves them: a module for people to read, one request for a browser.

All modules share one scope there, so no two of them may use a name at their top level; `bundled` says which do.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping

_IMPORT = re.compile(r'^import (?:\{[^}]*\}|\* as (?P<whole>\w+)) from "\./(?P<file>[\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class) )", re.MULTILINE)
_TOP = re.compile(r"^(?P<export>export )?(?:async )?(?:function|const|let|class) (?P<name>\w+)", re.MULTILINE)


def bundled(sources: Mapping[str, str], entry: str) -> tuple[str, bytes]:
    """Name and content of the one file; the name changes with the content, so that it may be kept for ever.

    Raises ValueError for names that two modules have at their top level.
    """
    order = _in_order(sources, entry)
    wholes = {m["whole"]: m["file"] for name in order for m in _IMPORT.finditer(sources[name]) if m["whole"]}
    names = Counter([m["name"] for name in order for m in _TOP.finditer(sources[name])] + [*wholes])
    if twice := sorted(name for name, times in names.items() if times > 1):
        raise ValueError(f"two modules have {', '.join(twice)} at their top level")
    parts = []
    for name in order:
        parts.append(_EXPORT.sub("", _IMPORT.sub("", sources[name])))
        parts += [f"const {whole} = {{ {_exports(sources[name])} }};\n" for whole, file in wholes.items() if file == name]
    content = "".join(parts).encode()
    return f"{entry.removesuffix('.js')}-{hashlib.sha256(content).hexdigest()[:8]}.js", content


def _exports(source: str) -> str:
    return ", ".join(m["name"] for m in _TOP.finditer(source) if m["export"])


def _in_order(sources: Mapping[str, str], entry: str) -> list[str]:
    """As a browser evaluates modules: what a module imports comes first, unless that began already."""
    begun: set[str] = set()
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in begun:
            begun.add(name)
            for found in _IMPORT.finditer(sources[name]):
                visit(found["file"])
            order.append(name)

    visit(entry)
    return order
