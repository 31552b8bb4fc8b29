"""A charter in words: every rule has a sentence in both languages, and no rounding."""

from dataclasses import replace

import pytest

from node.pages.charter.words import (
    changed_parts,
    charter_parts,
    exact_span,
    five_lines,
    terms_lines,
    type_title,
)
from node.pages.wording import LANGUAGES, Language, page_words
from protocol.community.charter import Charter, charter_json, read_charter
from protocol.decisions.rules import METHODS
from protocol.decisions.terms import read_terms
from protocol.wire.encoding import JsonValue

EN, ES = page_words("en"), page_words("es")


def share(num: int, den: int) -> dict[str, JsonValue]:
    return {"num": num, "den": den}


def consensus(**changes: JsonValue) -> dict[str, JsonValue]:
    rule: dict[str, JsonValue] = {
        "method": "consensus",
        "agree": share(2, 3),
        "max_reservations": None,
        "max_aside": None,
        "reason_for": ["block"],
        "on_block": "reject",
        "fallback": None,
    }
    return {**rule, **changes}


def terms(rule: dict[str, JsonValue], **changes: JsonValue) -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = {
        "rule": rule,
        "unit": "person",
        "quorum": share(1, 2),
        "discussion_s": 0,
        "voting_s": 0,
        "early": True,
    }
    return {**value, **changes}


def charter(general: dict[str, JsonValue], sponsors: int = 1, **more: JsonValue) -> Charter:
    return read_charter(
        {
            "audience": "community",
            "admission": {"sponsors": sponsors},
            "recovery": {"confirmations": 2},
            "decisions": {"general": general, **more},
        }
    )


def lines(value: dict[str, JsonValue], language: Language = "en") -> str:
    return "\n".join(map(str, terms_lines(read_terms(value), page_words(language))))


def test_five_lines_say_what_a_newcomer_has_to_know() -> None:
    majority: dict[str, JsonValue] = {
        "method": "majority",
        "threshold": share(1, 2),
        "of": "electorate",
        "strict": True,
    }
    held = charter(terms(consensus(), unit="household"), sponsors=2, charter=terms(majority))
    how, voice, joining, reading, changing = five_lines(held, EN)
    assert how == (
        "We decide by consensus, with the support of at least 2 in 3 of those taking part. "
        "One block stops a proposal; whoever blocks says why."
    )
    assert voice == (
        "Every household has one voice: the last word of whoever lives there. "
        "It takes at least half of all who have a voice to decide anything."
    )
    assert joining.startswith("To join, 2 members have to vouch for you; the one who invites")
    assert reading == "Only members can read our proposals and decisions."
    assert changing == (
        "These rules change only by majority: more than half of all who have a voice "
        "must be in favour."
    )
    assert "cada hogar tiene una voz" in five_lines(held, ES)[1].lower()


def test_without_terms_of_its_own_the_charter_changes_like_anything_else() -> None:
    held = charter(terms({"method": "consent", "max_objections": 0}))
    assert "by consent" in five_lines(held, EN)[4]
    assert [part.name for part in charter_parts(held, EN)] == [
        ":people",
        ":assembly",
        "general",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "One block stops a proposal"),
        ({"on_block": "fallback", "fallback": share(9, 10)}, "more support is needed: at least 9"),
        ({"max_aside": share(0, 1)}, "If anybody stands aside"),
        ({"max_aside": share(1, 5)}, "At most 1 in 5 of those taking part may stand aside"),
        ({"max_reservations": share(0, 1)}, "If anybody has reservations"),
        ({"max_reservations": share(1, 2)}, "At most half of those taking part may have reserv"),
        ({"reason_for": ["block", "aside", "disagree"]}, "to stand aside, disagree."),
        ({"agree": share(3, 3)}, "with the support of all of those"),
        ({"agree": share(0, 3)}, "with the support of at least one of those"),
    ],
)
def test_consensus(changes: dict[str, JsonValue], said: str) -> None:
    assert said in lines(terms(consensus(**changes)))


