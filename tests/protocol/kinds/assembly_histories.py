"""Stories of assemblies that meet in a room.

Alice writes the minutes, Bento countersigns, Dora and Eva have no telephone with them, Carla
stayed at home.
"""

from collections.abc import Callable

from protocol.wire.encoding import JsonValue
from tests.protocol.kinds.histories import NOBODY, marked
from tests.protocol.ledgers import Body, Ledger, charter, found, item, room, terms

PRESENT = ("Alice", "Bento", "Dora", "Eva")
HOMES = {
    "Alice": "house-1",
    "Ana": "house-1",
    "Bento": "house-2",
    "Carla": "house-3",
    "Dora": "house-4",
    "Eva": "house-4",
}


def gathered(rules: Body | None = None) -> Ledger:
    """Five members, a proposal open to positions, and the words of the minutes to come."""
    rules = charter(assembly=room()) if rules is None else rules
    ledger = found("Alice", "Bento", "Carla", "Dora", "Eva", rules=rules)
    ledger.marks["text"] = ledger.publish("Alice", "A well by the school")
    ledger.marks["well"] = ledger.draft("Alice", ledger.marks["text"])
    ledger.open("Alice", ledger.marks["well"])
    return ledger


def called() -> Ledger:
    ledger = gathered()
    ledger.marks["call"] = ledger.convene("Alice", ledger.marks["well"])
    return ledger


def called_anew() -> Ledger:
    ledger = called()
    ledger.convene("Alice", replaces=ledger.marks["call"])
    return ledger


def called_off() -> Ledger:
    ledger = called()
    ledger.say("assembly/cancel", {"assembly": ledger.marks["call"]}, "Alice")
    return ledger


def noted() -> Ledger:
    """Dora by name, and one of three raised hands; nobody has countersigned."""
    ledger = called()
    dora = ledger.named("Dora", "agree", "Bento")
    ledger.marks["minutes"] = ledger.record(
        "Alice",
        PRESENT,
        item(ledger.marks["well"], dora, counts={"agree": 1}),
        assembly=ledger.marks["call"],
    )
    return ledger


def standing() -> Ledger:
    ledger = noted()
    ledger.countersign("Bento", ledger.marks["minutes"])
    return ledger


def two_witnesses_needed() -> Ledger:
    """The charter asks for two; Bento is the first."""
    ledger = gathered(charter(assembly=room(witnesses=2)))
    ledger.marks["minutes"] = ledger.record("Alice", PRESENT)
    ledger.countersign("Bento", ledger.marks["minutes"])
    return ledger


def contested_once() -> Ledger:
    ledger = standing()
    ledger.contest("Dora", ledger.marks["minutes"])
    return ledger


def contested_away() -> Ledger:
    ledger = contested_once()
    ledger.contest("Carla", ledger.marks["minutes"])
    return ledger


def contest_over() -> Ledger:
    ledger = standing()
    ledger.now += 600
    return ledger


def contest_ending() -> Ledger:
    ledger = standing()
    ledger.now += 599
    return ledger


def counted() -> Ledger:
    """Everybody who was there, by raised hands; Carla took her own position before."""
    ledger = gathered()
    ledger.take("Carla", ledger.marks["well"], "agree")
    about = item(ledger.marks["well"], counts={"agree": 4})
    ledger.marks["minutes"] = ledger.record("Alice", PRESENT, about)
    ledger.countersign("Bento", ledger.marks["minutes"])
    return ledger


def counted_and_over() -> Ledger:
    ledger = counted()
    ledger.now += 600
    return ledger


def corrected() -> Ledger:
    """A hand less than Alice had written first."""
    ledger = counted()
    about = item(ledger.marks["well"], counts={"agree": 3})
    ledger.marks["other"] = ledger.record("Alice", PRESENT, about, corrects=ledger.marks["minutes"])
    ledger.countersign("Eva", ledger.marks["other"])
    return ledger


def correction_noted() -> Ledger:
    """The correction is written; the time for positions is over, the decision is not closed."""
    ledger = gathered()
    ledger.now += 3_500
    about = item(ledger.marks["well"], counts={"agree": 4})
    ledger.marks["minutes"] = ledger.record("Alice", PRESENT, about)
    ledger.countersign("Bento", ledger.marks["minutes"])
    ledger.marks["other"] = ledger.record("Alice", PRESENT, corrects=ledger.marks["minutes"])
    ledger.now += 200
    return ledger


def corrected_by_another() -> Ledger:
    """Of two corrections to the same minutes one took effect."""
    ledger = counted()
    ledger.marks["late"] = ledger.record("Alice", PRESENT, corrects=ledger.marks["minutes"])
    about = item(ledger.marks["well"], counts={"agree": 3})
    other = ledger.record("Alice", PRESENT, about, corrects=ledger.marks["minutes"])
    ledger.countersign("Eva", other)
    return ledger


def two_spoke() -> Ledger:
    """Of four who were there, Alice and Bento took their own positions."""
    ledger = gathered()
    for name in ("Alice", "Bento"):
        ledger.take(name, ledger.marks["well"], "agree")
    return ledger


def closed_before() -> Ledger:
    ledger = gathered()
    ledger.now += 3_600
    ledger.close(ledger.marks["well"])
    return ledger


