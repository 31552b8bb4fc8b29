"""The vectors that the program reads are read by the browser's modules too."""

import re

from tests.protocol.wire.vector_files import ROOT
from tests.web.browser import HERE, run_node

# What a browser has no part in: it is no witness.
_NOT_READ = {"ledger/add-checkpoint"}
_LEAST = 580
_PASSED = re.compile(r"^\s*ok \d+ - (\S+\.json)$", re.MULTILINE)


def test_every_vector_gives_the_same_in_the_browsers_modules() -> None:
    files = [str(path) for path in sorted(HERE.glob("*.test.mjs"))]
    passed = set(_PASSED.findall(run_node("--test", "--test-reporter=tap", *files)))
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("wire", "ledger", "identity")
        for path in (ROOT / folder).rglob("*.json")
        if path.relative_to(ROOT).parent.as_posix() not in _NOT_READ
    }
    assert passed == wanted
    assert len(passed) >= _LEAST
