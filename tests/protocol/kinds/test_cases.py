"""Every row of the table of cases: through the door, and through the fold."""

import pytest

from protocol.errors import ProtocolError
from protocol.kinds import KINDS
from tests.protocol.kinds.case import OK, Case
from tests.protocol.kinds.cases import CASES
from tests.protocol.ledgers import replay

ROWS = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def test_no_two_cases_have_one_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_kind_has_a_case_that_is_let_in() -> None:
    let_in = {case.kind for case in CASES if case.door == OK}
    # An inception is let in by every story; the three other steps are in tests of the close.
    elsewhere = {"identity/inception", "closing/receipt", "closing/list", "closing/commit"}
    assert let_in | elsewhere | {"fork/evidence"} == set(KINDS)


@ROWS
def test_at_the_door(case: Case) -> None:
    ledger = case.story()
    raw = ledger.write(case.kind, case.said(ledger), case.by, case.to)
    before = replay(ledger)
    try:
        ledger.submit(raw)
        code = OK
    except ProtocolError as problem:
        code = problem.code
        assert ledger.book == before, "a refusal changes nothing"
    assert code == case.door


@ROWS
def test_in_the_fold(case: Case) -> None:
    ledger = case.story()
    said = case.said(ledger)
    before = ledger.book.size
    code = ledger.force(ledger.write(case.kind, said, case.by, case.to))
    assert (code or OK) == case.fold
    assert ledger.book.size == before + 1
    assert ledger.book.void.get(before, OK) == case.fold
    assert replay(ledger) == ledger.book
