"""The table of guarantees names tests that exist, and its page is fresh."""

import ast
from pathlib import Path

import pytest

from tests.guarantees.__main__ import PAGE, page_with_table
from tests.guarantees.table import TABLE

ROOT = Path(__file__).parents[2]

UNPROVEN: set[str] = set()
"""Claims that nothing proves yet. A row that gets its proof must leave this set, and no row may enter it."""


@pytest.mark.parametrize("proof", sorted({proof for row in TABLE for proof in row.proofs}))
def test_every_test_that_is_named_exists(proof: str) -> None:
    path, _, name = proof.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert not name or name.partition("[")[0] in functions


def test_every_claim_has_its_proof() -> None:
    assert {row.key for row in TABLE if not row.proofs} == UNPROVEN
    assert len({row.key for row in TABLE}) == len(TABLE)


def test_the_page_has_the_table_as_it_is() -> None:
    page = PAGE.read_text("utf-8")
    assert page == page_with_table(page), "run `python -m tests.guarantees --write`"
