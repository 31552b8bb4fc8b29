"""Who is called what, for whoever looks: names for members, the beginning of an id for others."""

from markupsafe import Markup

from node.pages.markup import bdi
from node.pages.visit import Visit
from node.readers import may_read
from protocol.community.charter import COMMUNITY
from protocol.ledger.act import VOICE
from protocol.wire.digests import CommunityId, MemberId

_SHORT = 8


def reads_names(visit: Visit) -> bool:
    """Whether members' names are for this visitor."""
    return may_read(visit.asker.reader, visit.book.ledger, COMMUNITY)


def called(visit: Visit, speaker: str | None) -> Markup:
    """Somebody who spoke in our ledger: herself, a member, or the community's own voice."""
    if speaker is None:
        return visit.words("people.somebody")
    if speaker == VOICE:
        return visit.words("people.voice")
    if speaker == visit.member:
        return visit.words("people.you")
    member = visit.book.membership.members.get(MemberId(speaker))
    if member is not None and member.name and reads_names(visit):
        return bdi(member.name)
    return visit.words("people.nameless", ref=speaker[:_SHORT])


def voice_called(visit: Visit, voice: str, member: str) -> Markup:
    """Whose voice a position is: the member's, or the household's through her."""
    if voice == member:
        return called(visit, member)
    return visit.words("people.for-household", who=called(visit, member), household=bdi(voice))


def community_called(visit: Visit, community: str) -> Markup:
    """A community that is known here, by its own name or the beginning of its id."""
    book = visit.node.books.book(CommunityId(community))
    if book is not None and book.presence.name:
        return bdi(book.presence.name)
    return visit.words("people.nameless-community", ref=community[:_SHORT])
