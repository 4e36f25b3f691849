"""Breaks one guard of the product while it is imported; the files stay as they are."""

import ast
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.mutants.mutant import Mutant

ROOT = Path(__file__).parents[2]


class Stale(Exception):
    """The text of a mutant is not where it should be: the product changed, and the mutant must follow it."""


def path_of(mutant: Mutant) -> Path:
    """The file of the module that is broken."""
    return ROOT / (mutant.module.replace(".", "/") + ".py")


def broken(source: str, mutant: Mutant) -> str:
    """The source with the guard broken. Raises Stale unless the text is there exactly once, in the function that is named."""
    first, last = _lines_of(source, mutant)
    lines = source.splitlines(keepends=True)
    part = "".join(lines[first:last])
    if part.count(mutant.old) != 1:
        where = f"{mutant.module}:{mutant.where or 'the module'}"
        raise Stale(f"mutant {mutant.name!r}: {mutant.old!r} stands {part.count(mutant.old)} times in {where}, not once")
    return "".join(lines[:first]) + part.replace(mutant.old, mutant.new) + "".join(lines[last:])


def _lines_of(source: str, mutant: Mutant) -> tuple[int, int]:
    """The lines of the function or class that is named, such as `Journal.check`; all of them when none is."""
    body: Sequence[ast.stmt] = ast.parse(source).body
    found: tuple[int, int] = (0, len(source.splitlines()))
    for name in filter(None, mutant.where.split(".")):
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        node = next((node for node in body if isinstance(node, kinds) and node.name == name), None)
        if node is None:
            raise Stale(f"mutant {mutant.name!r}: there is no {mutant.where} in {mutant.module}")
        assert node.end_lineno is not None
        body, found = node.body, (node.lineno - 1, node.end_lineno)
    return found


class BrokenLoader(importlib.machinery.SourceFileLoader):
    """Loads one module with its guard broken, and never from a cache."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(path_of(mutant)))
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """See the class."""
        source = broken(path_of(self._mutant).read_text("utf-8"), self._mutant)
        return compile(source, self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Comes before every other finder, for one module."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        """See `MetaPathFinder`."""
        if fullname != self._mutant.module:
            return None
        return importlib.util.spec_from_loader(fullname, BrokenLoader(self._mutant))


def install(mutant: Mutant) -> None:
    """Break the guard for this process. Raises Stale, and RuntimeError when the module was imported already."""
    broken(path_of(mutant).read_text("utf-8"), mutant)
    if mutant.module in sys.modules:
        raise RuntimeError(f"{mutant.module} was imported before mutant {mutant.name!r}")
    sys.meta_path.insert(0, Finder(mutant))
