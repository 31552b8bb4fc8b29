"""How an office is filled: candidates, who is chosen, who accepts. Spec: docs/spec/offices.md.

A decision offers an office; the person herself accepts, and her term counts from there. What
a charter asks of a holder (rotation, other offices, seats) is asked where she accepts.
"""

from protocol.community.charter import TypeName
from protocol.community.members import Membership, Standing
from protocol.decisions.office_subjects import AppointSubject
from protocol.decisions.proposal import Proposal
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.offices.definition import Office
from protocol.offices.holding import (
    Candidacy,
    Holdings,
    Moment,
    Offer,
    Place,
    PlaceState,
    deputies,
    end,
    held_by,
    holders,
    place_of,
)
from protocol.wire.bodies import Hex32, body
from protocol.wire.digests import MemberId, MessageId


@body
class Candidature:
    """A member would take an office; `text` is what she has to say about it."""

    office: TypeName
    text: Hex32 | None


@body
class Stepping:
    """A member about an office: she stands no more for it, or gives it up."""

    office: TypeName


@body
class Answer:
    """Whoever was chosen accepts what a decision offers her, or declines."""

    decision: Hex32


def check_candidature(holdings: Holdings, act: Act[Candidature]) -> None:
    """An office that is there, and for which she does not stand already.

    Raises:
        Refused: Otherwise.
    """
    holdings.office(act.body.office)
    if (act.body.office, MemberId(act.speaker)) in holdings.candidates:
        raise Refused("candidate-already", "you stand for this office already")


def apply_candidature(holdings: Holdings, act: Act[Candidature]) -> None:
    """She can be chosen."""
    member = MemberId(act.speaker)
    holdings.candidates[act.body.office, member] = Candidacy(
        member=member,
        office=act.body.office,
        text=act.body.text,
        index=act.index,
        received=act.received,
    )


def check_retreat(holdings: Holdings, act: Act[Stepping]) -> None:
    """She stands for it.

    Raises:
        Refused: She does not.
    """
    if (act.body.office, MemberId(act.speaker)) not in holdings.candidates:
        raise Refused("candidate-unknown", "you do not stand for this office")


def apply_retreat(holdings: Holdings, act: Act[Stepping]) -> None:
    """She cannot be chosen in what opens from now on."""
    del holdings.candidates[act.body.office, MemberId(act.speaker)]


def check_subject(holdings: Holdings, membership: Membership, subject: AppointSubject) -> None:
    """An office that decisions fill, and members enough for it, each named once.

    Raises:
        Refused: Otherwise.
    """
    office = holdings.office(subject.office)
    if "decision" not in office.filled_by:
        raise Refused("office-filled-otherwise", "the charter fills this office in another way")
    named = (*subject.members, *subject.deputies)
    if not named or len(set(named)) != len(named):
        raise Refused("appointed-twice", "somebody is named, and everybody once")
    if len(subject.members) > office.seats or len(subject.deputies) > office.deputies:
        raise Refused("appointed-many", "more people are named than the office has places")
    for one in named:
        member = membership.members.get(MemberId(one))
        if member is None or member.standing is not Standing.ACTIVE:
            raise Refused("member-unknown", "whoever is named is a member now")


def apply_decided(holdings: Holdings, decided: Proposal, at: Moment) -> bool:
    """An adopted decision becomes an offer where it closes; whether it did."""
    subject = decided.subject
    if not isinstance(subject, AppointSubject) or decided.outcome is None:
        return False
    office = holdings.definitions.get(subject.office)
    if decided.outcome.verdict != "adopted" or office is None:
        return False
    holdings.offers[decided.id] = Offer(
        decision=decided.id,
        office=subject.office,
        members=tuple(map(MemberId, subject.members)),
        deputies=tuple(map(MemberId, subject.deputies)),
        made=at,
        until=at.received + office.accept_s,
    )
    return True


def open_offer(holdings: Holdings, decision: str, member: str, at: Moment) -> Offer:
    """What a decision offers to somebody who has not answered yet.

    Raises:
        Refused: Nothing, or not any more.
    """
    found = holdings.offers.get(MessageId(decision))
    if found is None or member not in (*found.members, *found.deputies):
        raise Refused("offer-unknown", "no adopted decision of that id offers you an office")
    if member in found.answers:
        raise Refused("offer-answered", "you have answered this offer already")
    if at.received >= found.until:
        raise Refused("offer-lapsed", "the charter's time to accept this office is over")
    return found


