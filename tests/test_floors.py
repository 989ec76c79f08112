"""The house's floors, read off the source: data goes down the stairs, and nobody goes round."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent / "diary"

STONES = {"text", "errors", "canonical", "settings"}
WINGS = {"domain", "crypto", "proof", "insights", "content", "decode"}
FLOORS = {"store": 1, "vault": 2, "bundle": 3, "services": 4, "web": 5}
# "" is diary/__init__, which is empty.
COMPOSITION = {"", "app", "__main__", "cli", "cli_orgs", "console", "patience", "serve"}

GROUND_MAY = {
    "text": set[str](),
    "errors": {"text"},
    "canonical": {"errors", "text"},
    "settings": {"errors", "text"},
    "insights": {"errors", "text", "canonical", "domain"},
} | {wing: {"errors", "text", "canonical"} for wing in WINGS - {"insights"}}

ONLY_IN = {
    "flask": {"web", "app", "serve"},
    "flask_login": {"web"},
    "flask_babel": {"web"},
    "werkzeug": {"web", "app"},
    "gunicorn": {"serve", "patience"},
    "sqlalchemy": {"store", "vault", "services"},
    "alembic": {"store"},
    "psycopg": {"store"},
    "obstore": {"store"},
}


class Use(NamedTuple):
    """One import as it stands in the source."""

    module: str
    target: str
    line: int
    hidden: bool  # inside a function, or for the type checker only

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def room(module: str) -> str:
    """`diary.store.db` stands in the room `store`; the package itself is the room ``."""
    return module.split(".")[1] if "." in module else ""


def uses(module: str, source: str, modules: Mapping[str, str]) -> Iterator[Use]:
    """Every import of one module, with names resolved to the modules they come from."""

    def walk(node: ast.AST, hidden: bool) -> Iterator[Use]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Use(module, alias.name, child.lineno, hidden)
            elif isinstance(child, ast.ImportFrom):
                base = origin(child, module, modules)
                for alias in child.names:
                    whole = f"{base}.{alias.name}"
                    yield Use(module, whole if whole in modules else base, child.lineno, hidden)
            else:
                yield from walk(child, hidden or is_hiding(child))

    yield from walk(ast.parse(source), hidden=False)


def origin(node: ast.ImportFrom, module: str, modules: Mapping[str, str]) -> str:
    """The module that a `from … import` names, relative ones (PEP 328) written out."""
    is_package = any(name.startswith(f"{module}.") for name in modules)
    parts = module.split(".")
    above = parts[: len(parts) + is_package - node.level] if node.level else []
    return ".".join([*above, *filter(None, [node.module])])


def is_hiding(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or (
        isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    )


def wrong_outside(use: Use) -> str | None:
    """What is wrong with an import of somebody else's package, if anything."""
    top, here = use.target.split(".")[0], room(use.module)
    if top in ONLY_IN and here not in ONLY_IN[top]:
        return f"{use}: {top} belongs to {sorted(ONLY_IN[top])}"
    if here == "proof" and top not in sys.stdlib_module_names | {"cryptography"}:
        return f"{use}: a stranger's verifier needs the standard library and cryptography only"
    if use.target.startswith("cryptography") and here not in {"crypto", "proof"}:
        return f"{use}: only crypto and proof use primitives"
    return None


def wrong_inside(use: Use) -> str | None:
    """What is wrong with an import from room to room, if anything."""
    here, there = room(use.module), room(use.target)
    if use.hidden and here != there:
        return f"{use}: out of sight, so the floor is wrong"
    if here in COMPOSITION:
        return f"{use}: only the door outside goes to the door" if there == "__main__" else None
    if there in COMPOSITION:
        return f"{use}: nobody imports the composition root"
    if here == there:
        return None
    if here in GROUND_MAY:
        return None if there in GROUND_MAY[here] else f"{use}: ground wings do not know each other"
    return wrong_between_floors(use, here, there)


def wrong_between_floors(use: Use, here: str, there: str) -> str | None:
    if here not in FLOORS:
        return f"{use}: {here} is no room of this house"
    if FLOORS.get(there, 0) >= FLOORS[here]:
        return f"{use}: that is sideways or up"
    if there == "crypto" and here != "vault":
        return f"{use}: only the vault opens and seals"
    if here == "web" and (there == "proof" or use.target.startswith("diary.store.models")):
        return f"{use}: no keys, proofs or columns on the web floor"
    return None


