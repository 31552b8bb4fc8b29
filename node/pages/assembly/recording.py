"""The secretary's page for a meeting: who was there, the minutes in words, what was said to what.

A draft is kept by the browser (`record.js`); without script the form goes back and forth whole.
What is checked here is only what the protocol itself would refuse (`record_check.py`).
"""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.assembly_views import minutes_words
from node.api.views import JsonObject, Words, proposal_summary, text_view
from node.api.words import words_of
from node.pages.assembly.common import (
    CallPath,
    MinutesPath,
    ids,
    label_of,
    me,
    page,
    present_day,
    ref_of,
    says,
)
from node.pages.assembly.record_check import Kept, Verdict, acts_of, judge
from node.pages.assembly.record_form import (
    Basis,
    Item,
    Record,
    Row,
    blank,
    items_about,
    offer_of,
    read_record,
)
from node.pages.deciding.common import SpeakingVisit
from node.pages.deciding.texts import languages_of, versions_of, writing_of
from node.pages.forms import Form, FormDep
from node.pages.visit import Visit
from protocol.decisions import minutes as records
from protocol.decisions.minutes import Minutes, MinutesState, require_minutes
from protocol.decisions.proposal import require_author
from protocol.wire.digests import MemberId, MessageId

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/assemblies/record")
async def record_uncalled(visit: SpeakingVisit) -> Response:
    """A meeting that nobody called."""
    return await _start(visit, Basis(path="/assemblies/record"))


@routes.post("/assemblies/record")
async def check_uncalled(visit: SpeakingVisit, form: FormDep) -> Response:
    """What is recorded of it, in words; or the form again."""
    return await _check(visit, Basis(path="/assemblies/record"), form)


@routes.get("/assemblies/{message}/record")
async def record_call(visit: SpeakingVisit, call: CallPath) -> Response:
    """An assembly that was called."""
    return await _start(visit, Basis(path=f"/assemblies/{call.id}/record", call=call))


@routes.post("/assemblies/{message}/record")
async def check_call(visit: SpeakingVisit, call: CallPath, form: FormDep) -> Response:
    """What is recorded of it, in words; or the form again."""
    return await _check(visit, Basis(path=f"/assemblies/{call.id}/record", call=call), form)


@routes.get("/minutes/{message}/correct")
async def correct(visit: SpeakingVisit, old: MinutesPath) -> Response:
    """Minutes as they are, to be recorded anew in their place."""
    basis = _correction(visit, old)
    words = await _words(visit, old)
    return await _form(visit, basis, _as_recorded(visit, basis, old, words), Verdict(), fresh=True)


@routes.post("/minutes/{message}/correct")
async def check_correct(visit: SpeakingVisit, old: MinutesPath, form: FormDep) -> Response:
    """What is recorded in their place, in words; or the form again."""
    return await _check(visit, _correction(visit, old), form)


def _correction(visit: Visit, old: Minutes) -> Basis:
    called = old.body.assembly
    require_author(old.author, me(visit))
    require_minutes(old, MinutesState.CORRECTED)
    return Basis(
        path=f"/minutes/{old.id}/correct",
        call=None if called is None else visit.book.assemblies.call(called),
        corrects=old,
    )


async def _start(visit: Visit, basis: Basis) -> Response:
    moment = visit.moments.now if basis.call is None else basis.call.body.starts_at
    title = visit.words("record.title-of", at=visit.moments.at(moment))
    return await _form(visit, basis, blank(visit, basis, title.unescape()), Verdict(), fresh=True)


async def _check(visit: Visit, basis: Basis, form: Form) -> Response:
    record = read_record(visit, form, languages_of(visit, await _text(visit, basis)))
    if form.text("step") == "write":
        return await _form(visit, basis, replace(record, wrong={}), Verdict())
    verdict = Verdict(wrong=record.wrong) if record.wrong else judge(visit, basis, record)
    if verdict.wrong:
        return await _form(visit, basis, record, verdict)
    text, kept = await _standing(visit, basis, record)
    acts = acts_of(visit, basis, record, text=text, kept=kept)
    values = {
        **await _about(visit, basis, record),
        "verdict": verdict,
        "acts": acts,
        "then": f"/minutes/${len(acts) - 1}?recorded=1",
        "typed": form.fields,
        "witnesses": visit.book.charters.current.assembly,
    }
    return page(visit, "record-check.html", values)


