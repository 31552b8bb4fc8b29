"""Proposals and federations as lines that people read."""

from collections.abc import Mapping

from node.cli import answers
from node.cli.acting import short
from node.cli.answers import JsonObject
from node.cli.client import NodeClient
from node.cli.position import CHOICES
from node.cli.spans import moment_text
from node.cli.trouble import Trouble
from node.cli.wording import Words

Names = Mapping[str, str]


def member_names(node: NodeClient) -> dict[str, str]:
    """What members are called, as far as the node tells us."""
    try:
        found = answers.rows(node.get("/v1/members"), "members")
    except Trouble:
        return {}
    return {answers.text(row, "id"): answers.text_or_none(row, "name") or "" for row in found}


def community_names(node: NodeClient) -> dict[str, str]:
    """What communities are called, ours and those that the node knows."""
    status = node.get("/v1/status")
    names = {answers.text(status, "community"): answers.text_or_none(status, "name") or ""}
    for row in answers.rows(status, "peers"):
        names[answers.text(row, "id")] = answers.text_or_none(row, "name") or ""
    return names


def called(identifier: str, names: Names) -> str:
    """A name with the beginning of the id: two may have the same name."""
    name = names.get(identifier)
    return f"{name} ({short(identifier)})" if name else short(identifier)


def in_language(versions: Mapping[str, object], language: str) -> str:
    """A text in the reader's language, or else in the first that there is."""
    found = versions.get(language) or next(iter(versions.values()), "")
    return found if isinstance(found, str) else ""


def title_of(row: JsonObject, words: Words) -> str:
    """The title of what a row is about, or why it is not here."""
    text = answers.part_or_none(row, "text") or {}
    titles = answers.part_or_none(text, "title")
    if titles is None:
        return words("text-absent", why=answers.text_or_none(text, "missing") or "?")
    return in_language(titles, words.language)


def proposal_row(row: JsonObject, words: Words) -> str:
    """One line of a list of proposals."""
    return words(
        "proposal-row",
        id=short(answers.text(row, "id")),
        state=words.name(answers.text(row, "state")),
        type=answers.text(row, "type"),
        title=title_of(row, words),
    )


def proposal_lines(found: JsonObject, words: Words, names: Names) -> list[str]:
    """All of one proposal."""
    head = words(
        "proposal-head",
        title=title_of(found, words),
        id=answers.text(found, "id"),
        type=answers.text(found, "type"),
        state=words.name(answers.text(found, "state")),
        version=answers.number(found, "version"),
        author=called(answers.text(found, "author"), names),
    )
    text = answers.part_or_none(answers.part(found, "text"), "texts") or {}
    lines = [head, "", *in_language(text, words.language).splitlines(), ""]
    lines += [_amendment(row, words, names) for row in answers.rows(found, "amendments")]
    lines += [_comment(row, words, names) for row in answers.rows(found, "comments")]
    closes_at = answers.number_or_none(found, "closes_at")
    if closes_at is not None:
        lines.append(
            words(
                "proposal-opened",
                closes=moment_text(closes_at),
                spoken=answers.number(found, "spoken"),
                voices=answers.number(found, "voices"),
            )
        )
    tally = answers.part_or_none(found, "tally") or {}
    lines += [
        words("proposal-position", choice=words.name(choice), number=number)
        for choice in CHOICES
        if (number := answers.number_or_none(tally, choice))
    ]
    in_room = answers.number(found, "voices_recorded")
    if in_room:
        lines.append(words("proposal-room", number=in_room))
    return [*lines, *_sentence(found, "outcome", words, "as-of-now")]


def _amendment(row: JsonObject, words: Words, names: Names) -> str:
    return words(
        "proposal-amendment",
        id=short(answers.text(row, "id")),
        base=answers.number(row, "base"),
        state=words.name(answers.text(row, "state")),
        author=called(answers.text(row, "author"), names),
        title=title_of(row, words),
    )


def _comment(row: JsonObject, words: Words, names: Names) -> str:
    said = answers.part_or_none(row, "text")
    return words(
        "proposal-comment",
        id=short(answers.text(row, "id")),
        author=called(answers.text_or_none(row, "speaker") or "", names),
        text=words("text-absent", why=answers.text_or_none(row, "missing") or "?")
        if said is None
        else in_language(said, words.language),
    )


def _sentence(found: JsonObject, final: str, words: Words, not_final: str) -> list[str]:
    """The rule's own sentence; what is not final is said to be so."""
    explained = answers.part_or_none(found, "explain")
    if explained is None:
        return []
    sentence = in_language(explained, words.language)
    if answers.part_or_none(found, final) is None:
        return [words(not_final, sentence=sentence)]
    return [f"  {sentence}"]


def federation_row(row: JsonObject, words: Words) -> str:
    """One line of a list of federations."""
    return words(
        "federation-row",
        id=short(answers.text(row, "id")),
        state=words.name(_force(row)),
        communities=len(answers.texts(row, "communities")),
        title=title_of(row, words),
    )


def _force(row: JsonObject) -> str:
    match row.get("in_force"):
        case True:
            return "in-force"
        case False:
            return "not-in-force"
        case _:
            return "unknown"


def federation_lines(found: JsonObject, words: Words, names: Names) -> list[str]:
    """All of one federation."""
    head = words(
        "federation-head",
        title=title_of(found, words),
        id=answers.text(found, "id"),
        state=words.name(_force(found)),
    )
    text = answers.part_or_none(answers.part(found, "text"), "texts") or {}
    lines = [head, "", *in_language(text, words.language).splitlines(), ""]
    seated = {answers.text(row, "community") for row in answers.rows(found, "seats")}
    for community in answers.texts(found, "communities"):
        state = words("federation-joined" if community in seated else "federation-absent")
        lines.append(words("federation-seat", name=called(community, names), state=state))
    return lines


def federated_row(row: JsonObject, words: Words) -> str:
    """One line of a list of federated proposals."""
    return words(
        "federated-row",
        id=short(answers.text(row, "id")),
        closes=moment_text(answers.number(row, "closes_at")),
        title=title_of(row, words),
    )


def federated_lines(found: JsonObject, words: Words, names: Names) -> list[str]:
    """All of one federated proposal."""
    head = words(
        "federated-head",
        title=title_of(found, words),
        id=answers.text(found, "id"),
        stage=words.name(answers.text(found, "stage")),
        closes=moment_text(answers.number(found, "closes_at")),
    )
    text = answers.part_or_none(answers.part(found, "text"), "texts") or {}
    lines = [head, "", *in_language(text, words.language).splitlines(), ""]
    for row in answers.rows(found, "positions"):
        choice = answers.text_or_none(row, "choice")
        lines.append(
            words(
                "federated-position",
                name=called(answers.text(row, "community"), names),
                choice=words("federated-silent") if choice is None else words.name(choice),
            )
        )
    certificate = answers.part_or_none(found, "certificate")
    if certificate is None:
        return [*lines, words("not-closed-yet")]
    commits = len(answers.texts(certificate, "commits"))
    round_number = answers.number(certificate, "round")
    lines.append(words("certified", round=round_number, commits=commits))
    return [*lines, *_sentence(found, "outcome", words, "as-of-now")]
