"""A village decides from its terminals: Ana proposes, Bento doubts, Carla comes in and amends."""

import io
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from protocol.wire.text import b64_decode, b64_encode

from .conftest import Acuerdo
from .served import Place, free_port, quick_charter, until


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, acuerdo: Acuerdo) -> Iterator[Place]:
    """Where several tests live side by side, and none stands in another's way."""
    yield from _village(tmp_path_factory.mktemp("town"), acuerdo)


@pytest.fixture
def village(tmp_path: Path, acuerdo: Acuerdo) -> Iterator[Place]:
    """A community for one test alone."""
    yield from _village(tmp_path, acuerdo)


def _village(folder: Path, acuerdo: Acuerdo) -> Iterator[Place]:
    place = Place(folder / "village", free_port(), acuerdo)
    place.found("La Ceiba", "Ana:los-olivos", "Bento")
    with place.served():
        yield place


def _draft(village: Place) -> str:
    file = village.text("bomba.md", "# Bomba nueva\n\nComprar una bomba para el pozo.\n")
    drafted: str = village.member("ana", "proposal", "draft", "--text-es", file)["id"]
    return drafted


def test_a_proposal_from_draft_to_outcome(village: Place, acuerdo: Acuerdo) -> None:
    draft = _draft(village)
    doubt = village.member("bento", "discuss", draft[:8], "¿Quién la paga?")
    village.member("ana", "discuss", draft[:8], "La caja común.", "--reply-to", doubt["id"][:12])

    invited = village.member("ana", "member", "invite", "--household", "las-lomas")
    joined = village.member("carla", "member", "join", invited["code"], "--name", "Carla")
    assert joined["admitted"]
    listed = village.member("carla", "member", "list")["members"]
    assert [row["name"] for row in listed] == ["Ana", "Bento", "Carla"]

    better = village.text("bomba-2.md", "Comprar una bomba solar.")
    amendment = village.member("carla", "proposal", "amend", draft[:8], "--text-es", better)["id"]
    assert village.tries("bento", "proposal", "accept", amendment[:8]).error["code"] == (
        "not-the-author"
    )
    village.member("ana", "proposal", "accept", amendment[:8])

    village.member("ana", "proposal", "open", draft[:8], "--closes-in", "1h")
    village.member("ana", "position", "take", draft[:8], "agree")
    refused = village.tries("bento", "position", "take", draft[:8], "block")
    assert (refused.code, refused.error["code"]) == (1, "reason-missing")
    village.member("bento", "position", "take", draft[:8], "block", "--reason", "Muy cara.")
    village.member("bento", "position", "take", draft[:8], "reservations")
    village.member("carla", "position", "take", draft[:8], "agree")

    until(lambda: village.member("ana", "proposal", "show", draft)["state"] == "adopted")
    assert village.operator("proposal", "close", draft[:8]).json["state"] == "adopted"
    shown = acuerdo(
        *("proposal", "show", draft[:8], "--as", "carla", "--keys", village.keys),
        *("--language", "es"),
    )
    assert "Adoptada" in shown.out
    assert "bomba solar" in shown.out
    assert "Bento" in shown.out

    receipt = village.member("bento", "position", "receipt", draft[:8])
    assert receipt["stands"]
    positions = village.member("bento", "position", "show", draft[:8])
    assert positions["own"]["choice"] == "reservations"


def test_who_may_not_is_told_what_to_do(town: Place, acuerdo: Acuerdo) -> None:
    stranger = acuerdo("proposal", "list", "--node", town.url, "--json")
    assert stranger.code == 5
    assert "--as" in stranger.error["advice"]
    nobody = town.tries("zoe", "proposal", "list")
    assert (nobody.code, nobody.error["code"]) == (5, "identity-unknown")
    lost = town.tries("ana", "proposal", "list", "--node", "http://127.0.0.1:9")
    assert (lost.code, lost.error["code"]) == (3, "node-unreached")
    wrong = town.tries("ana", "position", "take", "ffffffff", "agree")
    assert (wrong.code, wrong.error["code"]) == (1, "id-unknown")
    short = town.tries("ana", "position", "take", "ffff", "agree")
    assert (short.code, short.error["code"]) == (2, "id-invalid")


def test_a_tampered_receipt_is_not_believed(town: Place) -> None:
    draft = _draft(town)
    town.member("ana", "proposal", "open", draft, "--closes-in", "1h")
    taken = town.member("ana", "position", "take", draft, "agree")
    path = Path(taken["receipt"])
    kept = json.loads(path.read_text("utf-8"))
    entry = b64_decode(kept["entry"])
    kept["entry"] = b64_encode(entry.replace(b'"received":1', b'"received":2', 1))
    path.write_text(json.dumps(kept), "utf-8")
    assert town.tries("ana", "position", "receipt", draft).code == 4


