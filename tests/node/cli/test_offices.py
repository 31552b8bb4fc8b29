"""Offices under the tree: chosen, mandated, accounted for and recalled, as people type it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.wire.encoding import JsonValue

from .conftest import Acuerdo
from .served import Place, free_port, quick_charter, until

DAY = 86_400
OFFICES: dict[str, JsonValue] = {
    "salud": {
        "seats": 1,
        "deputies": 1,
        "term_s": 30 * DAY,
        "accept_s": DAY,
        "recall": {"share": {"num": 1, "den": 2}},
        "suspension": {"by": ["vigilancia"], "for_s": DAY},
        "accounts": {"report_s": DAY, "accepted_by": ["vigilancia"]},
        "audience": "public",
    },
    "escuela": {
        "seats": 1,
        "deputies": 1,
        "term_s": 30 * DAY,
        "accept_s": DAY,
        "filled_by": ["election"],
        "election": {
            "method": "ranked",
            "unit": "person",
            "quorum": {"num": 1, "den": 2},
            "voting_s": 12,
        },
    },
    "vigilancia": {"seats": 1, "term_s": 30 * DAY, "accept_s": DAY},
}
PEOPLE = ("ana", "bento", "rosa")


@pytest.fixture
def village(tmp_path: Path, acuerdo: Acuerdo) -> Iterator[Place]:
    place = Place(tmp_path / "village", free_port(), acuerdo)
    place.found("La Ceiba", "Ana", "Bento", "Rosa", charter=quick_charter(offices=OFFICES))
    with place.served():
        yield place


def decide(village: Place, draft: str, choice: str = "agree") -> str:
    """The vote is open, everybody speaks, and the node closes it by itself."""
    village.member("ana", "proposal", "open", draft, "--closes-in", "1h")
    return speak(village, draft, choice)


def speak(village: Place, proposal: str, choice: str = "agree") -> str:
    for name in PEOPLE:
        village.member(name, "position", "take", proposal, choice)

    def over() -> bool:
        state: str = village.member("ana", "proposal", "show", proposal)["state"]
        return state not in ("draft", "open")

    until(over)
    return proposal


def fill(village: Place, office: str, *options: str) -> str:
    why = village.text("por-que.md", "# Quién\n\nLo hablamos en la asamblea.\n")
    draft = village.member("ana", "office", "propose", office, *options, "--text-es", why)["id"]
    return decide(village, str(draft))


def test_an_office_from_the_choice_to_the_recall(village: Place, acuerdo: Acuerdo) -> None:
    village.member("rosa", "office", "stand", "salud")
    village.member("rosa", "office", "retreat", "salud")
    chosen = fill(village, "salud", "--holder", "Ana", "--deputy", "Bento")
    offered = village.member("rosa", "office", "list")["offices"][0]["offers"]
    assert [one["decision"] for one in offered] == [chosen]
    for name in ("ana", "bento"):
        village.member(name, "office", "accept", chosen[:8])
    again = village.tries("ana", "office", "accept", chosen[:8])
    assert (again.code, again.error["code"]) == (1, "offer-answered")

    place = mandated_and_accounted_for(village)
    until(lambda: village.member("ana", "office", "credentials", "salud")["credentials"])
    (told,) = village.member("ana", "office", "credentials", "salud")["credentials"]
    assert (told["place"], told["holds"]) == (place, True)

    for name in ("bento", "rosa"):
        reason = ("--reason", "Vendió las medicinas")
        village.member(name, "office", "recall", "salud", "Ana", *reason)

    def opened() -> object:
        return village.member("ana", "office", "recalls")["recalls"][0]["proposal"]

    until(opened)
    proposal = str(opened())
    until(lambda: village.member("ana", "proposal", "show", proposal)["state"] == "open")
    speak(village, proposal)
    shown = village.member("ana", "office", "show", "salud")
    assert [one["name"] for one in shown["holders"]] == ["Bento"]
    assert shown["recalls"][0]["state"] == "recalled"
    for language, words in (("es", "revocado"), ("en", "recalled")):
        ran = acuerdo(
            *("office", "show", "salud", "--as", "ana", "--keys", village.keys),
            *("--language", language),
        )
        assert ran.code == 0, ran.err
        assert words in ran.out
        assert "Bento" in ran.out


def mandated_and_accounted_for(village: Place) -> str:
    """Rosa watches, suspends and accepts; the place that Ana reports about."""
    watching = fill(village, "vigilancia", "--holder", "Rosa")
    village.member("rosa", "office", "accept", watching)
    text = village.text("mandato.md", "# Visitas\n\nVisitar cada casa una vez al mes.\n")
    asked = ("--for", "20d", "--limit", "pesos=500", "--report", "7d", "--text-es", text)
    mandate = village.member("ana", "mandate", "propose", "salud", *asked)["id"]
    decide(village, mandate)
    (issued,) = village.member("rosa", "mandate", "list")["mandates"]
    assert (issued["id"], issued["standing"]) == (mandate, "in-force")
    village.member("rosa", "mandate", "suspend", mandate[:8])
    assert village.member("rosa", "mandate", "show", mandate[:8])["standing"] == "suspended"

    place = village.member("ana", "office", "show", "salud")["holders"][0]["id"]
    report = village.text("informe.md", "# Enero\n\nCuarenta visitas, dos partos.\n")
    for about in (place, mandate):
        given = village.member(
            *("ana", "account", "report", about[:8], "--period", 1, "--text-es", report)
        )["id"]
        village.member("rosa", "account", "accept", given[:8])
    states = {row["state"] for row in village.member("ana", "account", "list")["reports"]}
    assert states == {"accepted"}
    return str(place)


def test_an_election_by_ballots(village: Place, acuerdo: Acuerdo) -> None:
    for name in ("ana", "bento"):
        village.member(name, "office", "stand", "escuela")
    nobody = village.tries("rosa", "office", "ballot", "escuela", "Ana")
    assert (nobody.code, nobody.error["code"]) == (2, "election-none")
    text = village.text("cita.md", "# Escuela\n\n¿Quién la cuida?\n")
    election = village.member("rosa", "office", "elect", "escuela", "--text-es", text)["id"]
    village.member("rosa", "office", "ballot", "escuela", "Bento", "Ana")
    village.member("ana", "office", "ballot", "escuela")
    village.member("bento", "office", "ballot", "escuela", "Bento")

    def closed() -> bool:
        (held,) = village.member("ana", "office", "show", "escuela")["elections"]
        return bool(held["state"] == "closed")

    until(closed, 40)
    for name in ("bento", "ana"):
        village.member(name, "office", "accept", election[:8])
    shown = village.member("ana", "office", "show", "escuela")
    assert [one["name"] for one in shown["holders"]] == ["Bento"]
    assert [one["name"] for one in shown["deputies"]] == ["Ana"]
    ran = acuerdo(
        *("office", "show", "escuela", "--as", "ana", "--keys", village.keys, "--language", "es")
    )
    assert "3 de 3 papeletas" in ran.out, ran.err
    assert "más voces la prefieren" in ran.out


def test_declining_resigning_and_deciding_on_a_report(village: Place) -> None:
    chosen = fill(village, "salud", "--holder", "Ana", "--deputy", "Bento")
    village.member("bento", "office", "decline", chosen)
    village.member("ana", "office", "accept", chosen)
    place = village.member("ana", "office", "show", "salud")["holders"][0]["id"]
    report = village.text("informe.md", "# Enero\n\nNada que contar.\n")
    given = village.member("ana", "account", "report", place, "--period", 1, "--text-es", report)
    asked = village.member("ana", "account", "propose", given["id"], "--text-es", report)["id"]
    decide(village, asked, "disagree")
    (shown,) = village.member("ana", "account", "list")["reports"]
    assert shown["state"] == "returned"
    village.member("ana", "office", "resign", "salud")
    assert village.member("ana", "office", "show", "salud")["holders"] == []
    nobody = village.tries("rosa", "office", "recall", "salud", "Ana", "--reason", "Se fue")
    assert (nobody.code, nobody.error["code"]) == (2, "holder-other")
    text = village.text("mandato.md", "# Visitas\n\nVisitar cada casa.\n")
    wrong = village.tries(
        *("ana", "mandate", "propose", "salud", "--for", "1d", "--limit", "x", "--text-es", text)
    )
    assert (wrong.code, wrong.error["code"]) == (2, "limit-pair")
    mandate = village.member(
        *("ana", "mandate", "propose", "salud", "--for", "1d", "--free", "--text-es", text)
    )["id"]
    decide(village, mandate)
    end = village.member("ana", "mandate", "end", mandate[:8], "--text-es", text)["id"]
    decide(village, end)
    assert village.member("ana", "mandate", "show", mandate[:8])["standing"] == "ended"
