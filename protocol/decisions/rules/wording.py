"""The clauses that the rules' sentences are made of, in Spanish and English.

A clause agrees in number, never in gender, so that it fits persons, households and
communities alike. A rule keeps its sentences beside its arithmetic and fills them from here.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from protocol.decisions.tally import Share, Tally, Whole

Language = Literal["es", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Unit = Literal["person", "household", "community"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
Act = Literal["support", "aside", "reservations", "object"]

_Forms = tuple[str, str]

_UNITS: Final[Mapping[Language, Mapping[Unit, _Forms]]] = {
    "es": {
        "person": ("persona", "personas"),
        "household": ("hogar", "hogares"),
        "community": ("comunidad", "comunidades"),
    },
    "en": {
        "person": ("person", "people"),
        "household": ("household", "households"),
        "community": ("community", "communities"),
    },
}
_WHOLES: Final[Mapping[Language, Mapping[Whole, _Forms]]] = {
    "es": {
        "cast": ("que vota a favor o en contra", "que votan a favor o en contra"),
        "present": ("participante", "participantes"),
        "electorate": ("con derecho a participar", "con derecho a participar"),
    },
    "en": {
        "cast": ("voting for or against", "voting for or against"),
        "present": ("taking part", "taking part"),
        "electorate": ("entitled to take part", "entitled to take part"),
    },
}
_ACTS: Final[Mapping[Language, Mapping[Act, _Forms]]] = {
    "es": {
        "support": ("apoya la propuesta", "apoyan la propuesta"),
        "aside": ("se hace a un lado", "se hacen a un lado"),
        "reservations": ("apoya con reservas", "apoyan con reservas"),
        "object": ("presenta una objeción", "presentan una objeción"),
    },
    "en": {
        "support": ("supports the proposal", "support the proposal"),
        "aside": ("stands aside", "stand aside"),
        "reservations": ("supports with reservations", "support with reservations"),
        "object": ("objects", "object"),
    },
}
_BLOCKS: Final[Mapping[Language, _Forms]] = {
    "es": ("bloqueo", "bloqueos"),
    "en": ("block", "blocks"),
}
_OBJECTIONS: Final[Mapping[Language, _Forms]] = {
    "es": ("objeción", "objeciones"),
    "en": ("objection", "objections"),
}
_NEEDED: Final[Mapping[Language, _Forms]] = {
    "es": ("hacía falta {number}", "hacían falta {number}"),
    "en": ("{number} was needed", "{number} were needed"),
}
_BOUNDS: Final[Mapping[Language, _Forms]] = {
    "es": ("al menos", "más de"),
    "en": ("at least", "more than"),
}
_LIMIT: Final[Mapping[Language, str]] = {
    "es": "el límite es {number} ({share})",
    "en": "the limit is {number} ({share})",
}
_OF: Final[Mapping[Language, str]] = {"es": "de", "en": "of"}
_WITH_RESERVATIONS: Final[Mapping[Language, str]] = {
    "es": " ({number} con reservas)",
    "en": " ({number} with reservations)",
}
_RECORDED: Final[Mapping[Language, _Forms]] = {
    "es": (
        "Consta en actas de asamblea la voz de {whom}.",
        "Constan en actas de asamblea las voces de {whom}.",
    ),
    "en": (
        "The voice of {whom} stands in the minutes of an assembly.",
        "The voices of {whom} stand in the minutes of an assembly.",
    ),
}


def _form(number: int, forms: _Forms) -> str:
    one, many = forms
    return one if number == 1 else many


def among(part: int, whole: int, of: Whole, language: Language, unit: Unit) -> str:
    """How many of whom: `28 of 33 people taking part`."""
    noun = _form(whole, _UNITS[language][unit])
    return f"{part} {_OF[language]} {whole} {noun} {_form(whole, _WHOLES[language][of])}"


def part_that(act: Act, part: int, tally: Tally, language: Language, unit: Unit) -> str:
    """How many of those present do what: `4 of 33 people taking part stand aside`."""
    whom = among(part, tally.present, "present", language, unit)
    return f"{whom} {_form(part, _ACTS[language][act])}"


def support(tally: Tally, of: Whole, language: Language, unit: Unit) -> str:
    """Who supports, out of which whole, and how many of them with reservations."""
    whom = among(tally.supporting, tally.size(of), of, language, unit)
    clause = f"{whom} {_form(tally.supporting, _ACTS[language]['support'])}"
    if tally.reservations == 0:
        return clause
    return clause + _WITH_RESERVATIONS[language].format(number=tally.reservations)


def needed(number: int, share: Share, language: Language, *, strict: bool = False) -> str:
    """What it took: `27 were needed (at least 4/5)`; a share of nothing goes unmentioned."""
    clause = _form(number, _NEEDED[language]).format(number=number)
    at_least, more_than = _BOUNDS[language]
    if strict:
        return f"{clause} ({more_than} {share})"
    return f"{clause} ({at_least} {share})" if share.num else clause


def limit(number: int, share: Share, language: Language) -> str:
    """What would have been allowed: `the limit is 3 (1/10)`."""
    return _LIMIT[language].format(number=number, share=share)


def blocks(number: int, language: Language) -> str:
    """So many blocks."""
    return f"{number} {_form(number, _BLOCKS[language])}"


def objections(number: int, language: Language) -> str:
    """So many objections."""
    return f"{number} {_form(number, _OBJECTIONS[language])}"


def recorded(number: int, tally: Tally, language: Language, unit: Unit) -> str:
    """How many of those taking part count because minutes of an assembly say so."""
    whom = among(number, tally.present, "present", language, unit)
    return _form(number, _RECORDED[language]).format(whom=whom)
