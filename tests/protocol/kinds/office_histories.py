"""Stories of offices: Alice is chosen for health, Bento stands by, Carla would take it too."""

from collections.abc import Callable

from protocol.offices.election import result_of
from protocol.wire.bodies import body_json
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue
from tests.protocol.kinds.histories import marked
from tests.protocol.ledgers import VOICE, Body, Ledger, charter, found, terms

DAY = 86_400
PEOPLE = ("Alice", "Bento", "Carla", "Dora")


def office(**changed: JsonValue) -> Body:
    """One office as a charter defines it."""
    plain: Body = {"seats": 1, "term_s": 30 * DAY, "accept_s": 7 * DAY}
    return plain | changed


def bars(*offices: str, propose: bool = False, vote: bool = False) -> Body:
    return {"propose": propose, "vote": vote, "offices": list(offices)}


def rules(**offices: Body) -> Body:
    """A charter with offices; health, with a deputy, if none are given."""
    defined: Body = {**offices} if offices else {"health": office(deputies=1)}
    return charter() | {"offices": defined}


def with_offices(given: Body | None = None) -> Ledger:
    return found(*PEOPLE, rules=given or rules())


def appointing(ledger: Ledger, *members: str, by: tuple[str, ...] = (), of: str = "health") -> Body:
    """The subject of a decision; `by` stand by as deputies."""
    return {
        "kind": "office/appoint",
        "office": of,
        "members": ledger.ids(*members),
        "deputies": ledger.ids(*by),
    }


def choose(
    ledger: Ledger,
    *members: str,
    by: tuple[str, ...] = (),
    of: str = "health",
    choice: str = "agree",
) -> str:
    """Everybody decides on them."""
    subject = appointing(ledger, *members, by=by, of=of)
    decision = ledger.decide("Dora", topic="office", subject=subject, choice=choice)
    ledger.marks["decision"] = decision
    return decision


def seat(ledger: Ledger, name: str, of: str = "health") -> str:
    """She is chosen and accepts; the id of her place."""
    decision = choose(ledger, name, of=of)
    return ledger.say("office/accept", {"decision": decision}, name)


def accept(ledger: Ledger, name: str, decision: str) -> str:
    return ledger.say("office/accept", {"decision": decision}, name)


def chosen() -> Ledger:
    ledger = with_offices()
    choose(ledger, "Alice", by=("Bento",))
    return ledger


def chosen_long_ago() -> Ledger:
    ledger = chosen()
    ledger.now += 7 * DAY
    return ledger


def refused() -> Ledger:
    ledger = with_offices()
    choose(ledger, "Alice", by=("Bento",), choice="disagree")
    return ledger


def holding() -> Ledger:
    """Alice holds it, Bento stands by; Carla is chosen for when it is free."""
    ledger = chosen()
    decision = ledger.marks["decision"]
    ledger.marks["place"] = accept(ledger, "Alice", decision)
    accept(ledger, "Bento", decision)
    return ledger


def successor_chosen() -> Ledger:
    ledger = holding()
    choose(ledger, "Carla")
    return ledger


def term_over() -> Ledger:
    """Alice's thirty days are over; Carla was chosen the day before."""
    ledger = holding()
    ledger.now += 29 * DAY
    choose(ledger, "Carla")
    ledger.now += DAY
    return ledger


def last_second() -> Ledger:
    ledger = term_over()
    ledger.now -= 1
    return ledger


def resigned() -> Ledger:
    ledger = holding()
    ledger.say("office/resign", {"office": "health"}, "Alice")
    return ledger


def declined() -> Ledger:
    ledger = chosen()
    ledger.say("office/decline", {"decision": ledger.marks["decision"]}, "Alice")
    return ledger


def office_gone() -> Ledger:
    """Chosen, and then the charter knows that office no more."""
    ledger = with_offices()
    rest = rules(water=office())
    subject: Body = {"kind": "charter", "charter": rest}
    decision = ledger.decide("Alice", topic="charter", subject=subject)
    choose(ledger, "Alice")
    ledger.say("charter/adopt", {"version": 2, "charter": rest, "decision": decision}, VOICE)
    return ledger


