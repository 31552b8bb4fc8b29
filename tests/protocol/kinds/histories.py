"""Stories that stop just before something is said, and the bodies of what may be said next.

Alice proposes, Bento objects, Carla amends, Dora joins, Mallory is up to no good.
"""

from collections.abc import Callable

from protocol.federation.proposal import position_of
from protocol.wire.bodies import body_json
from protocol.wire.encoding import JsonValue
from protocol.wire.message import read_message
from tests.protocol import joint_bodies as joint
from tests.protocol.ledgers import (
    START,
    VOICE,
    Body,
    Ledger,
    begin,
    charter,
    found,
    key,
    rotation,
    terms,
)

NOBODY = "0" * 64
ELSEWHERE = "e" * 64
FEDERATION = "f" * 64
TO_FEDERATION = f"federation:{FEDERATION}"


# --- stories ----------------------------------------------------------------------------------


def village() -> Ledger:
    return found("Alice", "Bento", "Carla")


def drafted() -> Ledger:
    ledger = village()
    ledger.marks["text"] = ledger.publish("Alice", "A well by the school")
    ledger.marks["well"] = ledger.draft("Alice", ledger.marks["text"])
    return ledger


def amended() -> Ledger:
    """Carla offers another text."""
    ledger = drafted()
    ledger.marks["other"] = ledger.publish("Carla", "A well by the mill")
    ledger.marks["change"] = ledger.say("amendment/propose", amending(ledger), "Carla")
    return ledger


def accepted() -> Ledger:
    ledger = amended()
    ledger.say("amendment/accept", {"amendment": ledger.marks["change"]}, "Alice")
    return ledger


def opened() -> Ledger:
    ledger = drafted()
    ledger.open("Alice", ledger.marks["well"])
    return ledger


def two_amendments() -> Ledger:
    """Of two amendments to one version, the other one was taken."""
    ledger = amended()
    other = ledger.say("amendment/propose", amending(ledger), "Bento")
    ledger.say("amendment/accept", {"amendment": other}, "Alice")
    return ledger


def amended_and_opened() -> Ledger:
    ledger = amended()
    ledger.open("Alice", ledger.marks["well"])
    return ledger


def all_agree() -> Ledger:
    ledger = opened()
    for name in ("Alice", "Bento", "Carla"):
        ledger.take(name, ledger.marks["well"], "agree")
    return ledger


def closed() -> Ledger:
    ledger = all_agree()
    ledger.close(ledger.marks["well"])
    return ledger


def withdrawn() -> Ledger:
    ledger = drafted()
    ledger.say("proposal/withdraw", {"proposal": ledger.marks["well"]}, "Alice")
    return ledger


def invited() -> Ledger:
    ledger = village()
    ledger.invite("Alice", "for Dora", until=START + 100)
    return ledger


def invited_long_ago() -> Ledger:
    ledger = invited()
    ledger.now += 101
    return ledger


def joined() -> Ledger:
    ledger = invited()
    ledger.marks["Dora"] = ledger.join("Dora", "for Dora")
    return ledger


def waiting() -> Ledger:
    """Dora waits for a second sponsor."""
    ledger = found("Alice", "Bento", "Carla", rules=charter(sponsors=2))
    ledger.invite("Alice", "for Dora")
    ledger.marks["Dora"] = ledger.join("Dora", "for Dora")
    return ledger


def inviter_gone() -> Ledger:
    ledger = invited()
    ledger.say("member/leave", {}, "Alice")
    return ledger


def households() -> Ledger:
    """Alice and Ana live together; Bento and Carla each alone; Dora nowhere."""
    homes = {"Alice": "house-1", "Ana": "house-1", "Bento": "house-2", "Carla": "house-3"}
    return found("Alice", "Ana", "Bento", "Carla", "Dora", households=homes)


def wished() -> Ledger:
    """Dora would like to live with Bento."""
    ledger = households()
    ledger.marks["Dora"] = ledger.member("Dora").id
    ledger.move("Dora", "house-2")
    return ledger


def half_welcomed() -> Ledger:
    """Carla has nothing against it, but does not live there."""
    ledger = wished()
    ledger.welcome("Carla", "Dora", "house-2")
    return ledger


def wished_otherwise() -> Ledger:
    ledger = half_welcomed()
    ledger.move("Dora", "house-3")
    return ledger


def wisher_gone() -> Ledger:
    ledger = wished()
    ledger.say("member/leave", {}, "Dora")
    return ledger


def household_taken() -> Ledger:
    """Bento invited Eva into an empty household; Dora lives there by now."""
    ledger = households()
    ledger.invite("Bento", "for Eva", household="house-9")
    ledger.move("Dora", "house-9", "Alice")
    return ledger


def inviter_moved() -> Ledger:
    """Ana invited Eva into her household, and lives elsewhere by now."""
    ledger = households()
    ledger.invite("Ana", "for Eva", household="house-1")
    ledger.move("Ana", "house-2", "Bento")
    return ledger


