"""What another community can tell of a holder, from the entries that it is given."""

import pytest

from protocol.errors import ProtocolError, Unauthentic
from protocol.ledger.checkpoint import Checkpoint, origin_of, sign_checkpoint
from protocol.ledger.entry import leaf_hash
from protocol.ledger.merkle import Tree
from protocol.ledger.receipt import write_receipt
from protocol.offices.credential import (
    differing,
    holder_of,
    open_credential,
    owed_attestings,
    owed_unattestings,
)
from protocol.wire.bodies import body_json
from protocol.wire.digests import MessageId
from tests.protocol.book.readers import outsider
from tests.protocol.kinds import office_histories as past
from tests.protocol.kinds.histories import TO_FEDERATION
from tests.protocol.ledgers import VOICE, Body, Ledger, key, replay


def speak(ledger: Ledger) -> int:
    """The voice says what it owes; how often it had to."""
    said = 0
    for _ in range(10):
        book, at = ledger.book, ledger.book.moment(ledger.now)
        known = (book.offices, book.membership, book.credentials, at)
        owed: list[tuple[str, str, Body]] = [
            ("office/end", to, body_json(body)) for to, body in owed_unattestings(*known)
        ] or [("office/attest", to, body_json(body)) for to, body in owed_attestings(*known)]
        if not owed:
            return said
        for kind, to, body in owed:
            ledger.say(kind, body, VOICE, to)
            said += 1
    raise AssertionError("it never ends")


def holds(ledger: Ledger, name: str = "Alice", office: str = "delegate") -> bool:
    """What an outsider makes of it, who reads nothing but what is public."""
    theirs = replay(ledger, outsider)
    assert not theirs.membership.members
    try:
        holder_of(theirs.credentials, office, ledger.signer(name).public, ledger.now)
    except Unauthentic:
        return False
    return True


def test_outsiders_know_her_while_she_holds_it() -> None:
    village = past.unspoken()
    assert not holds(village)
    assert speak(village) == 1
    assert holds(village)
    assert not holds(village, "Bento")
    assert not holds(village, office="health")
    village.now += 30 * past.DAY
    assert not holds(village)
    assert speak(village) == 0, "a term that is over takes itself back"


def test_who_resigns_speaks_in_that_office_no_more() -> None:
    village = past.unspoken()
    speak(village)
    village.say("office/resign", {"office": "delegate"}, "Alice")
    assert speak(village) == 1
    assert not holds(village)


def test_a_new_key_needs_a_new_credential() -> None:
    village = past.unspoken()
    speak(village)
    body: Body = {"member": village.member("Alice").id, "key": key("new phone").public.text}
    for name in ("Bento", "Carla"):
        village.say("member/replace", body, name)
    assert speak(village) == 2
    assert not holds(village)
    assert holds(village, "new phone")


def test_what_a_federation_is_told_the_public_is_not() -> None:
    village = past.told_to(TO_FEDERATION)
    speak(village)
    assert not holds(village)
    (told,) = village.book.credentials.by_id.values()
    assert told.audience == TO_FEDERATION


def test_who_reads_both_sees_a_credential_that_the_ledger_does_not_bear_out() -> None:
    village = past.unspoken()
    speak(village)
    assert list(differing(village.book.credentials, village.book.offices)) == []
    lies = [past.attesting(until=1), past.attesting(place="0" * 64), past.attesting(since=0)]
    village.say("office/resign", {"office": "delegate"}, "Alice")
    speak(village)
    for lie in lies:
        said = lie(village) | {"key": key("Mallory").public.text}
        village.void("office/attest", said, VOICE, "public")
        (told,) = differing(village.book.credentials, village.book.offices)
        assert told.body.key == key("Mallory").public.text
        village.void("office/end", {"credential": told.id, "ground": "key"}, VOICE, "public")
        del village.book.credentials.by_id[told.id]


# --- one entry and its receipt ----------------------------------------------------------------


def proven(ledger: Ledger, index: int, signer: str = "log") -> tuple[bytes, bytes]:
    """An entry and its receipt under the ledger's head."""
    tree = Tree(ledger.leaves)
    head = Checkpoint(origin=origin_of(ledger.id), size=tree.size, root=tree.root())
    note = sign_checkpoint(key(signer), head)
    return ledger.raws[index], write_receipt(index, tree.inclusion(index, tree.size), note)


def test_a_credential_is_one_entry_with_its_receipt() -> None:
    village = past.attested()
    index = village.book.credentials.by_id[MessageId(village.marks["credential"])].index
    entry, receipt = proven(village, index)
    body, held = open_credential(village.book.identity, entry, receipt)
    assert (body.office, body.member) == ("delegate", village.member("Alice").id)
    assert (held.index, held.checkpoint.size) == (index, village.book.size)


@pytest.mark.parametrize(
    ("step", "signer", "code"),
    [
        (-1, "log", "credential-unknown"),
        (0, "voice", "note-unsigned"),
    ],
)
def test_what_is_no_credential(step: int, signer: str, code: str) -> None:
    village = past.attested()
    index = village.book.credentials.by_id[MessageId(village.marks["credential"])].index
    entry, receipt = proven(village, index + step, signer)
    with pytest.raises(ProtocolError) as problem:
        open_credential(village.book.identity, entry, receipt)
    assert problem.value.code == code


def test_another_entrys_receipt_proves_nothing() -> None:
    village = past.attested()
    index = village.book.credentials.by_id[MessageId(village.marks["credential"])].index
    entry, _ = proven(village, index)
    _, receipt = proven(village, index - 1)
    with pytest.raises(ProtocolError):
        open_credential(village.book.identity, entry, receipt)
    assert leaf_hash(entry) == village.leaves[index]