def resting() -> Ledger:
    """One term, then two of rest; Alice is chosen again."""
    ledger = with_offices(rules(health=office(rotation={"terms": 1, "rest_s": 60 * DAY})))
    seat(ledger, "Alice")
    ledger.now += 30 * DAY
    choose(ledger, "Alice")
    return ledger


def rested() -> Ledger:
    ledger = resting()
    ledger.now += 60 * DAY
    choose(ledger, "Alice")
    return ledger


def two_offices() -> Ledger:
    """Health allows nothing beside it; Alice holds it and is chosen for water."""
    ledger = with_offices(rules(health=office(others=0), water=office()))
    seat(ledger, "Alice")
    choose(ledger, "Alice", of="water")
    return ledger


def clashing() -> Ledger:
    ledger = with_offices(rules(guard=office(bars=bars("council")), council=office()))
    seat(ledger, "Alice", "guard")
    choose(ledger, "Alice", of="council")
    return ledger


def guarding() -> Ledger:
    """Alice serves in a body that neither proposes nor votes; the well is open to positions."""
    ledger = with_offices(
        rules(guard=office(body=True, seats=2, bars=bars(propose=True, vote=True)))
    )
    ledger.marks["text"] = ledger.publish("Alice", "A well by the school")
    ledger.marks["well"] = ledger.draft("Bento", ledger.marks["text"])
    ledger.marks["mill"] = ledger.draft("Bento", ledger.marks["text"])
    ledger.open("Bento", ledger.marks["well"])
    seat(ledger, "Alice", "guard")
    return ledger


def standing_for() -> Ledger:
    ledger = with_offices()
    ledger.say("office/stand", {"office": "health", "text": None}, "Alice")
    return ledger


# --- what others are told ---------------------------------------------------------------------


def told_to(audience: str) -> Ledger:
    ledger = with_offices(rules(delegate=office(audience=audience, competence=["health"])))
    ledger.marks["place"] = seat(ledger, "Alice", "delegate")
    return ledger


def unspoken() -> Ledger:
    """The voice has not told others yet that Alice is the delegate."""
    return told_to("public")


def attesting(**changed: JsonValue) -> Callable[[Ledger], Body]:
    """The credential that is owed for Alice."""

    def made(ledger: Ledger) -> Body:
        place = ledger.book.offices.places[MessageId(ledger.marks["place"])]
        assert place.began is not None
        plain: Body = {
            "office": place.office,
            "competence": ["health"],
            "member": place.member,
            "key": ledger.book.membership.members[place.member].keys[0].text,
            "place": place.id,
            "decision": place.decision,
            "since": place.began.index,
            "until": place.until,
        }
        return plain | {name: marked(ledger, value) for name, value in changed.items()}

    return made


def attested() -> Ledger:
    ledger = unspoken()
    body = attesting()(ledger)
    ledger.marks["credential"] = ledger.say("office/attest", body, VOICE, "public")
    return ledger


def attested_and_resigned() -> Ledger:
    ledger = attested()
    ledger.say("office/resign", {"office": "delegate"}, "Alice")
    return ledger


def attested_and_ended() -> Ledger:
    ledger = attested_and_resigned()
    body: Body = {"credential": ledger.marks["credential"], "ground": "resigned"}
    ledger.say("office/end", body, VOICE, "public")
    return ledger


# --- recall -----------------------------------------------------------------------------------


def recallable(unit: str = "person", num: int = 1, den: int = 2) -> Body:
    """Two of the four members open a recall; more than half of those voting decide it."""
    terms_of_it = terms(voting_s=DAY, unit=unit)
    return office(deputies=1, recall={"share": {"num": num, "den": den}, "terms": terms_of_it})


def serving() -> Ledger:
    """Alice serves and can be recalled, Bento stands by; Carla has written down why."""
    ledger = with_offices(rules(health=recallable()))
    decision = choose(ledger, "Alice", by=("Bento",))
    ledger.marks["place"] = accept(ledger, "Alice", decision)
    ledger.marks["standby"] = accept(ledger, "Bento", decision)
    ledger.marks["why"] = ledger.publish("Carla", "She sold the medicine")
    ledger.marks["other"] = ledger.publish("Dora", "She was not there")
    return ledger


