"""Assemblies and minutes as lines that people read."""

from node.cli import answers
from node.cli.acting import short
from node.cli.answers import JsonObject
from node.cli.position import CHOICES
from node.cli.showing import Names, called, in_language, proposal_row, title_of
from node.cli.spans import moment_text
from node.cli.wording import Words


def assembly_row(row: JsonObject, words: Words) -> str:
    """One line of a list of calls."""
    return words(
        "assembly-row",
        id=short(answers.text(row, "id")),
        state=words.name(answers.text(row, "state")),
        starts=moment_text(answers.number(row, "starts_at")),
        title=title_of(row, words),
    )


def assembly_lines(found: JsonObject, words: Words, names: Names) -> list[str]:
    """All of one call."""
    head = words(
        "assembly-head",
        title=title_of(found, words),
        id=answers.text(found, "id"),
        state=words.name(answers.text(found, "state")),
        starts=moment_text(answers.number(found, "starts_at")),
        author=called(answers.text(found, "author"), names),
    )
    lines = [head, "", *_text(found, words), ""]
    lines += ["  " + proposal_row(row, words) for row in answers.rows(found, "proposals")]
    return lines + ["  " + minutes_row(row, words) for row in answers.rows(found, "records")]


def minutes_row(row: JsonObject, words: Words) -> str:
    """One line of a list of minutes."""
    present = answers.part(row, "present")
    return words(
        "minutes-row",
        id=short(answers.text(row, "id")),
        state=words.name(answers.text(row, "state")),
        held=moment_text(answers.number(row, "held_at")),
        people=answers.number(present, "people"),
        title=title_of(row, words),
    )


def minutes_lines(found: JsonObject, words: Words, names: Names) -> list[str]:
    """All of one assembly's minutes."""
    head = words(
        "minutes-head",
        title=title_of(found, words),
        id=answers.text(found, "id"),
        state=words.name(answers.text(found, "state")),
        held=moment_text(answers.number(found, "held_at")),
        ended=moment_text(answers.number(found, "ended_at")),
        author=called(answers.text(found, "author"), names),
    )
    lines = [head, "", *_text(found, words), "", _present(found, words, names)]
    for row in answers.rows(found, "items"):
        lines += _item(row, words, names)
    return [*lines, *_signed(found, words, names)]


def _text(found: JsonObject, words: Words) -> list[str]:
    text = answers.part_or_none(answers.part(found, "text"), "texts") or {}
    return in_language(text, words.language).splitlines()


def _present(found: JsonObject, words: Words, names: Names) -> str:
    present = answers.part(found, "present")
    members = [answers.text(row, "member") for row in answers.rows(found, "attendance")]
    return words(
        "minutes-present",
        people=answers.number(present, "people"),
        households=answers.number(present, "households"),
        guests=answers.number(present, "guests"),
        names=", ".join(called(one, names) for one in members),
    )


def _item(row: JsonObject, words: Words, names: Names) -> list[str]:
    lines = ["  " + proposal_row(answers.part(row, "proposal"), words)]
    counts = answers.part_or_none(row, "counts") or {}
    lines += [
        words("minutes-count", choice=words.name(choice), number=number)
        for choice in CHOICES
        if (number := answers.number_or_none(counts, choice))
    ]
    for one in answers.rows(row, "positions"):
        helper = answers.text_or_none(one, "helper")
        line = words(
            "minutes-named",
            member=called(answers.text(one, "member"), names),
            choice=words.name(answers.text(one, "choice")),
        )
        if helper is not None:
            line += words("minutes-helped", helper=called(helper, names))
        code = answers.text_or_none(one, "code")
        lines.append(line if code is None else f"{line} [{code}]")
    code = answers.text_or_none(row, "code")
    if code is not None:
        return [*lines, words("minutes-no-effect", code=code)]
    voices = answers.number(row, "voices")
    return [*lines, words("minutes-effect", voices=voices)] if voices else lines


def _signed(found: JsonObject, words: Words, names: Names) -> list[str]:
    rule = answers.part(found, "rule")
    signed = [answers.text(row, "member") for row in answers.rows(found, "countersigned")]
    lines = [
        words(
            "minutes-signed",
            number=len(signed),
            needed=answers.number(rule, "witnesses"),
            names=", ".join(called(one, names) for one in signed) or "-",
        )
    ]
    for row in answers.rows(found, "contests"):
        why = answers.part_or_none(row, "reason")
        said = None if why is None else answers.part_or_none(why, "texts") or {}
        lines.append(
            words(
                "minutes-contest",
                member=called(answers.text(row, "member"), names),
                reason="" if said is None else in_language(said, words.language),
            )
        )
    until = answers.number_or_none(found, "contest_until")
    if until is not None and answers.text(found, "state") == "standing":
        lines.append(
            words(
                "minutes-until",
                until=moment_text(until),
                contests=answers.number(rule, "contests"),
            )
        )
    return lines