def bento_gone() -> Ledger:
    ledger = village()
    ledger.marks["Bento"] = ledger.member("Bento").id
    ledger.say("member/leave", {}, "Bento")
    return ledger


def bento_lost() -> Ledger:
    ledger = village()
    ledger.marks["Bento"] = ledger.member("Bento").id
    return ledger


def half_replaced() -> Ledger:
    ledger = bento_lost()
    ledger.say("member/replace", replacing(ledger), "Alice")
    return ledger


def replaced() -> Ledger:
    """Bento's phone fell into the river; Alice and Carla confirm his new key."""
    ledger = half_replaced()
    ledger.say("member/replace", replacing(ledger), "Carla")
    return ledger


def two_devices() -> Ledger:
    """Bento has a tablet beside his telephone."""
    ledger = bento_lost()
    ledger.add_key("Bento", "Bento's tablet")
    return ledger


def tablet_dropped() -> Ledger:
    """The tablet is sold."""
    ledger = two_devices()
    ledger.say("member/drop-key", {"key": key("Bento's tablet").public.text}, "Bento")
    return ledger


def eight_devices() -> Ledger:
    """Bento collects them."""
    ledger = bento_lost()
    for number in range(7):
        ledger.add_key("Bento", f"Bento's device {number}")
    return ledger


def two_devices_replaced() -> Ledger:
    """Both were lost in the river."""
    ledger = two_devices()
    for name in ("Alice", "Carla"):
        ledger.say("member/replace", replacing(ledger), name)
    return ledger


def late() -> Ledger:
    ledger = opened()
    ledger.now += 3_600
    return ledger


def slow_talk() -> Ledger:
    ledger = found("Alice", "Bento", rules=charter(general=terms("consensus", discussion_s=60)))
    ledger.marks["well"] = ledger.draft("Alice")
    return ledger


def households_only() -> Ledger:
    ledger = found("Alice", "Bento", rules=charter(general=terms(unit="household")))
    ledger.marks["well"] = ledger.draft("Alice")
    return ledger


def by_majority() -> Ledger:
    ledger = found("Alice", "Bento", rules=charter(general=terms("majority")))
    ledger.marks["well"] = ledger.draft("Alice")
    ledger.open("Alice", ledger.marks["well"])
    return ledger


def newcomer_after_opening() -> Ledger:
    ledger = opened()
    ledger.invite("Alice", "for Dora")
    ledger.join("Dora", "for Dora")
    return ledger


def charter_decided() -> Ledger:
    ledger = village()
    ledger.marks["decision"] = ledger.decide("Alice", topic="charter", subject=new_charter())
    return ledger


def charter_decided_twice() -> Ledger:
    """Two charters were decided on side by side; one of them is in force by now."""
    ledger = village()
    first = ledger.draft("Alice", topic="charter", subject=new_charter())
    second = ledger.draft("Bento", topic="charter", subject=new_charter(confirmations=1))
    for author, proposal in (("Alice", first), ("Bento", second)):
        ledger.open(author, proposal)
    for proposal in (first, second):
        for name in ("Alice", "Bento", "Carla"):
            ledger.take(name, proposal, "agree")
        ledger.close(proposal)
    ledger.say("charter/adopt", adopting(2, charter(sponsors=2), first), VOICE)
    ledger.marks["decision"] = second
    return ledger


def charter_rejected() -> Ledger:
    ledger = village()
    ledger.marks["decision"] = ledger.decide(
        "Alice", topic="charter", subject=new_charter(), choice="disagree"
    )
    return ledger


def join_decided() -> Ledger:
    ledger = village()
    ledger.marks["decision"] = ledger.decide(
        "Alice", topic="federation", subject=joint.join_subject(FEDERATION)
    )
    return ledger


def in_federation() -> Ledger:
    ledger = join_decided()
    ledger.say(
        "federation/join",
        joint.joining(FEDERATION, ledger.marks["decision"]),
        VOICE,
        TO_FEDERATION,
    )
    return ledger


def leave_decided() -> Ledger:
    ledger = in_federation()
    ledger.marks["decision"] = ledger.decide(
        "Alice", topic="federation", subject=joint.leave_subject(FEDERATION)
    )
    return ledger


def answered() -> Ledger:
    """The community decided what it says to a federated proposal."""
    ledger = in_federation()
    ledger.marks["decision"] = ledger.decide(
        "Alice", topic="federated", subject=joint.answer_subject(ELSEWHERE)
    )
    return ledger


def stated() -> Ledger:
    ledger = answered()
    ledger.say("federation/position", stating(ledger), VOICE, TO_FEDERATION)
    return ledger


def recorded() -> Ledger:
    ledger = stated()
    ledger.say("federation/outcome", joint.final_outcome(ELSEWHERE), VOICE, TO_FEDERATION)
    return ledger


