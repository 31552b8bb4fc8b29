"""What our community owes about its offices: recalls, elections, credentials.

As in owed.py nothing is remembered: the same book owes the same acts.
"""

from collections.abc import Iterator

from node.owed import Speech, opening_speech
from protocol.book import Book
from protocol.decisions.proposal import State
from protocol.offices.credential import ATTEST, END, owed_attestings, owed_unattestings
from protocol.offices.election import Closing, ElectionState, result_of
from protocol.offices.recall import RECALL, Recall, RecallState
from protocol.wire.bodies import body_json

_FEDERATION = "federation:"
_SLACK_S = 60
"""Between looking and writing, so that the vote is not a second short of what its terms ask."""


def owed_offices(book: Book, now: int) -> Iterator[Speech]:
    """Recalls and elections first; then credentials to be taken back, then those to be given."""
    if not book.charters.versions:
        return
    for recall in list(book.recalls.by_id.values()):
        yield from _recall(book, recall, now)
    at = book.moment(now)
    for election in list(book.elections.by_id.values()):
        if election.state is ElectionState.OPEN and at.received >= election.closes_at:
            closing = Closing(election=election.id, result=result_of(election, at))
            readers = book.charters.current.audience
            yield Speech(kind="election/close", audience=readers, body=body_json(closing))
    known = (book.offices, book.membership, book.credentials, at)
    for audience, ended in owed_unattestings(*known):
        yield Speech(kind=END, audience=audience, body=body_json(ended))
    for audience, given in owed_attestings(*known):
        if _is_heard(book, audience):
            yield Speech(kind=ATTEST, audience=audience, body=body_json(given))


def _recall(book: Book, recall: Recall, now: int) -> Iterator[Speech]:
    """Its draft, at once; its opening, as soon as its terms allow; or its end without a holder."""
    held = book.offices.places[recall.place].serves(book.moment(now))
    if recall.state is RecallState.CALLED and held:
        yield Speech(
            kind="proposal/draft",
            audience=book.charters.current.audience,
            body={
                "type": RECALL,
                "text": recall.text,
                "subject": {"kind": RECALL, "place": recall.place},
            },
        )
    if recall.state is not RecallState.VOTING or recall.proposal is None:
        return
    proposal = book.decisions.proposals[recall.proposal]
    if not held:
        yield Speech(
            kind="proposal/withdraw",
            audience=book.charters.current.audience,
            body={"proposal": proposal.id},
        )
    elif proposal.state is State.DRAFT:
        terms, electorate = book.terms(proposal), book.electorate(proposal, now)
        now = max(now, book.clock)
        if len(electorate) and now >= proposal.drafted_at + terms.discussion_s:
            yield opening_speech(book, proposal, electorate, now + terms.voting_s + _SLACK_S)


def _is_heard(book: Book, audience: str) -> bool:
    """A federation is told nothing by a community that is not in it."""
    federation = audience.removeprefix(_FEDERATION)
    return federation == audience or federation in book.federation.standing
