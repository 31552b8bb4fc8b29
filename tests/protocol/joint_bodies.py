"""Bodies of federated messages, for stories that need one."""

from protocol.wire.encoding import JsonValue
from tests.protocol.ledgers import Body

COMMUNITIES = ["1" * 64, "2" * 64, "3" * 64]
TEXT = "7" * 64
MAJORITY: Body = {
    "method": "majority",
    "threshold": {"num": 1, "den": 2},
    "of": "cast",
    "strict": True,
}


def compact(**changed: JsonValue) -> Body:
    plain: Body = {
        "text": TEXT,
        "communities": [*COMMUNITIES],
        "terms": {"rule": MAJORITY, "quorum": {"num": 1, "den": 2}},
        "closers": None,
        "window_s": 60,
        "round_s": 10,
    }
    return plain | changed


def join_subject(federation: str, founder: str = COMMUNITIES[0]) -> Body:
    return {"kind": "federation/join", "founder": founder, "federation": federation}


def leave_subject(federation: str) -> Body:
    return {"kind": "federation/leave", "federation": federation}


def answer_subject(proposal: str, ledger: str = COMMUNITIES[0]) -> Body:
    return {"kind": "federated", "ledger": ledger, "proposal": proposal}


def joining(federation: str, decision: str, founder: str = COMMUNITIES[0]) -> Body:
    return {"federation": federation, "founder": founder, "decision": decision}


def leaving(federation: str, decision: str) -> Body:
    return {"federation": federation, "decision": decision}


def proposing(federation: str, text: str = TEXT, **changed: JsonValue) -> Body:
    plain: Body = {
        "federation": federation,
        "text": text,
        "seats": [{"community": one, "join": "a" * 64} for one in COMMUNITIES],
        "left": [],
        "closes_at": 1_900_000_000,
    }
    return plain | changed


def final_outcome(proposal: str) -> Body:
    return {
        "proposal": proposal,
        "list": "5" * 64,
        "round": 0,
        "verdict": "adopted",
        "ground": "support",
        "tally": {"electorate": 3, "agree": 3},
    }
