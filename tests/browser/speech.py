"""What people write in a prepared community: as people do, or as somebody who wants to break in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final, Protocol

from protocol.wire.encoding import JsonValue
from tests.pages.hostile import HOSTILE

LINE_CHARS: Final = 190
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
NAME_CHARS: Final = 78


class Speech(Protocol):
    """Words for each occasion; a key says which."""

    def name(self, key: str) -> str:
        """What a person or a community is called."""
        ...

    def title(self, key: str) -> dict[str, JsonValue]:
        """One line, by language."""
        ...

    def text(self, key: str) -> dict[str, JsonValue]:
        """Paragraphs, by language."""
        ...


_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "talk": ("¿Reparamos la bomba del pozo?", "Shall we repair the pump of the well?"),
    "vote": ("¿Repartimos así el excedente?", "Shall we share the surplus like this?"),
    "mine": ("¿Abrimos la biblioteca los sábados?", "Shall we open the library on Saturdays?"),
    "household": ("¿Cada casa pone dos jornadas?", "Does every household give two days?"),
    "consent": ("¿Sembramos la ladera norte?", "Shall we plant the northern slope?"),
    "adopted": ("¿Compramos el molino usado?", "Shall we buy the second-hand mill?"),
    "rejected": ("¿Vendemos el furgón?", "Shall we sell the van?"),
    "blocked": ("¿Talamos los fresnos viejos?", "Shall we fell the old ash trees?"),
    "lapsed": ("¿Cambiamos el día de mercado?", "Shall we move the market day?"),
    "withdrawn": ("¿Contratamos a una contable?", "Shall we hire a bookkeeper?"),
    "charter": ("¿Cambiamos cómo decidimos?", "Shall we change how we decide?"),
    "join": ("¿Nos unimos a la federación?", "Shall we join the federation?"),
    "room": ("¿Arreglamos el camino?", "Shall we mend the road?"),
    "met": ("Asamblea de noviembre", "November assembly"),
    "coming": ("Asamblea de diciembre", "December assembly"),
    "cancelled": ("Reunión de riego", "Watering meeting"),
    "minutes": ("Acta de noviembre", "Minutes of November"),
    "recorded": ("Acta de la tarde", "Minutes of the afternoon"),
    "compact": ("Pacto del agua", "Compact of the water"),
    "second": ("Red de semillas", "Seed network"),
    "joint": ("¿Un turno de riego para todas?", "One watering rota for all of us?"),
    "asked": ("¿Compramos juntas el tractor?", "Shall we buy the tractor together?"),
}
_TEXT_ES: Final = """\
Lo hablamos el **domingo** y quedó así:

1. Ponemos lo que hay en la caja común.
2. Quien no pueda poner, pone una jornada.

> Nadie se queda sin agua.

| mes | cuenta |
|---|---|
| enero | 120 |
| febrero | 80 |
"""
_TEXT_EN: Final = """\
We talked about it on **Sunday**, and this is what came of it:

1. We give what is in the common box.
2. Whoever has nothing to give, gives a day.

> Nobody is left without water.

| month | sum |
|---|---|
| January | 120 |
| February | 80 |
"""
_TEXT: Final = (_TEXT_ES, _TEXT_EN)
_AGAIN: Final = (
    _TEXT_ES.replace("una jornada", "dos jornadas"),
    _TEXT_EN.replace("a day.", "two days."),
)
_REMARKS: Final[Mapping[str, tuple[str, str]]] = {
    "question": (
        "¿Y si llueve antes de que llegue la pieza?",
        "And if it rains before the part arrives?",
    ),
    "reply": (
        "Entonces esperamos; la cisterna aguanta tres semanas.",
        "Then we wait; the tank lasts three weeks.",
    ),
    "reason": (
        "Esos árboles sostienen el talud: sin ellos se nos viene encima.",
        "Those trees hold the bank: without them it comes down on us.",
    ),
    "regret": ("Esto no debí escribirlo.", "I should not have written this."),
    "again": _AGAIN,
}


class Plain:
    """As people write."""

    def name(self, key: str) -> str:
        return key

    def title(self, key: str) -> dict[str, JsonValue]:
        return _both(_TITLES.get(key, _TITLES["talk"]))

    def text(self, key: str) -> dict[str, JsonValue]:
        return _both(_REMARKS.get(key, _TEXT))


@dataclass
class Hostile:
    """Every occasion takes the next of the texts that want to be more than text."""

    lines: dict[str, str] = field(default_factory=dict)
    """Names and titles that were given, and what for."""
    _lines: Iterator[str] = field(init=False)
    _texts: Iterator[str] = field(init=False)
    _names: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = cycle(_lines(HOSTILE))
        self._texts = cycle(HOSTILE[len(HOSTILE) // 3 :] + HOSTILE[: len(HOSTILE) // 3])
        self._names = cycle(_lines(HOSTILE[20:] + HOSTILE[:20]))

    def name(self, key: str) -> str:
        return self._line(next(self._names)[:NAME_CHARS], key)

    def title(self, key: str) -> dict[str, JsonValue]:
        line = self._line(next(self._lines)[:LINE_CHARS], key)
        return {"es": line, "en": line, "qaa-onload": line}

    def text(self, key: str) -> dict[str, JsonValue]:
        # A paragraph each, so that few texts hold them all.
        parts = "\n\n".join(next(self._texts) for _ in range(8))
        return {"es": f"{parts}\n\n{key}", "en": parts, "qaa-onload": parts}

    def _line(self, text: str, key: str) -> str:
        self.lines[text] = key
        return text


def _lines(texts: Sequence[str]) -> list[str]:
    """Those that the protocol takes for one line."""
    return [text for text in texts if not _CONTROL.search(text)]


def _both(words: tuple[str, str]) -> dict[str, JsonValue]:
    return {"es": words[0], "en": words[1]}
