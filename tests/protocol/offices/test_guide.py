"""The charter that docs/guide/offices.md shows can be lived with."""

import json

from protocol.community.charter import read_charter
from protocol.offices.definition import read_offices
from tests.protocol.error_codes import ROOT
from tests.protocol.ledgers import charter


def test_the_guides_offices_can_be_read() -> None:
    text = (ROOT / "docs/guide/offices.md").read_text(encoding="utf-8")
    shown = text[text.index('    "offices": {') : text.index("Times are in seconds")]
    offices = read_offices(read_charter(charter() | json.loads("{" + shown + "}")))
    assert list(offices) == ["salud", "vigilancia", "guardia"]
    assert offices["salud"].recall is not None
    assert offices["salud"].recall.share.num == 1
    assert offices["guardia"].bars is not None
    assert offices["guardia"].bars.vote