def commented() -> Ledger:
    ledger = opened()
    ledger.marks["why"] = ledger.comment("Bento", ledger.marks["well"], "The school has a well")
    ledger.marks["why index"] = str(ledger.book.size - 1)
    return ledger


def commented_in_public() -> Ledger:
    ledger = opened()
    body: Body = {"proposal": ledger.marks["well"], "replies_to": None, "text": {"en": "No!"}}
    ledger.say("discussion/comment", body, "Bento", "public")
    ledger.marks["why index"] = str(ledger.book.size - 1)
    return ledger


def erased() -> Ledger:
    ledger = commented()
    ledger.say("entry/erase", {"index": ledger.book.size - 1}, "Bento")
    return ledger


def described_early() -> Ledger:
    """A name that was given before the charter."""
    ledger = begin()
    ledger.say("community/describe", {"name": "Aldea", "languages": ["es"]}, VOICE, "public")
    ledger.say("charter/adopt", adopting(1, charter(), None), VOICE)
    return ledger


# --- bodies -----------------------------------------------------------------------------------


def body(**members: JsonValue) -> Callable[[Ledger], Body]:
    """A body; a value that begins with @ is something that the story marked."""

    def made(ledger: Ledger) -> Body:
        return {name: marked(ledger, value) for name, value in members.items()}

    return made


def marked(ledger: Ledger, value: JsonValue) -> JsonValue:
    if isinstance(value, str) and value.startswith("@"):
        return ledger.marks[value[1:]]
    return value


def adopting(version: int, rules: Body, decision: str | None) -> Body:
    return {"version": version, "charter": rules, "decision": decision}


def adopt(version: int, rules: Body, decision: str | None = None) -> Callable[[Ledger], Body]:
    return lambda ledger: adopting(version, rules, ledger.marks[decision] if decision else None)


def charter_of_33_types() -> Body:
    rules = charter()
    types: Body = {"general": terms()}
    types.update({f"type-{number}": terms() for number in range(32)})
    return rules | {"decisions": types}


def new_charter(confirmations: int = 2) -> Body:
    rules = charter(sponsors=2, confirmations=confirmations)
    return {"kind": "charter", "charter": rules}


def amending(ledger: Ledger, base: int = 1) -> Body:
    return {"proposal": ledger.marks["well"], "base": base, "text": ledger.marks["other"]}


def inviting(household: str) -> Callable[[Ledger], Body]:
    return body(invitation=key("for Eva").public.text, household=household, until=START)


def replacing(ledger: Ledger, name: str = "Bento's new phone") -> Body:
    return {"member": ledger.marks["Bento"], "key": key(name).public.text}


def adding(device: str, owner: str = "Bento") -> Callable[[Ledger], Body]:
    return lambda ledger: ledger.adding(owner, device)


def stating(ledger: Ledger) -> Body:
    return body_json(position_of(ledger.proposal(ledger.marks["decision"])))


def stating_otherwise(ledger: Ledger) -> Body:
    return stating(ledger) | {"choice": "block"}


def opening(**changed: JsonValue) -> Callable[[Ledger], Body]:
    return lambda ledger: ledger.opening(ledger.marks["well"]) | changed


def closes_in(seconds: int) -> Callable[[Ledger], Body]:
    return lambda ledger: ledger.opening(ledger.marks["well"], closes_at=ledger.now + seconds)


def closing(**changed: JsonValue) -> Callable[[Ledger], Body]:
    def made(ledger: Ledger) -> Body:
        plain = ledger.closing(ledger.marks["well"])
        outcome = plain["outcome"]
        assert isinstance(outcome, dict)
        return plain | {"outcome": outcome | changed}

    return made


def rotating(number: int = 1, at: int = 0, **names: str) -> Callable[[Ledger], Body]:
    """The body of a rotation; `at` moves the place that it names."""

    def made(ledger: Ledger) -> Body:
        keys = {role: key(name) for role, name in names.items()}
        size = ledger.book.size + at
        return dict(read_message(rotation(ledger.book.identity, number, size, **keys)).body)

    return made


def joining(newcomer: str, invitation: str = "for Dora") -> Callable[[Ledger], Body]:
    return lambda ledger: ledger.joining(newcomer, invitation)


def closing_later(ledger: Ledger) -> Body:
    """The closing that would be right once the time is over."""
    ledger.now += 3_600
    made = ledger.closing(ledger.marks["well"])
    ledger.now -= 3_600
    return made


def closing_again(ledger: Ledger) -> Body:
    """The closing that stands already, under a new nonce."""
    outcome = ledger.proposal(ledger.marks["well"]).outcome
    return {"proposal": ledger.marks["well"], "outcome": body_json(outcome)}


def the_comment(ledger: Ledger) -> Body:
    """Where Bento's comment stands."""
    return {"index": int(ledger.marks["why index"])}