async def _form(
    visit: Visit, basis: Basis, record: Record, verdict: Verdict, *, fresh: bool = False
) -> Response:
    values = {
        **await _about(visit, basis, record),
        "people": present_day(visit.book),
        "label_of": label_of,
        "ref_of": ref_of,
        "wrong": verdict.wrong,
        "fresh": fresh,
        "decides": visit.book.charters.current.assembly is not None,
    }
    return page(visit, "record.html", values, 422 if verdict.wrong else 200)


async def _about(visit: Visit, basis: Basis, record: Record) -> dict[str, object]:
    """The record with the proposals that it is about."""
    proposals = [visit.book.decisions.proposal(one.proposal) for one in record.items]
    texts = [one.text for one in proposals]
    if basis.call is not None:
        texts.append(MessageId(basis.call.body.text))
    words = await words_of(visit.node, visit.asker.reader, texts)
    membership = visit.book.membership.members
    homes = {membership[one].household for one in record.present}
    agenda = len(record.items) if basis.call is None else len(basis.call.body.agenda)
    return {
        "basis": basis,
        "record": record,
        "proposals": {one.id: proposal_summary(one, words) for one in proposals},
        "offers": {one.id: offer_of(visit, one.id) for one in proposals},
        "agenda": agenda,
        "households": len(homes - {None}),
    }


# --- what stands already -----------------------------------------------------------------------


async def _words(visit: Visit, old: Minutes) -> Words:
    return await words_of(visit.node, visit.asker.reader, minutes_words(visit.book, old))


async def _text(visit: Visit, basis: Basis) -> JsonObject:
    """The words of the minutes that are corrected, if any are."""
    if basis.corrects is None:
        return {}
    text = MessageId(basis.corrects.body.text)
    return text_view(text, await words_of(visit.node, visit.asker.reader, [text]))


async def _standing(visit: Visit, basis: Basis, record: Record) -> tuple[str | None, Kept]:
    """Of what is corrected: the text if it is still the same, and the reasons that stand."""
    old = basis.corrects
    if old is None:
        return None, {}
    words = await _words(visit, old)
    same = says(record.writing, text_view(MessageId(old.body.text), words))
    kept = {
        (item.proposal, named.member, _said(visit, named.reason, words)): named.reason
        for item in old.body.items
        for named in item.positions
        if named.reason is not None
    }
    return old.body.text if same else None, kept


def _said(visit: Visit, reason: str | None, words: Words) -> str:
    if reason is None:
        return ""
    held = versions_of(visit, text_view(MessageId(reason), words))
    return held[0][1].strip().replace("\r\n", "\n") if held else ""


def _as_recorded(visit: Visit, basis: Basis, old: Minutes, words: Words) -> Record:
    """The form filled with minutes as they stand."""
    body, moments = old.body, visit.moments
    about = [item.proposal for item in body.items]
    others = [one.proposal for one in items_about(visit, basis) if one.proposal not in about]
    by_proposal = {item.proposal: item for item in body.items}
    active = {one.id for one in present_day(visit.book)}
    return Record(
        writing=writing_of(visit, text_view(MessageId(body.text), words)),
        held=moments.field(body.held_at),
        ended=moments.field(body.ended_at),
        held_at=body.held_at,
        ended_at=body.ended_at,
        guests=str(body.guests) if body.guests else "",
        present=tuple(MemberId(one) for one in body.attendance if one in active),
        items=tuple(
            _old_item(visit, number, one, by_proposal.get(one), words)
            for number, one in enumerate(ids([*about, *others]))
        ),
    )


def _old_item(
    visit: Visit, number: int, proposal: MessageId, held: records.Item | None, words: Words
) -> Item:
    if held is None:
        return Item(number=number, proposal=proposal)
    counts: JsonObject = {}
    if held.counts is not None:
        counts = {choice: str(hands) for choice, hands in held.counts.choices()}
    return Item(
        number=number,
        proposal=proposal,
        what="voices" if held.speaks else "talked",
        counts={choice: str(hands) for choice, hands in counts.items()},
        rows=tuple(
            Row(
                who=_label(visit, named.member),
                says=named.choice,
                why=_said(visit, named.reason, words),
                help="" if named.helper is None else _label(visit, named.helper),
            )
            for named in held.positions
        ),
    )


def _label(visit: Visit, member: str) -> str:
    return label_of(visit.book.membership.members[MemberId(member)])