def call(ledger: Ledger, name: str, why: str = "why") -> str:
    body: Body = {"place": ledger.marks["place"], "text": ledger.marks[why]}
    return ledger.say("recall/call", body, name)


def called_once() -> Ledger:
    ledger = serving()
    call(ledger, "Carla")
    return ledger


def called_enough() -> Ledger:
    ledger = called_once()
    call(ledger, "Dora", "other")
    return ledger


def recall_drafted() -> Ledger:
    ledger = called_enough()
    body = recalling()(ledger)
    ledger.marks["recall"] = ledger.say("proposal/draft", body, VOICE)
    return ledger


def recall_open() -> Ledger:
    ledger = recall_drafted()
    ledger.open(VOICE, ledger.marks["recall"])
    return ledger


def recall_pointless() -> Ledger:
    """Alice has resigned meanwhile."""
    ledger = recall_open()
    ledger.say("office/resign", {"office": "health"}, "Alice")
    return ledger


def decided(choice: str = "agree") -> Ledger:
    ledger = recall_open()
    for name in PEOPLE:
        ledger.take(name, ledger.marks["recall"], choice)
    ledger.close(ledger.marks["recall"])
    return ledger


def recalled() -> Ledger:
    return decided()


def kept() -> Ledger:
    return decided("disagree")


def not_recallable() -> Ledger:
    ledger = holding()
    ledger.marks["why"] = ledger.publish("Carla", "She sold the medicine")
    return ledger


def recalling(**changed: JsonValue) -> Callable[[Ledger], Body]:
    """What the voice owes once enough have called."""

    def made(ledger: Ledger) -> Body:
        plain: Body = {
            "type": "recall",
            "text": ledger.marks["why"],
            "subject": {"kind": "recall", "place": ledger.marks["place"]},
        }
        return plain | {name: marked(ledger, value) for name, value in changed.items()}

    return made


# --- mandates and accounts --------------------------------------------------------------------


def mandated(**changed: JsonValue) -> Body:
    """The subject of a decision that issues a mandate to whoever holds health."""
    plain: Body = {
        "kind": "mandate/issue",
        "office": "health",
        "member": None,
        "term_s": 20 * DAY,
        "binding": "imperative",
        "limits": [{"what": "cents", "most": 50_000}],
        "report_s": 7 * DAY,
    }
    return plain | changed


def watched() -> Ledger:
    """Alice holds health and reports every ten days, Bento and Carla watch over it."""
    watching: Body = {"accepted_by": ["watch"], "acceptances": 2, "report_s": 10 * DAY}
    ledger = with_offices(
        rules(
            health=office(accounts=watching, suspension={"by": ["watch"], "for_s": 3 * DAY}),
            watch=office(seats=3),
        )
    )
    ledger.marks["place"] = seat(ledger, "Alice")
    for name in ("Bento", "Carla"):
        seat(ledger, name, "watch")
    ledger.marks["text"] = ledger.publish("Alice", "Forty visits, two births")
    return ledger


def issue(ledger: Ledger, choice: str = "agree", **changed: JsonValue) -> str:
    subject = mandated(**changed)
    decision = ledger.decide("Dora", topic="mandate", subject=subject, choice=choice)
    ledger.marks["mandate"] = decision
    return decision


def under_mandate() -> Ledger:
    ledger = watched()
    issue(ledger)
    return ledger


def mandate_rejected() -> Ledger:
    ledger = watched()
    issue(ledger, "disagree")
    return ledger


def mandate_suspended() -> Ledger:
    ledger = under_mandate()
    ledger.say("mandate/suspend", {"mandate": ledger.marks["mandate"]}, "Bento")
    return ledger


def mandate_ended() -> Ledger:
    ledger = under_mandate()
    subject: Body = {"kind": "mandate/end", "mandate": ledger.marks["mandate"]}
    ledger.decide("Dora", topic="mandate", subject=subject)
    return ledger


def mandate_over() -> Ledger:
    ledger = under_mandate()
    ledger.now += 20 * DAY
    return ledger


def personal_mandate() -> Ledger:
    """To Alice herself, who gave the office up since."""
    ledger = watched()
    issue(ledger, member=ledger.member("Alice").id)
    ledger.say("office/resign", {"office": "health"}, "Alice")
    return ledger


