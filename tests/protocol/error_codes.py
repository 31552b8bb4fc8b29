"""Every code that the program can raise, read off its source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Outside of the protocol's families: what a node says of itself or of a request. What a
# command says to the person before it is not on the page; it explains itself.
_NODES_OWN = {"Unavailable": "Unavailable", "Problem": "Problem"}


def trees(*folders: str) -> list[ast.Module]:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in paths]


def families(modules: list[ast.Module]) -> dict[str, str]:
    """Each class of errors with the family that it belongs to."""
    parents = {
        node.name: [base.id for base in node.bases if isinstance(base, ast.Name)]
        for module in modules
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }
    found = dict(_NODES_OWN)
    found |= {name: name for name, bases in parents.items() if "ProtocolError" in bases}
    for _ in range(3):
        for name, bases in parents.items():
            for base in bases:
                if base in found:
                    found.setdefault(name, found[base])
    return found


def codes(*folders: str) -> set[tuple[str, str]]:
    """Pairs of code and family raised in some folders of the repository."""
    known = families(trees("protocol", "node"))
    return {pair for module in trees(*folders) for pair in _raised(module, known)}


def _raised(module: ast.Module, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and _names(node) == ["code"]:
            # A code that depends, chosen just before it is raised: the journal's reasons.
            branches = (
                [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else []
            )
            yield from ((code, "Unavailable") for code in _texts(branches))
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        family = known.get(node.func.id)
        if family is None:
            continue
        named = [one.value for one in node.keywords if one.arg == "code"]
        for code in _texts(named or node.args[:2]):
            if _CODE.fullmatch(code):
                yield code, family
                break


def _texts(values: list[ast.expr]) -> Iterator[str]:
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def _names(node: ast.Assign) -> list[str]:
    return [one.id for one in node.targets if isinstance(one, ast.Name)]
