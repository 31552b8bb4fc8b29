"""The kind by which a community writes down what its operator did."""

from protocol.book import Book
from protocol.community.operation import Operation, done_of
from protocol.kinds.kind import Kind
from protocol.ledger.act import Act


def _apply_operation(book: Book, act: Act[Operation]) -> None:
    book.operations[act.index] = done_of(act)


KINDS = {
    "operation/record": Kind(
        body=Operation, author="voice", audience="home", apply=_apply_operation, erasable=True
    ),
}
