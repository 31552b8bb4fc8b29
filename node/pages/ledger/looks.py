"""What things are called in a sentence: members, proposals, federations, communities, times.

Whatever people or other communities wrote stands between `bdi`. What the visitor may not read, or
nobody knows here, is called by the beginning of its id, never guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from node.api.joint_views import Facts
from node.api.views import Words
from node.pages.markup import bdi
from node.pages.moments import Moments
from node.pages.wording import PageWords
from protocol.book import Book
from protocol.community.charter import COMMUNITY, PUBLIC
from protocol.community.members import Member
from protocol.federation.acts import find_compact
from protocol.federation.joint import find_proposal
from protocol.ledger.act import VOICE
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.message import Message

_SHORT: Final = 8
Body = Mapping[str, JsonValue]


def text_of(body: Body, name: str) -> str:
    """A member of a body that is text; empty if there is none, or it is null."""
    found = body.get(name)
    return found if isinstance(found, str) else ""


def title_in(titles: JsonValue, language: str) -> str:
    """A title in this language, or in whichever there is."""
    if not isinstance(titles, dict):
        return ""
    found = titles.get(language) or next(iter(titles.values()), "")
    return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What is known around the entries of one ledger, as far as the visitor may read it.

    Attributes:
        texts: What was written under the ids that `cited_texts` names.
        inside: Whether the visitor may read who the members are.
        names: Whether the visitor may read what they are called.
        keys: Whose key each was or is, those who left included.
        communities: What the communities whose ledgers are held here call themselves.
    """

    words: PageWords
    moments: Moments
    book: Book
    facts: Facts
    texts: Words
    inside: bool
    names: bool
    keys: Mapping[str, Member]
    communities: Mapping[str, str]

    def speaker(self, message: Message) -> Markup:
        """Who says it, to begin a sentence with."""
        said_by = speaker_of(self.book, self.keys, message)
        if said_by == VOICE:
            return self.words("said.voice")
        if not self.inside:
            return self.words("said.a-member")
        if not said_by:
            return self.words("said.somebody")
        return self._name(said_by) or self.words("said.who-number", id=said_by[:_SHORT])

    def member(self, member: str) -> Markup:
        """A member, in the middle of a sentence."""
        return self._name(member) or self.words("said.member-number", id=member[:_SHORT])

    def _name(self, member: str) -> Markup | None:
        found = self.book.membership.members.get(MemberId(member))
        return bdi(found.name) if self.names and found is not None and found.name else None

    def text(self, text: str) -> Markup | None:
        """A text by its title."""
        title = title_in(self.texts.get(MessageId(text), {}).get("title"), self.words.language)
        return self.titled(title) if title else None

    def titled(self, title: str) -> Markup:
        """A title, as this language quotes it."""
        return self.words("said.titled", title=bdi(title))

    def proposal(self, proposal: str) -> Markup:
        """A proposal of this community, by the title of its newest version."""
        found = self.book.decisions.proposals.get(MessageId(proposal))
        title = None if found is None else self.text(found.text)
        return title or self.words("said.proposal-number", id=proposal[:_SHORT])

    def assembly(self, assembly: str) -> Markup:
        """An assembly that was called, by the title of the call."""
        found = self.book.assemblies.calls.get(MessageId(assembly))
        title = None if found is None else self.text(found.body.text)
        return title or self.words("said.assembly-number", id=assembly[:_SHORT])

    def minutes(self, minutes: str) -> Markup:
        """Minutes, by their title."""
        found = self.book.assemblies.minutes.get(MessageId(minutes))
        title = None if found is None else self.text(found.body.text)
        return title or self.words("said.minutes-number", id=minutes[:_SHORT])

    def report(self, report: str) -> Markup:
        """A report, by its title."""
        found = self.book.accounts.reports.get(MessageId(report))
        title = None if found is None else self.text(found.text)
        return title or self.words("said.report-number", id=report[:_SHORT])

    def held(self, place: str) -> Markup:
        """Who holds which office, by the place that she accepted."""
        found = self.book.offices.places.get(MessageId(place))
        if found is None:
            return self.words("said.place-number", id=place[:_SHORT])
        member, office = self.member(found.member), bdi(found.office)
        return self.words("said.held", member=member, office=office)

    def joint(self, proposal: str) -> Markup:
        """A proposal to a federation."""
        found = find_proposal(self.facts, MessageId(proposal))
        title = None if found is None else self.text(found.body.text)
        return title or self.words("said.proposal-number", id=proposal[:_SHORT])

    def federation(self, federation: str) -> Markup:
        """A federation, by the title of its purpose."""
        found = find_compact(self.facts, MessageId(federation))
        title = None if found is None else self.text(found.body.text)
        return title or self.words("said.federation-number", id=federation[:_SHORT])

    def community(self, community: str) -> Markup:
        """A community, by the name that it gives itself."""
        name = self.communities.get(community, "")
        return bdi(name) if name else self.words("said.community-number", id=community[:_SHORT])

    def audience(self, audience: str) -> Markup:
        """To whom an entry is addressed."""
        if audience == PUBLIC:
            return self.words("said.for-public")
        if audience == COMMUNITY:
            return self.words("said.for-community")
        federation = self.federation(audience.partition(":")[2])
        return self.words("said.for-federation", federation=federation)