def test_a_receipt_convinces_a_stranger(town: Place, acuerdo: Acuerdo) -> None:
    named = town.member("bento", "member", "name", "Bento")
    report = acuerdo("verify", named["receipt"], "--json").json
    assert (report["kind"], report["index"]) == ("member/profile", named["index"])
    kept = json.loads(Path(named["receipt"]).read_text("utf-8"))
    forged = town.folder / "forged.json"
    forged.write_text(json.dumps({**kept, "message": "00" * 32}), "utf-8")
    assert acuerdo("verify", forged, "--json").error["code"] == "receipt-other"
    forged.write_text(json.dumps({**kept, "chain": []}), "utf-8")
    assert acuerdo("verify", forged, "--json").code == 4


def test_a_shorter_history_is_caught(village: Place) -> None:
    village.member("ana", "member", "name", "Ana María")
    path = next((village.keys / "chains").glob("*.json"))
    known = json.loads(path.read_text("utf-8"))
    # As if the node had gone on for a while, and then been put back to an older copy.
    known["head"]["size"] += 50
    path.write_text(json.dumps(known), "utf-8")
    caught = village.tries("ana", "member", "name", "Ana")
    assert (caught.code, caught.error["code"]) == (4, "fork-seen")


def test_another_history_is_caught(village: Place) -> None:
    village.member("ana", "member", "name", "Ana María")
    path = next((village.keys / "chains").glob("*.json"))
    known = json.loads(path.read_text("utf-8"))
    size = village.member("ana", "status")["size"]
    # As if the node had shown her another head of the size that comes next.
    known["head"]["size"], known["head"]["root"] = size + 1, "A" * 43 + "="
    path.write_text(json.dumps(known), "utf-8")
    caught = village.tries("ana", "member", "name", "Ana")
    assert (caught.code, caught.error["code"]) == (4, "fork-seen")


