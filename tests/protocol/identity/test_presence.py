"""What a community says of itself: name, addresses, home witness."""

from tests.protocol.ledgers import VOICE, Body, begin, found, replay


def test_the_newest_word_stands() -> None:
    village = found("Alice")
    for name in ("Aldea", "La Aldea"):
        village.say("community/describe", {"name": name, "languages": ["es"]}, VOICE, "public")
    for url in ("https://old.example", "https://new.example"):
        village.say("identity/address", {"urls": [url]}, VOICE, "public")
    village.say("identity/witness", {"home": "a" * 64}, VOICE, "public")
    presence = village.book.presence
    assert (presence.name, presence.languages) == ("La Aldea", ("es",))
    assert presence.urls == ("https://new.example",)
    assert presence.home == "a" * 64


def test_an_erased_name_leaves_the_one_before() -> None:
    village = found("Alice")
    for name in ("Aldea", "La Aldea"):
        body: Body = {"name": name, "languages": ["es"]}
        village.say("community/describe", body, VOICE, "public")
    village.say("entry/erase", {"index": village.book.size - 1}, VOICE, "public")
    assert village.book.presence.name == "Aldea"
    village.say("entry/erase", {"index": village.book.size - 3}, VOICE, "public")
    assert village.book.presence.name == ""
    assert replay(village, lambda message: message.kind != "community/describe") == village.book


def test_a_ledger_without_inception_says_nothing() -> None:
    ledger = begin()
    ledger.book.chain = None
    assert ledger.void("identity/address", {"urls": []}, VOICE, "public") == "ledger-empty"
