"""What the operator did, written down. Rows of the table in cases.py."""

from tests.protocol.kinds import histories as past
from tests.protocol.kinds.case import PUBLIC, about, just
from tests.protocol.ledgers import VOICE, begin

_record = about(
    "operation/record",
    past.village,
    just({"act": "peer-added", "note": "https://roble.example"}),
    VOICE,
)

OPERATIONS = [
    _record("record-an-operation"),
    _record("record-without-a-note", said=just({"act": "token-renewed", "note": None})),
    _record("record-by-a-member", "not-the-voice", by="Alice"),
    _record("record-in-public", "audience-wrong", to=PUBLIC),
    _record("record-an-unknown-act", "body-invalid", said=just({"act": "slept", "note": None})),
    _record("record-two-lines", "body-invalid", said=just({"act": "peer-added", "note": "a\nb"})),
    _record("record-no-note-at-all", "body-invalid", said=just({"act": "backup-made"})),
    _record("record-before-the-charter", door="charter-missing", story=begin),
]
