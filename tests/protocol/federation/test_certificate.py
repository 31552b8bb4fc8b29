"""The certificate stands by itself, and nothing undoes it."""

from dataclasses import replace

import pytest

from protocol.errors import ProtocolError, Refused
from protocol.federation.certificate import (
    Certificate,
    certificate,
    certificates,
    certified_rows,
    check_certificate,
    steps_of,
)
from protocol.federation.steps import Forked, Receipt
from tests.protocol.federation.values import (
    again,
    agreement,
    commit_to,
    fresh_list,
    know,
    receipt,
    row,
    seen,
    votes_for,
)

FOUR = agreement(4)
RECEIPTS = [receipt(one, row("v")) for one in "abcd"]
LIST = fresh_list(FOUR, 0, RECEIPTS)
COMMITS = [commit_to(LIST, one, votes_for(LIST, "abc")) for one in "abd"]


def proof() -> Certificate:
    found = certificate(know(FOUR, RECEIPTS, LIST, COMMITS))
    assert found is not None
    return found


def test_a_quorum_of_commits_and_what_the_list_rests_on_make_it() -> None:
    assert proof().digest == LIST.digest
    assert dict(certified_rows(FOUR, proof()))["v"] == row("v")
    for view in (
        know(FOUR, RECEIPTS, LIST, COMMITS[:2]),
        know(FOUR, RECEIPTS, COMMITS),
        know(FOUR, RECEIPTS[:3], LIST, COMMITS),
    ):
        assert certificate(view) is None


def test_it_can_be_checked_from_itself_alone() -> None:
    check_certificate(FOUR, proof())
    assert certificate(know(FOUR, steps_of(proof()))) == proof()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param(
            {"commits": tuple(COMMITS[:2])}, "certificate-incomplete", id="commit-missing"
        ),
        pytest.param({"receipts": ()}, "certificate-incomplete", id="receipts-missing"),
        pytest.param({"round": 3}, "certificate-incomplete", id="another-round"),
        pytest.param(
            {"listing": fresh_list(FOUR, 0, RECEIPTS[:3])},
            "certificate-incomplete",
            id="another-list",
        ),
        pytest.param(
            {"commits": (*COMMITS[:2], replace(COMMITS[2], closer="x"))},
            "closer-unknown",
            id="stranger",
        ),
        pytest.param(
            {"receipts": ((Receipt(closer="a", id="x", seen=(seen(row("v"), by="a"),)),),)},
            "position-late",
            id="position-not-in-time",
        ),
    ],
)
def test_a_certificate_with_one_fault_proves_nothing(changed: dict[str, object], code: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        check_certificate(FOUR, replace(proof(), **changed))  # type: ignore[arg-type]
    assert caught.value.code == code


def test_all_closers_together_cannot_certify_a_wrong_list() -> None:
    wrong = replace(LIST, text=LIST.text.replace("position v 1", "position v 2"))
    commits = [commit_to(wrong, one, votes_for(wrong, "abcd"[:3])) for one in "abcd"]
    assert certificate(know(FOUR, RECEIPTS, wrong, commits)) is None


def test_evidence_that_comes_later_reopens_nothing() -> None:
    view = know(
        FOUR,
        RECEIPTS,
        LIST,
        COMMITS,
        Forked(closer="a"),
        votes_for(LIST, "b", 4),
        Forked(closer="b"),
    )
    assert certificate(view) == proof()


def test_two_certificates_would_show_who_equivocated() -> None:
    three = agreement(3)
    receipts = [receipt(one, row("v")) for one in "abc"]
    one = fresh_list(three, 0, receipts)
    other = again(fresh_list(three, 0, receipts[:2]), three, 1, ())
    said = [commit_to(one, who, votes_for(one, "ab")) for who in "ab"]
    said += [commit_to(other, who, votes_for(other, "bc")) for who in "bc"]
    said += [commit_to(other, "b", votes_for(other, "bc", 0))]
    view = know(three, receipts, one, other, said)
    assert [found.digest for found in certificates(view)] == [one.digest, other.digest]
    assert view.suspects == {"b"}
    found = certificate(view)
    assert found is not None
    assert found.digest == one.digest


def test_a_receipt_that_is_missing_is_said_to_be_missing() -> None:
    with pytest.raises(Refused):
        check_certificate(FOUR, replace(proof(), receipts=proof().receipts[:3]))