def test_a_lost_key_comes_back_by_words_or_by_neighbours(
    village: Place, acuerdo: Acuerdo, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = village.member("ana", "member", "invite")
    village.member("carla", "member", "join", invited["code"], "--name", "Carla")
    words = village.member("carla", "member", "words")["words"]
    assert village.tries("carla", "member", "words").error["code"] == "words-shown"

    monkeypatch.setattr("sys.stdin", io.StringIO(words + "\n"))
    restored = acuerdo(
        *("member", "restore", "--name", "Carla", "--keys", village.folder / "other"),
        *("--node", village.url, "--json"),
    ).json
    assert restored["member"] == village.member("carla", "member", "key")["member"]

    fresh = village.member("carla-2", "member", "new-key", "--name", "Carla", "--node", village.url)
    assert fresh["member"] is None
    for neighbour in ("ana", "bento"):
        lost = restored["member"][:8]
        village.member(neighbour, "member", "replace", lost, "--key", fresh["key"])
    found = village.member("carla-2", "member", "whoami")
    assert found["member"] == restored["member"]
    village.member("carla-2", "member", "household", "las-lomas")
    old = village.tries("carla", "member", "household", "--none")
    assert old.code == 5


def test_a_newcomer_waits_for_a_second_sponsor(tmp_path: Path, acuerdo: Acuerdo) -> None:
    place = Place(tmp_path / "village", free_port(), acuerdo)
    place.found("La Ceiba", "Ana", "Bento", charter=quick_charter(admission={"sponsors": 2}))
    with place.served():
        invited = place.member("ana", "member", "invite")
        joined = place.member("dora", "member", "join", invited["code"], "--name", "Dora")
        assert not joined["admitted"]
        place.member("bento", "member", "sponsor", joined["member"][:8])
        place.member("dora", "member", "name", "Dora")
        assert place.tries("dora", "member", "leave").code == 2
        place.member("dora", "member", "leave", "--yes")
        again = place.tries("eva", "member", "join", invited["code"], "--name", "Eva")
        assert (again.code, again.error["code"]) == (1, "invitation-unknown")


def test_a_draft_has_other_ends_than_a_vote(town: Place, acuerdo: Acuerdo) -> None:
    reasons = town.text("por-que.md", "Los hogares deben decidir.")
    draft = town.member("ana", "proposal", "charter", "households", "--text-es", reasons)["id"]
    listed = town.member("ana", "proposal", "list", "--state", "draft")["proposals"]
    assert draft in [row["id"] for row in listed]
    other = town.text("otra.md", "Mejor no.")
    for verb, name in (("decline", "ana"), ("retract", "bento")):
        amendment = town.member("bento", "proposal", "amend", draft[:8], "--text-es", other)["id"]
        town.member(name, "proposal", verb, amendment[:8])
    early = town.tries("ana", "proposal", "open", draft)
    assert early.error["code"] == "closes-missing"
    town.member("ana", "proposal", "open", draft, "--closes-at", "2040-01-01T00:00:00Z")
    assert town.operator("proposal", "close", draft[:8]).code == 1
    town.member("ana", "proposal", "withdraw", draft[:8])
    shown = acuerdo("proposal", "show", draft, "--as", "bento", "--keys", town.keys)
    assert "withdrawn" in shown.out
    closed = town.tries("bento", "position", "take", draft, "agree")
    assert closed.error["code"] == "voting-not-open"


def test_everything_is_said_to_people_too(town: Place, acuerdo: Acuerdo) -> None:
    draft = _draft(town)
    for language in ("es", "en"):
        for command in (
            ("status",),
            ("member", "list"),
            ("member", "key"),
            ("proposal", "list"),
            ("proposal", "show", draft),
            ("position", "show", draft),
            ("federation", "list"),
            ("federation", "proposals"),
        ):
            ran = acuerdo(*command, "--as", "ana", "--keys", town.keys, "--language", language)
            assert ran.code == 0, ran.err
            assert ran.out.strip()


def test_words_are_forgotten_on_request(town: Place) -> None:
    file = town.text("dicho.md", "Lo dije sin pensar.")
    said = town.member("ana", "text", "publish", "--text-es", file)
    town.member("ana", "text", "erase", said["id"])


def test_the_operator_looks_after_the_node(town: Place, acuerdo: Acuerdo) -> None:
    status = acuerdo("status", "--node", town.url, "--json").json
    assert status["community"] == town.community
    examined = town.operator("doctor")
    assert json.loads(examined.out)["checks"]
    copied = town.operator("backup", town.folder / "copy.db").json
    assert Path(copied["path"]).stat().st_size > 0
    announced = town.operator("peer", "announce", town.url).json
    assert announced["urls"] == [town.url]
    assert town.operator("peer", "list").json["peers"] == []
    without = acuerdo("doctor", "--node", town.url, "--data", town.folder, "--json")
    assert (without.code, without.error["code"]) == (5, "operator-token")


def test_a_bundle_is_verified_by_a_stranger(town: Place, acuerdo: Acuerdo) -> None:
    draft = _draft(town)
    town.member("ana", "proposal", "open", draft, "--closes-in", "1h")
    for name in ("ana", "bento"):
        town.member(name, "position", "take", draft, "agree")
    until(lambda: town.member("ana", "proposal", "show", draft)["state"] == "adopted")
    file = town.folder / "all.bundle"
    town.operator("bundle", "export", file, "--audience", "community")
    report = acuerdo("verify", file, "--json").json
    assert report["right"]
    assert "adopted" in [row["verdict"] for row in report["decisions"]]
    raw = bytearray(file.read_bytes())
    raw[raw.index(b'\\"choice\\":\\"agree') + 14] ^= 1
    file.write_bytes(raw)
    tampered = acuerdo("verify", file, "--json")
    assert tampered.code == 4


def test_a_link_lets_in_and_a_second_device_speaks_for_her(village: Place) -> None:
    invited = village.member("ana", "member", "invite")
    assert invited["link"].startswith(f"{village.url}/join/")
    joined = village.member("dora", "member", "join", invited["link"], "--name", "Dora")
    assert joined["admitted"]
    owner = f"{village.url}/me/device/{joined['member']}"
    made = village.member(
        "dora-tablet", "member", "new-device", "--member", owner, "--name", "Dora"
    )
    early = village.tries("dora-tablet", "member", "name", "Too early")
    assert early.error["code"] == "not-a-member"
    stolen = village.tries("bento", "member", "add-key", made["link"])
    assert (stolen.code, stolen.error["code"]) == (5, "signature-invalid")
    village.member("dora", "member", "add-key", made["link"])
    assert village.member("dora-tablet", "member", "whoami")["member"] == joined["member"]
    village.member("dora-tablet", "member", "name", "Dora María")
    first = village.member("dora", "member", "key")["key"]
    village.member("dora-tablet", "member", "drop-key", "--key", first)
    assert village.tries("dora", "member", "name", "D").error["code"] == "key-retired"
    last = village.tries("dora-tablet", "member", "drop-key", "--key", made["key"])
    assert (last.code, last.error["code"]) == (1, "key-last")


def test_a_copy_is_tried_out(town: Place) -> None:
    assert town.operator("drill").error["code"] == "backup-unknown"
    folder = town.data / "backups"
    folder.mkdir()
    town.operator("backup", folder / "copia.db")
    drilled = town.operator("drill").json
    assert (drilled["name"], drilled["sound"], drilled["faults"]) == ("copia.db", True, [])
    (folder / "copia.db").write_bytes(b"torn")
    again = town.operator("drill")
    assert (again.code, json.loads(again.out)["faults"]) == (1, ["unreadable"])


class _Unwritten(BaseHTTPRequestHandler):
    def do_DELETE(self) -> None:
        self.send_response(204)
        self.send_header("acuerdo-record", "storage-failed")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_what_was_not_written_down_is_said(town: Place, acuerdo: Acuerdo) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Unwritten) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        node = f"http://127.0.0.1:{server.server_port}"
        ran = acuerdo("peer", "remove", "http://x", "--node", node, "--data", town.data)
        server.shutdown()
    assert ran.code == 0
    assert "storage-failed" in ran.err