def cycles(edges: Mapping[str, set[str]]) -> Iterator[str]:
    """Name one module of every import cycle."""
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> Iterator[str]:
        if module in path:
            yield "cycle: " + " -> ".join((*path[path.index(module) :], module))
        elif module not in done:
            for target in sorted(edges.get(module, ())):
                yield from visit(target, (*path, module))
            done.add(module)

    for module in sorted(edges):
        yield from visit(module, ())


def violations(modules: Mapping[str, str]) -> list[str]:
    """Read all sources and say each thing that breaks the house."""
    every = [use for module, source in modules.items() for use in uses(module, source, modules)]
    inside = [use for use in every if use.target.split(".")[0] == "diary"]
    found = [wrong_inside(use) if use in inside else wrong_outside(use) for use in every]
    edges: dict[str, set[str]] = {module: set() for module in modules}
    for use in inside:
        edges[use.module] |= {use.target} - {use.module}
    return [text for text in found if text] + list(cycles(edges))


def house() -> dict[str, str]:
    """Every module of the house by its dotted name; migrations are data of the store."""
    modules = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        if "migrations" not in parts:
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            modules[name] = path.read_text()
    return modules


def test_the_house_keeps_its_floors() -> None:
    assert violations(house()) == []


PLANTED = {
    "sideways on the ground": ("diary.domain.entry", "from diary.crypto import envelope"),
    "ground going up": ("diary.proof.bag", "from diary.store.db import Store"),
    "ground reading settings": ("diary.crypto.slots", "from diary.settings import Settings"),
    "a service with keys": ("diary.services.entries", "from diary.crypto.envelope import seal"),
    "a page with keys": ("diary.web.entries", "import diary.crypto.envelope"),
    "a page with proofs": ("diary.web.entries", "from diary.proof.merkle import root"),
    "a page with columns": ("diary.web.entries", "from diary.store import models"),
    "a page with SQL": ("diary.web.entries", "from sqlalchemy import select"),
    "a page with primitives": ("diary.web.entries", "from cryptography.x509 import Name"),
    "the store going up": ("diary.store.db", "from diary.vault.vault import Vault"),
    "the app from below": ("diary.web.entries", "from diary.app import create_app"),
    "the command line from below": ("diary.services.load", "from diary.cli import main"),
    "hidden in a function": (
        "diary.web.entries",
        "def view():\n    from diary.services import entries",
    ),
    "hidden from running": (
        "diary.vault.vault",
        "if TYPE_CHECKING:\n    from diary.store.db import Store",
    ),
    "a stranger needing more": ("diary.proof.bag", "import pydantic"),
    "a web framework below": ("diary.services.entries", "from flask import request"),
    "a relative path": ("diary.web.entries", "from ..store import models"),
    "a relative path up": ("diary.domain.entry", "from ..crypto.envelope import seal"),
    "a room nobody knows": ("diary.attic.chest", "from diary.store.db import Store"),
}


@pytest.mark.parametrize("plant", PLANTED)
def test_a_planted_import_is_found(plant: str) -> None:
    module, source = PLANTED[plant]
    others = dict.fromkeys(
        ("diary.crypto.envelope", "diary.store.models", "diary.services.entries", "diary.vault"), ""
    )
    found = violations({**others, module: source})
    assert found, f"{plant} went unseen"


def test_a_planted_cycle_is_found() -> None:
    one, two = "diary.services.one", "diary.services.two"
    sources = {one: f"import {two}", two: f"from {one} import a"}
    assert violations(sources) == [f"cycle: {one} -> {two} -> {one}"]


def test_what_is_allowed_passes() -> None:
    fine = {
        "diary.cli": "from diary.app import create_app\nfrom diary.services import entries",
        "diary.insights.gaps": "from diary.domain.entry import Entry",
        "diary.vault.vault": "import diary.crypto.envelope\nfrom diary.store.db import Store",
        "diary.proof.bag": "import json\nfrom cryptography import x509\nimport diary.canonical",
        "diary.services.entries": "from sqlalchemy import Connection",
    }
    assert violations(fine) == []
