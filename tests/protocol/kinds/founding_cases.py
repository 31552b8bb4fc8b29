"""How a community makes itself up: keys, charter, members. Rows of the table in cases.py."""

from tests.protocol.kinds import histories as past
from tests.protocol.kinds.case import PUBLIC, about, just, pubkey
from tests.protocol.kinds.histories import (
    NOBODY,
    adding,
    adopt,
    adopting,
    body,
    joining,
    rotating,
)
from tests.protocol.ledgers import START, VOICE, begin, charter, terms

_rotate = about("identity/rotate", past.village, rotating(), "root1", to=PUBLIC)
_address = about("identity/address", past.village, just({"urls": []}), VOICE, to=PUBLIC)
_witness = about("identity/witness", past.village, just({"home": NOBODY}), VOICE, to=PUBLIC)
_describe = about(
    "community/describe",
    past.village,
    just({"name": "Aldea", "languages": ["es", "tzo"]}),
    VOICE,
    to=PUBLIC,
)

IDENTITY = [
    _rotate("rotate"),
    _rotate("rotate-names-a-later-place", "rotation-size", said=rotating(at=1)),
    _rotate("rotate-by-the-voice", "chain-root", said=rotating(root="voice"), by="voice"),
    _rotate("rotate-by-another-key", "chain-root", by="Mallory"),
    _rotate("rotate-one-key-two-roles", "chain-roles", said=rotating(log="both", voice="both")),
    _rotate("rotate-promising-the-same-key", "chain-next", said=rotating(next="root1")),
    _rotate("rotate-promising-a-hot-key", "chain-next", said=rotating(next="voice1")),
    _rotate("rotate-at-home", "audience-wrong", to="community"),
    _address("address"),
    _address("address-one", said=just({"urls": ["https://aldea.example"]})),
    _address("address-by-a-member", "not-the-voice", by="Alice"),
    _address("address-no-url", "body-invalid", said=just({"urls": ["ftp://aldea"]})),
    _address("address-nine", "body-invalid", said=just({"urls": ["http://a.example"] * 9})),
    _address("address-member-unknown", "body-invalid", said=just({"urls": [], "more": 1})),
    _witness("witness"),
    _witness("witness-none", said=just({"home": None})),
    _witness("witness-itself", "home-self", said=lambda ledger: {"home": ledger.id}),
    _describe("describe"),
    _describe("describe-two-lines", "body-invalid", said=body(name="Al\ndea", languages=[])),
    _describe("describe-at-home", "audience-wrong", to="community"),
]

_adopt = about("charter/adopt", begin, adopt(1, charter()), VOICE)


CHARTER = [
    _adopt("adopt-first"),
    _adopt("adopt-first-public", said=adopt(1, charter("public")), to=PUBLIC),
    _adopt("adopt-second-while-founding", story=past.village, said=adopt(2, charter(sponsors=2))),
    _adopt("adopt-by-a-member", "not-the-voice", story=past.village, by="Alice"),
    _adopt("adopt-same-version", "charter-version", story=past.village),
    _adopt("adopt-skips-a-version", "charter-version", said=adopt(2, charter())),
    _adopt("adopt-to-others-than-it-says", "charter-audience", to=PUBLIC),
    _adopt(
        "adopt-opens-up-without-decision",
        "charter-audience",
        story=past.village,
        said=adopt(2, charter("public")),
        to=PUBLIC,
    ),
    _adopt(
        "adopt-without-general",
        "charter-general",
        said=adopt(1, charter() | {"decisions": {"charter": terms()}}),
    ),
    _adopt(
        "adopt-33-types",
        "charter-types",
        said=adopt(1, past.charter_of_33_types()),
    ),
    _adopt(
        "adopt-unknown-rule",
        "rule-unknown",
        said=adopt(1, charter(general=terms(rule={"method": "lot"}))),
    ),
    _adopt(
        "adopt-rule-without-parameters",
        "body-invalid",
        said=adopt(1, charter(general=terms(rule={"method": "majority"}))),
    ),
    _adopt(
        "adopt-rule-that-contradicts-itself",
        "rule-invalid",
        said=adopt(
            1,
            charter(
                general=terms(
                    rule={
                        "method": "consensus",
                        "agree": {"num": 1, "den": 2},
                        "on_block": "fallback",
                    }
                )
            ),
        ),
    ),
    _adopt(
        "adopt-quorum-over-all",
        "share-invalid",
        said=adopt(1, charter(general=terms(quorum={"num": 3, "den": 2}))),
    ),
    _adopt(
        "adopt-voting-of-two-years",
        "body-invalid",
        said=adopt(1, charter(general=terms(voting_s=2 * 366 * 86_400))),
    ),
    _adopt("adopt-sponsors-none", "body-invalid", said=adopt(1, charter(sponsors=0))),
    _adopt(
        "adopt-after-founding-without-decision",
        "charter-decision",
        story=past.drafted,
        said=adopt(2, charter()),
    ),
    _adopt(
        "adopt-decided",
        story=past.charter_decided,
        said=adopt(2, charter(sponsors=2), "decision"),
    ),
    _adopt(
        "adopt-decided-otherwise",
        "decision-other",
        story=past.charter_decided,
        said=adopt(2, charter(sponsors=3), "decision"),
    ),
    _adopt(
        "adopt-rejected",
        "decision-missing",
        story=past.charter_rejected,
        said=adopt(2, charter(sponsors=2), "decision"),
    ),
    _adopt(
        "adopt-by-a-decision-on-something-else",
        "decision-other",
        story=past.join_decided,
        said=adopt(2, charter(), "decision"),
    ),
    _adopt(
        "adopt-decided-under-the-charter-before",
        "decision-stale",
        story=past.charter_decided_twice,
        said=adopt(3, charter(sponsors=2, confirmations=1), "decision"),
    ),
    _adopt(
        "adopt-proposal-unknown",
        "proposal-unknown",
        story=past.drafted,
        said=just(adopting(2, charter(), NOBODY)),
    ),
]