def check_acceptance(holdings: Holdings, act: Act[Answer], at: Moment) -> None:
    """The offer is open, there is room for her, and nothing she holds or held stands against it.

    Raises:
        Refused: One of these does not hold; the code says which.
    """
    offer = open_offer(holdings, act.body.decision, act.speaker, at)
    office = holdings.office(offer.office)
    require_room(holdings, offer, act.speaker, at)
    require_rest(holdings, offer.office, office, act.speaker, at)
    require_compatible(holdings, offer.office, office, act.speaker, at)


def require_room(holdings: Holdings, offer: Offer, member: str, at: Moment) -> None:
    """There is a place free in the office, and she has none in it.

    Raises:
        Refused: Otherwise.
    """
    office = holdings.office(offer.office)
    if any(one.office == offer.office for one in held_by(holdings, member, at)):
        raise Refused("office-held", "you have a place in this office already")
    if member in offer.members:
        full = len(holders(holdings, offer.office, at)) >= office.seats
    else:
        full = len(deputies(holdings, offer.office, at)) >= office.deputies
    if full:
        raise Refused("office-full", "every place in this office is taken now")


def require_rest(holdings: Holdings, name: str, office: Office, member: str, at: Moment) -> None:
    """She has not had as many terms in a row as the charter allows.

    Terms are in a row if less than the rest lies between them, however each of them ended.

    Raises:
        Refused: She rests, until the time that the detail names.
    """
    if office.rotation is None:
        return
    since, row = at.received, 0
    held = [one for one in holdings.places_of(member) if one.office == name and one.began]
    for place in reversed(held):
        if since - place.over_at >= office.rotation.rest_s:
            break
        row, since = row + 1, since if place.began is None else place.began.received
    if row >= office.rotation.terms:
        until = held[-1].over_at + office.rotation.rest_s
        raise Refused("office-rest", f"after her terms in this office she rests until {until}")


def require_compatible(
    holdings: Holdings, name: str, office: Office, member: str, at: Moment
) -> None:
    """The other offices that she has a place in go together with this one.

    Raises:
        Refused: They are too many, or one of the charter's bars stands between them.
    """
    held = [one.office for one in held_by(holdings, member, at)]
    for other in held:
        defined = holdings.office(other)
        barred = set(() if office.bars is None else office.bars.offices)
        if other in barred or (defined.bars is not None and name in defined.bars.offices):
            raise Refused("offices-clash", f"nobody holds {name} and {other} at the same time")
        if defined.others is not None and len(held) > defined.others:
            raise Refused("offices-many", f"who holds {other} may hold {defined.others} others")
    if office.others is not None and len(held) > office.others:
        raise Refused("offices-many", f"who holds {name} may hold {office.others} others")


def apply_acceptance(holdings: Holdings, act: Act[Answer], at: Moment) -> None:
    """Her term begins."""
    member = MemberId(act.speaker)
    offer = holdings.offers[MessageId(act.body.decision)]
    offer.answers[member] = True
    seated = member in offer.members
    office = holdings.office(offer.office)
    holdings.enter(
        Place(
            id=act.id,
            office=offer.office,
            member=member,
            decision=offer.decision,
            accepted=at,
            until=at.received + office.term_s,
            report_s=None if office.accounts is None else office.accounts.report_s,
            state=PlaceState.HOLDING if seated else PlaceState.DEPUTY,
            began=at if seated else None,
        )
    )
    holdings.candidates.pop((offer.office, member), None)


def check_declining(holdings: Holdings, act: Act[Answer], at: Moment) -> None:
    """There is something to decline.

    Raises:
        Refused: There is not.
    """
    open_offer(holdings, act.body.decision, act.speaker, at)


def apply_declining(holdings: Holdings, act: Act[Answer]) -> None:
    """The offer is over for her."""
    holdings.offers[MessageId(act.body.decision)].answers[MemberId(act.speaker)] = False


def check_resigning(holdings: Holdings, act: Act[Stepping], at: Moment) -> None:
    """She has a place in it.

    Raises:
        Refused: She has not.
    """
    place_of(holdings, act.body.office, act.speaker, at)


def apply_resigning(holdings: Holdings, act: Act[Stepping], at: Moment) -> None:
    """She holds it no more; if a deputy stands by, the deputy does."""
    place = place_of(holdings, act.body.office, act.speaker, at)
    end(holdings, place, PlaceState.RESIGNED, at)
