"""How a holder is recalled. Rows of the table in cases.py."""

from tests.protocol.kinds import office_histories as office
from tests.protocol.kinds.case import about
from tests.protocol.kinds.histories import NOBODY, adopt, body, village
from tests.protocol.kinds.office_histories import DAY, recalling, rules
from tests.protocol.kinds.office_histories import office as defined
from tests.protocol.ledgers import VOICE, Body, Ledger, terms

_call = about("recall/call", office.serving, body(place="@place", text="@why"), "Carla")
_draft = about("proposal/draft", office.called_enough, recalling(), VOICE)
_open = about(
    "proposal/open",
    office.recall_drafted,
    lambda ledger: ledger.opening(ledger.marks["recall"]),
    VOICE,
)
_withdraw = about("proposal/withdraw", office.recall_open, body(proposal="@recall"), VOICE)
_adopt = about("charter/adopt", village, adopt(1, {}), VOICE)


def closing_after(seconds: int) -> Body:
    share: Body = {"num": 1, "den": 3}
    return {"share": share, "terms": terms(voting_s=seconds)}


def slow(ledger: Ledger) -> Body:
    return ledger.opening(ledger.marks["recall"], closes_at=ledger.now + DAY + 3_601)


RECALLS = [
    _adopt("adopt-recall", said=adopt(2, rules(health=defined(recall=closing_after(60))))),
    _adopt(
        "adopt-recall-by-more-than-all",
        "share-invalid",
        said=adopt(2, rules(health=defined(recall={"share": {"num": 3, "den": 2}}))),
    ),
    _adopt(
        "adopt-recall-by-no-rule",
        "body-invalid",
        said=adopt(2, rules(health=defined(recall={"share": {"num": 1, "den": 2}, "terms": {}}))),
    ),
    _call("call"),
    _call("call-as-the-second", story=office.called_once, by="Dora"),
    _call("call-by-who-is-meant", by="Alice"),
    _call("call-twice", "called-twice", story=office.called_once),
    _call("call-when-enough-have", "recall-state", story=office.called_enough, by="Bento"),
    _call("call-while-they-vote", "recall-state", story=office.recall_open, by="Bento"),
    _call("call-anew-when-she-was-kept", story=office.kept),
    _call("call-against-nobody", "place-unknown", said=body(place=NOBODY, text="@why")),
    _call("call-against-a-deputy", "office-not-held", said=body(place="@standby", text="@why")),
    _call("call-against-who-was-recalled", "office-not-held", story=office.recalled),
    _call("call-where-nobody-may", "recall-none", story=office.not_recallable),
    _call("call-without-a-reason", door="text-unknown", said=body(place="@place", text=NOBODY)),
    _call("call-by-the-voice", "not-a-member", by=VOICE),
    _draft("draft-recall"),
    _draft("draft-recall-by-a-member", "recall-by-calls", by="Carla"),
    _draft("draft-recall-too-soon", "recall-state", story=office.called_once),
    _draft("draft-recall-twice", "recall-state", story=office.recall_drafted),
    _draft("draft-recall-in-other-words", "recall-differs", said=recalling(text="@other")),
    _draft("draft-recall-of-who-resigned", "office-not-held", story=office.recall_pointless),
    about(
        "amendment/propose",
        office.recall_drafted,
        body(proposal="@recall", base=1, text="@other"),
        "Dora",
    )("amend-a-recall", "text-frozen"),
    _open("open-recall"),
    _open("open-recall-for-longer", "voting-long", said=slow),
    _withdraw("withdraw-recall", "recall-stands"),
    _withdraw("withdraw-recall-of-who-resigned", story=office.recall_pointless),
]