def drafted_only() -> Ledger:
    ledger = found("Alice", "Bento", "Dora", "Eva", rules=charter(assembly=room()))
    ledger.marks["text"] = ledger.publish("Alice", "A well by the school")
    ledger.marks["well"] = ledger.draft("Alice", ledger.marks["text"])
    return ledger


def opened_later() -> Ledger:
    """Voting opened after the assembly."""
    ledger = drafted_only()
    ledger.now += 100
    ledger.open("Alice", ledger.marks["well"])
    return ledger


def rules_changed() -> Ledger:
    """Since voting opened, the charter asks for more witnesses."""
    ledger = gathered()
    rules = charter(assembly=room(witnesses=2))
    decision = ledger.decide(
        "Alice", topic="charter", subject={"kind": "charter", "charter": rules}
    )
    adopting: Body = {"version": 2, "charter": rules, "decision": decision}
    ledger.say("charter/adopt", adopting, "the community")
    return ledger


def newcomer() -> Ledger:
    ledger = gathered()
    ledger.invite("Alice", "for Flor")
    ledger.join("Flor", "for Flor")
    return ledger


def eva_gone() -> Ledger:
    ledger = gathered()
    ledger.marks["Eva"] = ledger.member("Eva").id
    ledger.say("member/leave", {}, "Eva")
    return ledger


def reasons_given() -> Ledger:
    """Bento wrote down why Dora blocks, Carla something of her own."""
    ledger = gathered()
    ledger.marks["why"] = ledger.comment("Bento", ledger.marks["well"], "Dora: it dries the spring")
    ledger.marks["hers"] = ledger.comment("Carla", ledger.marks["well"], "I am against it")
    return ledger


def by_households() -> Ledger:
    """Households have the voice; Dora and Eva live together, Alice with Ana."""
    rules = charter(general=terms("consensus", unit="household"), assembly=room())
    ledger = found("Alice", "Ana", "Bento", "Carla", "Dora", "Eva", rules=rules, households=HOMES)
    ledger.marks["text"] = ledger.publish("Alice", "A well by the school")
    ledger.marks["well"] = ledger.draft("Alice", ledger.marks["text"])
    ledger.open("Alice", ledger.marks["well"])
    return ledger


# --- bodies -----------------------------------------------------------------------------------


def convening(**changed: JsonValue) -> Callable[[Ledger], Body]:
    def made(ledger: Ledger) -> Body:
        plain = ledger.convening(ledger.marks["text"], ledger.marks["well"])
        return plain | _marked(ledger, changed)

    return made


def minutes(
    *positions: tuple[str, ...],
    counts: Body | None = None,
    present: tuple[str, ...] = PRESENT,
    **changed: JsonValue,
) -> Callable[[Ledger], Body]:
    """Minutes about the well; a position is a name, a choice, a helper and a reason's mark."""

    def made(ledger: Ledger) -> Body:
        said = [
            ledger.named(name, choice, *rest[:1], *(ledger.marks[one] for one in rest[1:]))
            for name, choice, *rest in positions
        ]
        about = item(ledger.marks["well"], *said, counts=counts)
        return ledger.minutes(ledger.marks["text"], present, about) | _marked(ledger, changed)

    return made


def _marked(ledger: Ledger, members: Body) -> Body:
    return {name: marked(ledger, value) for name, value in members.items()}


def silent(**changed: JsonValue) -> Callable[[Ledger], Body]:
    """Minutes that bring no voice to any proposal."""
    return lambda ledger: ledger.minutes(ledger.marks["text"], PRESENT) | _marked(ledger, changed)


def of_many(ledger: Ledger) -> Body:
    """An attendance of 801; what members they are is not asked any more."""
    others: list[JsonValue] = [f"{number:064x}" for number in range(800)]
    body = silent()(ledger)
    return body | {"attendance": [*ledger.ids("Alice"), *others]}


def of_a_stranger(ledger: Ledger) -> Body:
    body = silent()(ledger)
    return body | {"attendance": [*ledger.ids("Alice"), NOBODY]}


def of_who_left(ledger: Ledger) -> Body:
    body = ledger.minutes(ledger.marks["text"], ("Alice",))
    return body | {"attendance": [*ledger.ids("Alice"), ledger.marks["Eva"]]}


def twice(ledger: Ledger) -> Body:
    about = item(ledger.marks["well"])
    return ledger.minutes(ledger.marks["text"], PRESENT, about, about)


def about_nothing(ledger: Ledger) -> Body:
    return ledger.minutes(ledger.marks["text"], PRESENT, item(NOBODY))


def before_opening(ledger: Ledger) -> Body:
    past = ledger.now - 50
    return minutes(("Dora", "agree"), held_at=past, ended_at=past)(ledger)


def closing_after_the_contest(ledger: Ledger) -> Body:
    """The closing that would be right once nobody can contest the minutes any more."""
    ledger.now += 600
    made = ledger.closing(ledger.marks["well"])
    ledger.now -= 600
    return made


def one_more_correction(ledger: Ledger) -> Body:
    """A correction after the time to contest: what it corrects was not closed yet."""
    about = item(ledger.marks["well"], counts={"agree": 2})
    return {"minutes": ledger.record("Alice", PRESENT, about, corrects=ledger.marks["minutes"])}
