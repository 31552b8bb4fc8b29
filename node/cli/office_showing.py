"""Offices, mandates, recalls and reports as lines that people read."""

from node.cli import answers
from node.cli.acting import short
from node.cli.answers import JsonObject
from node.cli.showing import in_language
from node.cli.spans import moment_text
from node.cli.wording import Words


def person(row: JsonObject) -> str:
    """Who somebody is: her name with the beginning of her id."""
    member = short(answers.text(row, "member"))
    name = answers.text_or_none(row, "name")
    return f"{name} ({member})" if name else member


def office_lines(found: JsonObject, words: Words) -> list[str]:
    """All of one office."""
    definition = answers.part(found, "definition")
    head = words(
        "office-head",
        office=answers.text(found, "office"),
        seats=answers.number(definition, "seats"),
        free=answers.number(found, "free"),
    )
    lines = [head]
    lines += [_place(row, "office-holder", words) for row in answers.rows(found, "holders")]
    lines += [_place(row, "office-deputy", words) for row in answers.rows(found, "deputies")]
    lines += [
        words("office-candidate", who=person(row)) for row in answers.rows(found, "candidates")
    ]
    for row in answers.rows(found, "offers"):
        lines += _offer(row, words)
    return lines + [due_line(row, words) for row in answers.rows(found, "overdue")]


def _place(row: JsonObject, key: str, words: Words) -> str:
    until = moment_text(answers.number(row, "until"))
    return words(key, who=person(row), until=until, place=short(answers.text(row, "id")))


def _offer(row: JsonObject, words: Words) -> list[str]:
    waiting = [
        person(one)
        for part in ("members", "deputies")
        for one in answers.rows(row, part)
        if answers.text_or_none(one, "answer") is None
    ]
    line = words(
        "office-offer",
        decision=short(answers.text(row, "decision")),
        until=moment_text(answers.number(row, "until")),
        names=", ".join(waiting),
    )
    return [line] if waiting else []


def whole_office_lines(found: JsonObject, words: Words) -> list[str]:
    """An office with its mandates, recalls and reports."""
    lines = office_lines(found, words)
    lines += ["  " + mandate_row(row, words) for row in answers.rows(found, "mandates")]
    lines += ["  " + recall_row(row, words) for row in answers.rows(found, "recalls")]
    for row in answers.rows(found, "elections"):
        lines += _election(row, words)
    return lines + ["  " + report_row(row, words) for row in answers.rows(found, "reports")]


def _election(row: JsonObject, words: Words) -> list[str]:
    line = words(
        "election-row",
        id=short(answers.text(row, "id")),
        state=words.name(answers.text(row, "state")),
        closes=moment_text(answers.number(row, "closes_at")),
        ballots=len(answers.rows(row, "ballots")),
        voices=answers.number(row, "voices"),
        names=", ".join(person(one) for one in answers.rows(row, "candidates")),
    )
    said = answers.part(row, "explain").get(words.language)
    sentences = said if isinstance(said, list) else []
    return [line, *(f"    {one}" for one in sentences)]


def mandate_row(row: JsonObject, words: Words) -> str:
    """One line of a list of mandates."""
    holder = answers.part_or_none(row, "holder")
    return words(
        "mandate-row",
        id=short(answers.text(row, "id")),
        standing=words.name(answers.text(row, "standing")),
        office=answers.text(row, "office"),
        holder="" if holder is None else person(holder),
        until=moment_text(answers.number(row, "until")),
    )


def mandate_lines(found: JsonObject, words: Words) -> list[str]:
    """All of one mandate."""
    text = answers.part_or_none(answers.part(found, "text"), "texts") or {}
    lines = [mandate_row(found, words), "", *in_language(text, words.language).splitlines(), ""]
    lines.append("  " + words.name(answers.text(found, "binding")))
    lines += [
        words("mandate-limit", what=answers.text(one, "what"), most=answers.number(one, "most"))
        for one in answers.rows(found, "limits")
    ]
    return lines + [due_line(row, words) for row in answers.rows(found, "overdue")]


def recall_row(row: JsonObject, words: Words) -> str:
    """One line of a list of recalls."""
    needed = answers.number_or_none(row, "needed")
    return words(
        "recall-row",
        id=short(answers.text(row, "id")),
        state=words.name(answers.text(row, "state")),
        office=answers.text(row, "office"),
        who=person(row),
        voices=answers.number(row, "voices"),
        needed="-" if needed is None else needed,
    )


def report_row(row: JsonObject, words: Words) -> str:
    """One line of a list of reports."""
    return words(
        "report-row",
        id=short(answers.text(row, "id")),
        state=words.name(answers.text(row, "state")),
        office=answers.text(row, "office"),
        period=answers.number(row, "period"),
        who=person(answers.part(row, "author")),
    )


def due_line(row: JsonObject, words: Words) -> str:
    """A report that is overdue."""
    holder = answers.part_or_none(row, "holder")
    return words(
        "report-overdue",
        office=answers.text(row, "office"),
        holder="" if holder is None else person(holder),
        period=answers.number(row, "period"),
        due=moment_text(answers.number(row, "due")),
        about=short(answers.text(row, "about")),
    )
