"""Write tests/vectors/identity and tests/vectors/kinds: python -m tests.vectors.make_kinds

Run when a case is added; the files are what counts, and are committed. What is expected is
said by hand, in the tables of the tests.
"""

from protocol.identity.chain import open_chain
from tests.protocol.identity.chains import BROKEN, chain_of, raws
from tests.protocol.kinds.cases import CASES
from tests.vectors.vector_writer import Folder


def make_chains() -> None:
    folder = Folder("identity")
    for length in (1, 2, 3):
        chain = open_chain(raws(chain_of(length)))
        gives = {
            "community": chain.community,
            "log keys": [[one.since, one.log.text] for one in chain.keysets],
            "voice": chain.current.voice.text,
            "witness": chain.current.witness.text,
        }
        messages = [raw.decode() for raw in raws(chain)]
        folder.good(f"events-{length}", messages, "follows the rules", gives)
    for name, (broken, code) in BROKEN.items():
        folder.bad(name, [raw.decode() for raw in broken], code, name.replace("-", " "))


def make_kinds() -> None:
    folder, past = Folder("kinds/case"), Folder("kinds/history")
    told: set[str] = set()
    for case in CASES:
        ledger = case.story()
        entries = len(ledger.raws)
        said = ledger.write(case.kind, case.said(ledger), case.by, case.to)
        # A few bodies need a text published first.
        history = case.story.__name__ if len(ledger.raws) == entries else f"{case.name}-before"
        history = history.replace("_", "-")
        if history not in told:
            told.add(history)
            story = {"ledger": ledger.id, "entries": [raw.decode() for raw in ledger.raws]}
            past.good(history, story, history.replace("-", " "))
        given = {
            "history": history,
            "message": said.decode(),
            "received": ledger.now,
            "door": case.door,
        }
        why = f"{case.by} says {case.kind}: {case.name.replace('-', ' ')}"
        if case.fold == "ok":
            folder.good(case.name, given, why)
        else:
            folder.bad(case.name, given, case.fold, why)


if __name__ == "__main__":
    make_chains()
    make_kinds()