def report(ledger: Ledger, period: int = 1, about: str = "place", by: str = "Alice") -> str:
    body: Body = {"about": ledger.marks[about], "period": period, "text": ledger.marks["text"]}
    ledger.marks["report"] = ledger.say("account/report", body, by)
    return ledger.marks["report"]


def reported() -> Ledger:
    ledger = under_mandate()
    report(ledger)
    return ledger


def accepted_by_one() -> Ledger:
    ledger = reported()
    ledger.say("account/accept", {"report": ledger.marks["report"]}, "Bento")
    return ledger


def report_accepted() -> Ledger:
    ledger = accepted_by_one()
    ledger.say("account/accept", {"report": ledger.marks["report"]}, "Carla")
    return ledger


def judged(choice: str) -> Ledger:
    ledger = reported()
    subject: Body = {"kind": "account", "report": ledger.marks["report"]}
    ledger.decide("Dora", topic="account", subject=subject, choice=choice)
    return ledger


def report_returned() -> Ledger:
    return judged("disagree")


def watcher_reports() -> Ledger:
    """Bento serves in both offices, and reports for health."""
    ledger = watched()
    ledger.say("office/resign", {"office": "health"}, "Alice")
    ledger.marks["place"] = seat(ledger, "Bento")
    report(ledger, by="Bento")
    return ledger


# --- elections --------------------------------------------------------------------------------


def elected(method: str = "approval", **changed: JsonValue) -> Body:
    """An office that is elected, with a deputy, in a day."""
    rule: Body = {
        "method": method,
        "unit": "person",
        "quorum": {"num": 1, "den": 2},
        "voting_s": DAY,
    }
    return office(filled_by=["election"], deputies=1, election=rule | changed)


def standing_three(given: Body | None = None) -> Ledger:
    """Alice, Bento and Carla stand for health; Dora has written an invitation."""
    ledger = with_offices(rules(health=given or elected(), water=office()))
    ledger.marks["text"] = ledger.publish("Dora", "Who takes care of health?")
    for name in ("Alice", "Bento", "Carla"):
        ledger.say("office/stand", {"office": "health", "text": None}, name)
    return ledger


def nobody_stands() -> Ledger:
    ledger = with_offices(rules(health=elected()))
    ledger.marks["text"] = ledger.publish("Dora", "Who takes care of health?")
    return ledger


def election(given: Body | None = None) -> Ledger:
    """It is called; whoever comes now has no voice, whoever stands now is no candidate."""
    ledger = standing_three(given)
    body: Body = {"office": "health", "text": ledger.marks["text"]}
    ledger.marks["election"] = ledger.say("election/call", body, "Dora")
    ledger.say("office/stand", {"office": "health", "text": None}, "Dora")
    ledger.invite("Alice", "for Eva")
    ledger.join("Eva", "for Eva")
    return ledger


def cast(ledger: Ledger, name: str, *choices: str) -> str:
    body: Body = {"election": ledger.marks["election"], "choices": ledger.ids(*choices)}
    return ledger.say("ballot/cast", body, name)


def ballots_cast(given: Body | None = None) -> Ledger:
    """Bento has three approvals, Alice two, Carla none."""
    ledger = election(given)
    for name, choices in (
        ("Alice", ("Bento", "Alice")),
        ("Bento", ("Bento",)),
        ("Carla", ("Bento", "Alice")),
    ):
        cast(ledger, name, *choices)
    return ledger


def election_waits() -> Ledger:
    ledger = ballots_cast()
    ledger.now += DAY
    return ledger


def election_closed() -> Ledger:
    ledger = election_waits()
    ledger.say("election/close", election_closing()(ledger), VOICE)
    return ledger


def election_closing(later_s: int = 0, **changed: JsonValue) -> Callable[[Ledger], Body]:
    """The closing that is right so many seconds from now."""

    def made(ledger: Ledger) -> Body:
        held = ledger.book.elections.election(ledger.marks["election"])
        result = body_json(result_of(held, ledger.book.moment(ledger.now + later_s)))
        return {"election": held.id, "result": result | changed}

    return made
