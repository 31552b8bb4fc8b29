"""Ids by their beginning: eight characters or more, if they fit one thing only."""

import re
from collections.abc import Iterable
from typing import Final

from node.cli import answers
from node.cli.client import NodeClient
from node.cli.trouble import USAGE, Trouble

_BEGINNING: Final = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
_WHOLE: Final = 64


def one_of(beginning: str, ids: Iterable[str]) -> str:
    """The one id that begins so.

    Raises:
        Trouble: It is no beginning of an id, or of none or several of these.
    """
    if not _BEGINNING.fullmatch(beginning):
        raise Trouble("id-invalid", repr(beginning), USAGE)
    found = sorted({one for one in ids if one.startswith(beginning)})
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise Trouble("id-ambiguous", ", ".join(found[:8]), USAGE)
    raise Trouble("id-unknown", beginning)


def _listed(node: NodeClient, beginning: str, path: str, name: str) -> str:
    if len(beginning) == _WHOLE:
        return one_of(beginning, [beginning])
    return one_of(
        beginning, [answers.text(row, "id") for row in answers.rows(node.get(path), name)]
    )


def proposal(node: NodeClient, beginning: str) -> str:
    """A proposal of the community."""
    return _listed(node, beginning, "/v1/proposals", "proposals")


def member(node: NodeClient, beginning: str) -> str:
    """A member of the community."""
    return _listed(node, beginning, "/v1/members", "members")


def assembly(node: NodeClient, beginning: str) -> str:
    """A call to an assembly."""
    return _listed(node, beginning, "/v1/assemblies", "assemblies")


def minutes(node: NodeClient, beginning: str) -> str:
    """Minutes of an assembly."""
    return _listed(node, beginning, "/v1/minutes", "minutes")


def assembly_or_minutes(node: NodeClient, beginning: str) -> str:
    """The path of a call or of minutes, whichever begins so."""
    calls = answers.rows(node.get("/v1/assemblies"), "assemblies")
    records = answers.rows(node.get("/v1/minutes"), "minutes")
    paths = {answers.text(row, "id"): "assemblies" for row in calls}
    paths |= {answers.text(row, "id"): "minutes" for row in records}
    found = one_of(beginning, paths)
    return f"/v1/{paths[found]}/{found}"


def offer(node: NodeClient, beginning: str) -> str:
    """The decision, or the election, that offers an office."""
    if len(beginning) == _WHOLE:
        return one_of(beginning, [beginning])
    offices = answers.rows(node.get("/v1/offices"), "offices")
    offers = [one for row in offices for one in answers.rows(row, "offers")]
    found = [answers.text(one, "decision") for one in offers]
    found += [
        answers.text(row, "id") for row in answers.rows(node.get("/v1/proposals"), "proposals")
    ]
    return one_of(beginning, found)


def mandate(node: NodeClient, beginning: str) -> str:
    """A mandate of the community."""
    return _listed(node, beginning, "/v1/mandates", "mandates")


def report(node: NodeClient, beginning: str) -> str:
    """A report that somebody gave."""
    return _listed(node, beginning, "/v1/accounts", "reports")


def place_or_mandate(node: NodeClient, beginning: str) -> str:
    """What a report is about: a place in an office, or a mandate."""
    if len(beginning) == _WHOLE:
        return one_of(beginning, [beginning])
    found = [answers.text(row, "id") for row in answers.rows(node.get("/v1/mandates"), "mandates")]
    for row in answers.rows(node.get("/v1/offices"), "offices"):
        office = node.get(f"/v1/offices/{answers.text(row, 'office')}")
        for part in ("holders", "deputies", "past"):
            found += [answers.text(one, "id") for one in answers.rows(office, part)]
    return one_of(beginning, found)


def federation(node: NodeClient, beginning: str) -> str:
    """A federation that the node knows."""
    return _listed(node, beginning, "/v1/federations", "federations")


def federated(node: NodeClient, beginning: str) -> str:
    """A federated proposal that the node knows."""
    return _listed(node, beginning, "/v1/federated", "federated")


def community(node: NodeClient, beginning: str) -> str:
    """A community whose ledger the node holds."""
    if len(beginning) == _WHOLE:
        return one_of(beginning, [beginning])
    heads = answers.rows(node.get("/v1/heads"), "heads")
    return one_of(beginning, [answers.text(head, "ledger") for head in heads])


def amendment(node: NodeClient, beginning: str) -> str:
    """An amendment to any draft of the community."""
    if len(beginning) == _WHOLE:
        return one_of(beginning, [beginning])
    found: list[str] = []
    for row in answers.rows(node.get("/v1/proposals"), "proposals"):
        if answers.text(row, "state") != "draft":
            continue
        draft = node.get(f"/v1/proposals/{answers.text(row, 'id')}")
        found += [answers.text(one, "id") for one in answers.rows(draft, "amendments")]
    return one_of(beginning, found)