def test_a_limit_that_limits_nothing_is_not_said() -> None:
    assert "stand aside" not in lines(terms(consensus(max_aside=share(1, 1))))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"method": "consent", "max_objections": 0}, "nobody objects"),
        ({"method": "consent", "max_objections": 1}, "no more than 1 objection."),
        ({"method": "consent", "max_objections": 3}, "no more than 3 objections"),
        (
            {"method": "majority", "threshold": share(2, 3), "of": "cast", "strict": False},
            "at least 2 in 3 of those who vote for or against",
        ),
        (
            {"method": "majority", "threshold": share(51, 100), "of": "present", "strict": True},
            "more than 51 in 100 of those taking part, abstentions included",
        ),
        (
            {"method": "majority", "threshold": share(0, 1), "of": "cast", "strict": True},
            "at least one of those who vote",
        ),
    ],
)
def test_other_methods(rule: dict[str, JsonValue], said: str) -> None:
    assert said in lines(terms(rule))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_its_sentence(method: str, language: Language) -> None:
    rules: dict[str, dict[str, JsonValue]] = {
        "consensus": consensus(),
        "consent": {"method": "consent", "max_objections": 0},
        "majority": {"method": "majority", "threshold": share(1, 2), "of": "cast", "strict": True},
    }
    said = lines(terms(rules[method]), language)
    assert "{" not in said
    assert said.startswith(("We decide by ", "Decidimos por "))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (86_400, "1 day"),
        (129_600, "1 day and 12 hours"),
        (90_061, "1 day and 1 hour and 1 minute and 1 second"),
    ],
)
def test_times_are_exact(seconds: int, said: str) -> None:
    assert exact_span(seconds, EN) == said


def test_times_quorum_and_closing() -> None:
    said = lines(
        terms(consensus(), discussion_s=259_200, voting_s=3_600, early=False, quorum=share(0, 1)),
        "es",
    )
    assert "al menos 3 días" in said
    assert "al menos 1 hora" in said
    assert "No hay mínimo" in said
    assert "a su hora" in said


def test_a_change_names_what_differs_and_nothing_else() -> None:
    general, other = terms(consensus()), terms(consensus(), voting_s=60)
    before = charter(general, charter=other, huerta=other)
    after = replace(charter(general, sponsors=3, charter=general, obras=other))
    changes = changed_parts(before, after, EN)
    assert [str(change.title) for change in changes] == [
        "Who belongs and who reads",
        "Changing this charter",
        "Proposals of the kind “<bdi>obras</bdi>”",
        "Proposals of the kind “<bdi>huerta</bdi>”",
    ]
    assert str(changes[1].after[0]) == "Like decisions in general."
    assert str(changes[2].before[0]) == "Like decisions in general."
    assert [str(line) for line in changes[0].after] == [
        "To join, 3 members have to vouch for you; the one who invites you is the first."
    ]
    assert changed_parts(before, before, EN) == ()


def test_a_type_of_the_communitys_own_is_named() -> None:
    assert type_title("huerta", ES) == "Propuestas de tipo «<bdi>huerta</bdi>»"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (None, "What is said in a room does not count"),
        ({"witnesses": 1, "contest_s": 86_400, "contests": 2}, "once 1 other member who was"),
        ({"witnesses": 2, "contest_s": 86_400, "contests": 1}, "for 1 day after that; 1 who does"),
        ({"witnesses": 2, "contest_s": 0, "contests": 1}, "cannot be contested"),
    ],
)
def test_what_counts_in_a_room(rule: dict[str, JsonValue] | None, said: str) -> None:
    value = charter_json(charter(terms(consensus())))
    held = read_charter({**value, "assembly": rule})
    part = next(part for part in charter_parts(held, EN) if part.name == ":assembly")
    assert said in "\n".join(map(str, part.lines))


@pytest.mark.parametrize("language", LANGUAGES)
def test_offices_are_shown_and_nothing_of_a_change_to_them_is_left_out(language: Language) -> None:
    words = page_words(language)
    general = terms(consensus())
    office: dict[str, JsonValue] = {"seats": 2, "term_s": 86_400, "accept_s": 60}
    before = charter(general)
    after = replace(before, offices={"salud": office})
    (change,) = changed_parts(before, after, words)
    assert "salud" in change.title
    assert words("charter.no-office") in change.before
    stricter = replace(before, offices={"salud": {**office, "others": 0}})
    (change,) = changed_parts(after, stricter, words)
    assert any("others" in line for line in change.after)
    (change,) = changed_parts(stricter, before, words)
    assert change.after == (words("charter.no-office"),)