_found = about("member/found", past.village, body(key=pubkey("Dora"), household="house-1"), VOICE)
_invitation = body(invitation=pubkey("for Dora"), household=None, until=START)
_invite = about("member/invite", past.village, _invitation, "Bento")
_join = about("member/join", past.invited, joining("Dora"), "Dora")
_sponsor = about("member/sponsor", past.waiting, body(member="@Dora"), "Bento")
_leave = about("member/leave", past.village, body(), "Bento")
_profile = about("member/profile", past.village, body(name="Alicia"), "Alice")
_replace = about("member/replace", past.half_replaced, past.replacing, "Alice")
_add = about("member/add-key", past.bento_lost, adding("Bento's tablet"), "Bento")
_drop = about(
    "member/drop-key", past.two_devices, body(key=pubkey("Bento's tablet")), "Bento's tablet"
)
_welcome = about(
    "household/welcome", past.wished, body(member="@Dora", household="house-2"), "Bento"
)
_move = about("household/move", past.village, body(household="house-2"), "Alice")
_SMALL_ORDER = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

MEMBERS = [
    _found("found"),
    _found("found-before-the-charter", "charter-missing", story=begin),
    _found("found-key-of-another", "key-known", said=body(key=pubkey("Alice"), household=None)),
    _found("found-small-order", "body-invalid", said=body(key=_SMALL_ORDER, household=None)),
    _found(
        "found-household-in-capitals",
        "body-invalid",
        said=body(key=pubkey("Dora"), household="House"),
    ),
    _found("found-after-founding", "founded-already", story=past.drafted),
    _found("found-by-a-member", "not-the-voice", by="Alice"),
    _found("found-in-public", "audience-wrong", to=PUBLIC),
    _invite("invite"),
    _invite("invite-by-a-stranger", "not-a-member", by="Mallory"),
    _invite("invite-by-the-voice", "not-a-member", by=VOICE),
    _invite("invite-by-one-who-left", "key-retired", story=past.bento_gone),
    _invite("invite-by-one-who-waits", "member-waiting", story=past.waiting, by="Dora"),
    _invite("invite-with-a-used-key", "invitation-known", story=past.joined),
    _join("join"),
    _join("join-without-invitation", "invitation-unknown", story=past.village),
    _join(
        "join-by-a-used-invitation",
        "invitation-unknown",
        story=past.joined,
        said=joining("Eva"),
        by="Eva",
    ),
    _join("join-too-late", "invitation-expired", story=past.invited_long_ago),
    _join("join-as-a-member", "key-known", said=joining("Bento"), by="Bento"),
    _join("join-with-a-stolen-proof", "signature-invalid", by="Mallory"),
    _join("join-invited-by-one-who-left", "invitation-void", story=past.inviter_gone),
    _sponsor("sponsor"),
    _sponsor("sponsor-twice", "sponsor-twice", by="Alice"),
    _sponsor("sponsor-nobody", "nobody-waits", said=body(member=NOBODY)),
    _sponsor("sponsor-a-member", "nobody-waits", story=past.joined),
    _sponsor("sponsor-oneself", "member-waiting", by="Dora"),
    _leave("leave"),
    _leave("leave-by-a-stranger", "not-a-member", by="Mallory"),
    _leave("leave-by-a-replaced-key", "key-retired", story=past.replaced),
    _leave("leave-by-the-new-key", story=past.replaced, by="Bento's new phone"),
    _profile("profile"),
    _profile("profile-in-public", "audience-wrong", to=PUBLIC),
    _profile("profile-by-a-stranger", door="not-a-member", by="Mallory"),
    _profile("profile-with-a-tab", "body-invalid", said=body(name="Ali\tcia")),
    _replace("replace-first-confirmation", story=past.bento_lost, by="Alice"),
    _replace("replace-second-confirmation", by="Carla"),
    _replace("replace-confirmed-twice", "confirmed-twice"),
    _replace("replace-oneself", "confirms-herself", by="Bento"),
    _replace("replace-one-who-left", "member-unknown", story=past.bento_gone),
    _replace(
        "replace-by-the-key-of-another",
        "key-known",
        said=lambda ledger: past.replacing(ledger, "Carla"),
    ),
    _replace(
        "replace-by-a-dead-key",
        "key-known",
        story=past.replaced,
        said=lambda ledger: past.replacing(ledger, "Bento"),
    ),
    _add("add-key"),
    _add("add-key-by-the-second", story=past.two_devices, said=adding("3"), by="Bento's tablet"),
    _add("add-key-that-is-hers", "key-known", said=adding("Bento")),
    _add("add-key-of-another", "key-known", said=adding("Carla")),
    _add("add-key-that-was-dropped", "key-known", story=past.tablet_dropped),
    _add("add-key-one-too-many", "keys-many", story=past.eight_devices),
    _add("add-key-meant-for-another", "signature-invalid", by="Carla"),
    _add(
        "add-key-without-its-holder",
        "signature-invalid",
        said=lambda ledger: (
            ledger.adding("Bento", "Bento's tablet") | {"key": pubkey("of somebody")}
        ),
    ),
    _add(
        "add-key-by-the-replaced",
        "key-retired",
        story=past.replaced,
        said=adding("Bento's tablet", "Bento's new phone"),
    ),
    _add("add-key-by-a-stranger", "not-a-member", by="Mallory"),
    _add(
        "add-key-while-waiting",
        "member-waiting",
        story=past.waiting,
        said=adding("Dora's tablet", "Dora"),
        by="Dora",
    ),
    _add("add-key-in-public", "audience-wrong", to=PUBLIC),
    _drop("drop-key"),
    _drop("drop-key-by-another-of-hers", by="Bento"),
    _drop("drop-key-the-first", said=body(key=pubkey("Bento"))),
    _drop(
        "drop-key-the-last",
        "key-last",
        story=past.village,
        said=body(key=pubkey("Alice")),
        by="Alice",
    ),
    _drop("drop-key-of-another", "key-not-yours", by="Alice"),
    _drop("drop-key-dropped-before", "key-not-yours", story=past.tablet_dropped, by="Bento"),
    _drop("drop-key-of-nobody", "key-not-yours", said=body(key=pubkey("of somebody"))),
    _drop("drop-key-by-the-dropped", "key-retired", story=past.tablet_dropped),
    _drop("drop-key-by-a-stranger", "not-a-member", by="Mallory"),
    _leave("leave-by-the-second-key", story=past.two_devices, by="Bento's tablet"),
    _leave("leave-by-a-dropped-key", "key-retired", story=past.tablet_dropped, by="Bento's tablet"),
    _leave(
        "leave-by-the-second-of-replaced-keys",
        "key-retired",
        story=past.two_devices_replaced,
        by="Bento's tablet",
    ),
    _replace(
        "replace-oneself-by-the-second-key",
        "confirms-herself",
        story=past.two_devices,
        by="Bento's tablet",
    ),
    _replace(
        "replace-by-ones-own-second-key",
        "key-known",
        story=past.two_devices,
        said=lambda ledger: past.replacing(ledger, "Bento's tablet"),
    ),
    _invite("invite-home", story=past.households, said=past.inviting("house-2")),
    _invite("invite-into-an-empty-household", story=past.households, said=past.inviting("house-9")),
    _invite(
        "invite-into-the-household-of-others",
        "household-not-yours",
        story=past.households,
        said=past.inviting("house-1"),
    ),
    _join(
        "join-a-household-taken-meanwhile",
        "household-not-yours",
        story=past.household_taken,
        said=joining("Eva", "for Eva"),
        by="Eva",
    ),
    _join(
        "join-a-household-that-the-inviter-left",
        "household-not-yours",
        story=past.inviter_moved,
        said=joining("Eva", "for Eva"),
        by="Eva",
    ),
    _welcome("welcome"),
    _welcome("welcome-by-another-household", by="Carla"),
    _welcome("welcome-after-another", story=past.half_welcomed),
    _welcome("welcome-twice", "welcome-twice", story=past.half_welcomed, by="Carla"),
    _welcome("welcome-oneself", "welcomes-herself", by="Dora"),
    _welcome("welcome-elsewhere", "wish-unknown", said=body(member="@Dora", household="house-3")),
    _welcome("welcome-nobody", "wish-unknown", said=body(member=NOBODY, household="house-2")),
    _welcome("welcome-to-an-earlier-wish", "wish-unknown", story=past.wished_otherwise),
    _welcome("welcome-one-who-left", "wish-unknown", story=past.wisher_gone),
    _welcome("welcome-out", "body-invalid", said=body(member="@Dora", household=None)),
    _welcome("welcome-by-a-stranger", "not-a-member", by="Mallory"),
    _move("move"),
    _move("move-out", said=body(household=None)),
    _move("move-by-a-stranger", "not-a-member", by="Mallory"),
]
