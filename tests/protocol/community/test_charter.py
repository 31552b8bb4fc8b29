"""The charter: rules as data, changed only by the rule that it names for itself."""

from protocol.community.charter import Charters, adoption_audience, read_charter
from protocol.decisions.proposal import State
from tests.protocol.kinds import histories as past
from tests.protocol.ledgers import VOICE, Body, charter, found, terms


def test_a_type_that_the_charter_does_not_name_falls_back_to_general() -> None:
    village = found("Alice", rules=charter(festival=terms("majority", voting_s=7)))
    feast = village.draft("Alice", topic="festival")
    other = village.draft("Alice", topic="roof")
    assert village.book.terms(village.proposal(feast)).voting_s == 7
    assert village.book.terms(village.proposal(other)).voting_s == 3_600


def test_a_charter_changes_by_its_own_rule_alone() -> None:
    """Under this charter only unanimity changes it; a majority is enough for all else."""
    unanimous = terms(
        rule={
            "method": "majority",
            "threshold": {"num": 1, "den": 1},
            "of": "cast",
            "strict": False,
        }
    )
    rules = charter(general=terms("majority"), charter=unanimous)
    village = found("Alice", "Bento", "Carla", rules=rules)
    easier = charter(general=terms("majority"))
    subject: Body = {"kind": "charter", "charter": easier}
    proposal = village.draft("Alice", topic="charter", subject=subject)
    village.open("Alice", proposal)
    for name, choice in (("Alice", "agree"), ("Bento", "agree"), ("Carla", "disagree")):
        village.take(name, proposal, choice)
    village.close(proposal)
    assert village.proposal(proposal).state is State.REJECTED
    body = past.adopting(2, easier, proposal)
    assert village.refused("charter/adopt", body, VOICE) == "decision-missing"
    second = village.decide("Bento", topic="charter", subject=subject)
    village.say("charter/adopt", past.adopting(2, easier, second), VOICE)
    assert village.book.charters.version == 2
    body = past.adopting(3, easier, second)
    assert village.refused("charter/adopt", body, VOICE) == "decision-missing", "used up"


def test_a_vote_that_is_open_keeps_the_terms_it_opened_with() -> None:
    village = found("Alice", "Bento", rules=charter(general=terms("consent")))
    roof = village.draft("Alice")
    village.open("Alice", roof)
    new = charter(general=terms("majority"))
    decision = village.decide("Bento", topic="charter", subject={"kind": "charter", "charter": new})
    village.say("charter/adopt", past.adopting(2, new, decision), VOICE)
    reason = village.comment("Alice", roof)
    village.take("Alice", roof, "block", reason)
    village.take("Bento", roof, "agree")
    village.close(roof)
    outcome = village.proposal(roof).outcome
    assert outcome is not None
    assert (outcome.verdict, outcome.ground, outcome.charter) == ("rejected", "objections", 1)


def test_whoever_reads_the_structure_before_or_after_reads_the_charter() -> None:
    open_, closed = read_charter(charter("public")), read_charter(charter())
    assert adoption_audience(Charters(), closed) == "community"
    assert adoption_audience(Charters(), open_) == "public"
    assert adoption_audience(Charters(versions=(closed,)), closed) == "community"
    assert adoption_audience(Charters(versions=(closed,)), open_) == "public"
    assert adoption_audience(Charters(versions=(open_,)), closed) == "public"
