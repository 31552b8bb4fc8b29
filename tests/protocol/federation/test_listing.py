"""The list is right or wrong by recomputation alone."""

import pytest

from protocol.errors import ProtocolError
from protocol.federation.listing import check_list, write_list
from protocol.federation.steps import Receipt, Row
from tests.protocol.federation.values import PROPOSAL, agreement, know, receipt, row, seen

CLOSE = agreement(3)
A = receipt("a", row("a"), row("v", 2))
B = receipt("b", row("v", 5))
C1 = Receipt(closer="c", id="c1", part=0, parts=2, seen=(seen(row("b", 3, final=True)),))
C2 = Receipt(closer="c", id="c2", part=1, parts=2)
VIEW = know(CLOSE, A, B, C1, C2)
RIGHT = write_list(CLOSE, [(C1, C2), (A,), (B,)])


def test_the_list_to_the_letter() -> None:
    counted = Row(
        ledger="v",
        index=5,
        leaf="leaf",
        message="message",
        choice="block",
        final=True,
        people=(9, 1, 2, 3, 1, 1, 1),
    )
    close = agreement(2)
    text = write_list(close, [(receipt("a", counted),), (receipt("b", row("a")),)])
    assert text == (
        "acuerdo/list/1\n"
        f"proposal {PROPOSAL}\n"
        "receipt a receipt-a\n"
        "receipt b receipt-b\n"
        "position a 1 leaf-a-1 agree open - -\n"
        "empty b\n"
        "position v 5 leaf block final 9,1,2,3,1,1,1 -\n"
    )


def test_receipts_in_any_order_make_one_list_with_the_latest_positions() -> None:
    check_list(VIEW, RIGHT)
    assert write_list(CLOSE, [(A,), (B,), (C1, C2)]) == RIGHT
    assert "receipt c c1,c2\n" in RIGHT
    assert "position v 5 " in RIGHT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "list-header", id="empty"),
        pytest.param(RIGHT.replace("list/1", "list/2"), "list-header", id="version"),
        pytest.param(RIGHT.replace("0" * 64, "1" * 64), "list-header", id="other-proposal"),
        pytest.param(write_list(CLOSE, [(A,)]), "list-receipts", id="too-few"),
        pytest.param(RIGHT.replace("receipt b ", "receipt a "), "list-receipts", id="one-twice"),
        pytest.param(
            RIGHT.replace("c1,c2", "c1,c3"), "list-receipt-unknown", id="receipt-not-here"
        ),
        pytest.param(RIGHT.replace("c1,c2", "c2,c1"), "list-receipt-parts", id="parts-turned"),
        pytest.param(RIGHT.replace("c1,c2", "c1"), "list-receipt-parts", id="part-missing"),
        pytest.param(
            RIGHT.replace("receipt-b", "receipt-a"), "list-receipt-parts", id="not-its-receipt"
        ),
        pytest.param(
            RIGHT.replace("position v 5 leaf-v-5", "position v 2 leaf-v-2"),
            "list-differs",
            id="older-position",
        ),
        pytest.param(
            RIGHT.replace("empty c", "position c 1 x agree open - -"),
            "list-differs",
            id="invented-position",
        ),
        pytest.param(RIGHT.removesuffix("\n"), "list-differs", id="no-line-feed"),
        pytest.param(RIGHT + "empty z\n", "list-differs", id="one-line-more"),
    ],
)
def test_any_other_text_is_wrong(text: str, code: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        check_list(VIEW, text)
    assert caught.value.code == code