def known_keys(book: Book) -> dict[str, Member]:
    """Whose keys these are or were last; who left is known by them still."""
    members = book.membership.members.values()
    return {key.text: member for member in members for key in member.keys}


def speaker_of(book: Book, keys: Mapping[str, Member], message: Message) -> str:
    """`VOICE`, a member's id, or nothing if it cannot be said who signed."""
    if book.chain is not None and book.chain.is_voice(message.author):
        return VOICE
    if book.chain is not None and message in book.chain.events:
        return VOICE
    member = book.membership.by_key(message.author) or keys.get(message.author.text)
    if member is not None:
        return member.id
    return _remembered(book, message)


def _remembered(book: Book, message: Message) -> str:
    """Who said it with a key that was replaced or dropped since, as far as the book knows."""
    said = book.said.get(message.id)
    proposal = book.decisions.proposals.get(message.id)
    amendment = book.amendments.get(message.id)
    asked = book.decisions.proposals.get(MessageId(text_of(message.body, "proposal")))
    taken = [] if asked is None else asked.positions.values()
    if said is not None:
        return said.speaker
    if proposal is not None:
        return proposal.author
    if amendment is not None:
        return amendment.author
    return next((one.member for one in taken if one.message == message.id), "")


def cited_texts(book: Book, facts: Facts, messages: Iterable[Message]) -> list[MessageId]:
    """The texts whose titles sentences about these messages hold."""
    found: dict[MessageId, None] = {}
    for message in messages:
        for text in _cited(book, facts, message):
            found[MessageId(text)] = None
    return list(found)


def _cited(book: Book, facts: Facts, message: Message) -> list[str]:
    body = message.body
    cited = [text_of(body, "text")]
    amendment = book.amendments.get(MessageId(text_of(body, "amendment")))
    about = text_of(body, "proposal") if amendment is None else amendment.proposal
    assembly = book.assemblies.calls.get(MessageId(text_of(body, "assembly")))
    minutes = book.assemblies.minutes.get(MessageId(text_of(body, "minutes")))
    cited += [one.body.text for one in (assembly, minutes) if one is not None]
    own = book.decisions.proposals.get(MessageId(about))
    if own is not None:
        cited.append(own.text)
    for name in ("decision", "mandate"):
        decided = book.decisions.proposals.get(MessageId(text_of(body, name)))
        cited += [] if decided is None else [decided.text]
    report = book.accounts.reports.get(MessageId(text_of(body, "report")))
    cited += [] if report is None else [report.text]
    asked = find_proposal(facts, MessageId(about))
    if asked is not None:
        cited.append(asked.body.text)
    for federation in (text_of(body, "federation"), message.audience.partition(":")[2]):
        compact = find_compact(facts, MessageId(federation))
        if compact is not None:
            cited.append(compact.body.text)
    return [text for text in cited if text]
