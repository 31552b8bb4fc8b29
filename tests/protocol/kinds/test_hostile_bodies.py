"""Properly signed nonsense: no body of any kind stops the fold or slips past it unread."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.errors import ProtocolError
from protocol.wire.encoding import JsonValue
from protocol.wire.message import read_message
from tests.protocol.kinds import histories as past
from tests.protocol.kinds.cases import CASES
from tests.protocol.ledgers import VOICE, Body, key, replay

LEAF: st.SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.sampled_from(("", "0" * 64, "public", "charter", "\u0000", "\u202e", "9" * 400)),
    st.sampled_from((key("Alice").public.text, key("Nobody").public.text, "A" * 43, "A" * 86)),
)
NONSENSE: st.SearchStrategy[JsonValue] = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("kind", "method", "num", "den", "es", "general", "x")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def places(value: JsonValue, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place inside a body."""
    found: list[tuple[str | int, ...]] = [path] if path else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += places(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*path, number))
    return found


def put(value: JsonValue, path: tuple[str | int, ...], new: JsonValue) -> JsonValue:
    """The same with something else at one place."""
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {
            name: put(one, tuple(rest), new) if name == head else one for name, one in value.items()
        }
    assert isinstance(value, list)
    return [put(one, tuple(rest), new) if at == head else one for at, one in enumerate(value)]


@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_body_stops_the_fold(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    ledger = case.story()
    body: JsonValue = case.said(ledger)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from([(), *places(body)]))
        body = put(body, path, data.draw(NONSENSE))
    if not isinstance(body, dict):
        return
    said: Body = body
    try:
        raw = ledger.write(case.kind, said, case.by, case.to)
    except ProtocolError:
        return
    ledger.force(raw)
    assert replay(ledger) == ledger.book
    for one in ledger.book.decisions.proposals.values():
        if one.outcome is not None:
            assert one.outcome.tally.present <= one.outcome.tally.electorate


def test_true_is_not_one() -> None:
    """JSON knows the difference; Python alone would not."""
    village = past.all_agree()
    well = village.marks["well"]
    closing = village.closing(well)
    outcome = closing["outcome"]
    assert isinstance(outcome, dict)
    lie: Body = closing | {"outcome": outcome | {"early": 1}}
    assert village.void("proposal/close", lie, VOICE) == "body-invalid"
    lie = closing | {"outcome": outcome | {"charter": True}}
    assert village.void("proposal/close", lie, VOICE) == "body-invalid"
    assert village.void("entry/erase", {"index": True}, VOICE) == "body-invalid"


def test_control_characters_stay_out_of_names() -> None:
    village = past.village()
    for name in ("Ali\u0000ce", "Ali\nce", "\u007f", ""):
        assert village.void("member/profile", {"name": name}, "Alice") == "body-invalid"


def test_a_message_keeps_its_own_spelling() -> None:
    village = past.village()
    raw = village.write("member/profile", {"name": "Ñanduti ⚘"}, "Alice")
    assert read_message(raw).body == {"name": "Ñanduti ⚘"}
