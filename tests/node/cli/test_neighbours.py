"""Two communities found a federation and decide together, each from its own terminals."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from .conftest import Acuerdo
from .served import Place, free_port, until


def _decide(place: Place, kind: str, choice: str) -> None:
    """Everybody takes the same position on the open proposal of a type."""

    def asked() -> list[str]:
        rows = place.member("ana", "proposal", "list", "--state", "open")["proposals"]
        return [row["id"] for row in rows if row["type"] == kind]

    until(asked)
    for name in ("ana", "bento"):
        place.member(name, "position", "take", asked()[0], choice)


def _neighbours(folder: Path, acuerdo: Acuerdo) -> tuple[Place, Place]:
    agua = Place(folder / "agua", free_port(), acuerdo)
    bosque = Place(folder / "bosque", free_port(), acuerdo)
    agua.found("Agua Clara", "Ana", "Bento")
    bosque.found("El Bosque", "Ana", "Bento")
    return agua, bosque


def _acquaint(one: Place, other: Place) -> None:
    for place, neighbour in ((one, other), (other, one)):
        place.operator("peer", "announce", place.url).json  # noqa: B018 - it must succeed
        place.operator("peer", "add", neighbour.url, "--private").json  # noqa: B018
        peers = place.operator("peer", "list").json["peers"]
        assert [row["url"] for row in peers] == [neighbour.url]


@pytest.mark.timeout(120)
def test_two_communities_decide_together(tmp_path: Path, acuerdo: Acuerdo) -> None:
    agua, bosque = _neighbours(tmp_path, acuerdo)
    with ExitStack() as running:
        for place in (agua, bosque):
            running.enter_context(place.served())
        _acquaint(agua, bosque)
        federation = _found_federation(agua, bosque)
        proposal = _propose(agua, federation)
        until(lambda: bosque.member("ana", "federation", "proposals")["federated"])
        _decide(agua, "federated", "agree")
        _decide(bosque, "federated", "agree")

        def final(place: Place) -> bool:
            shown = place.member("ana", "federation", "proposal", proposal[:8])
            return bool(shown["stage"] == "final")

        until(lambda: final(agua) and final(bosque), 40)
        one, other = (
            place.member("ana", "federation", "proposal", proposal) for place in (agua, bosque)
        )
        assert one["outcome"]["verdict"] == "adopted"
        assert one["outcome"] == other["outcome"]
        shown = acuerdo(
            *("federation", "proposal", proposal[:8], "--as", "bento", "--keys", bosque.keys),
            *("--language", "es"),
        )
        assert "Adoptada" in shown.out
        assert "Agua Clara" in shown.out
        _carry(agua, bosque, federation, acuerdo)
        _part(agua, bosque, federation)


def _found_federation(agua: Place, bosque: Place) -> str:
    purpose = agua.text("pacto.md", "# Cuenca\n\nCuidar juntas el agua de la cuenca.\n")
    compact = agua.member(
        *("ana", "federation", "compact", "--communities", f"{agua.community},{bosque.community}"),
        *("--rule", "consensus", "--window", "1s", "--round", "2s", "--purpose-es", purpose),
    )
    federation: str = compact["federation"]
    until(lambda: bosque.member("ana", "federation", "list")["federations"])
    hour = ("--closes-in", "1h")
    agua.member("ana", "federation", "ratify", federation[:8], *hour)
    founder = ("--founder", agua.community[:8])
    bosque.member("bento", "federation", "ratify", federation[:8], *founder, *hour)
    _decide(agua, "federation", "agree")
    _decide(bosque, "federation", "agree")

    def in_force(place: Place) -> bool:
        shown = place.member("ana", "federation", "show", federation[:8])
        return bool(shown["in_force"])

    until(lambda: in_force(agua) and in_force(bosque))
    return federation


def _propose(place: Place, federation: str) -> str:
    text = place.text("agua.md", "Nadie saca agua de noche.")
    proposed: str = place.member(
        "ana", "federation", "propose", federation[:8], "--text-es", text, "--closes-in", "1h"
    )["id"]
    return proposed


def _carry(agua: Place, bosque: Place, federation: str, acuerdo: Acuerdo) -> None:
    """The same in a file: verified by anybody, and taken in by whoever has it already."""
    file = agua.folder / "cuenca.bundle"
    agua.operator("bundle", "export", file, "--audience", f"federation:{federation[:8]}")
    report = acuerdo("verify", file, "--json").json
    assert report["right"]
    assert [row["verdict"] for row in report["federated"]] == ["adopted"]
    taken = bosque.operator("bundle", "import", file).json
    assert {row["ledger"] for row in taken["ledgers"]} == {agua.community, bosque.community}


def _part(agua: Place, bosque: Place, federation: str) -> None:
    """A home witness is named and unnamed, a neighbour forgotten, a federation left."""
    assert agua.operator("peer", "home", bosque.url).json["home"] == bosque.community
    assert agua.operator("peer", "home", "--none").json["home"] is None
    agua.member("ana", "federation", "leave", federation[:8], "--closes-in", "1h")
    _decide(agua, "federation", "agree")
    until(lambda: agua.member("ana", "status")["federations"] == [])
    assert agua.operator("peer", "remove", bosque.url).code == 0
    assert agua.operator("peer", "list").json["peers"] == []
