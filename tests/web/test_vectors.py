"""The vectors that the program reads are read by the browser's modules too."""

import re

from protocol.wire import limits
from tests.protocol.test_error_codes import page
from tests.protocol.wire.vector_files import ROOT
from tests.web.browser import HERE, WEB, run_node

# What a browser has no part in: it is no witness.
_NOT_READ = {"ledger/add-checkpoint"}
_LEAST = 580
_OWN_LIMITS = {"KEY_CACHE_SIZE", "KEY_BYTES", "SEED_BYTES", "SIGNATURE_BYTES"}
_LIMIT = re.compile(r"^export const ([A-Z_]+) = ([0-9_]+);", re.MULTILINE)
_RAISED = re.compile(r"\b(malformed|unauthentic|inconsistent|refused)\(\s*'([a-z0-9-]+)'")
_PASSED = re.compile(r"^\s*ok \d+ - (\S+\.json)$", re.MULTILINE)


def test_every_vector_gives_the_same_in_the_browsers_modules() -> None:
    files = [str(path) for path in sorted(HERE.glob("*.test.mjs"))]
    passed = set(_PASSED.findall(run_node("--test", "--test-reporter=tap", *files)))
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("wire", "ledger", "identity", "replication/bundle", "replication/parts")
        for path in (ROOT / folder).rglob("*.json")
        if path.relative_to(ROOT).parent.as_posix() not in _NOT_READ
    }
    assert passed == wanted
    assert len(passed) >= _LEAST


def test_limits_are_those_of_the_protocol() -> None:
    found = dict(_LIMIT.findall((WEB / "wire" / "limits.js").read_text("utf-8")))
    assert len(found) > 15
    for name, value in found.items():
        if name not in _OWN_LIMITS:
            assert int(value) == getattr(limits, name), name


def test_codes_and_families_are_those_of_the_specification() -> None:
    told = {code: family.lower() for code, (family, _) in page().items()}
    sources = [path for path in WEB.rglob("*.js") if "node_modules" not in path.parts]
    raised = {
        (code, family)
        for path in sources
        for family, code in _RAISED.findall(path.read_text("utf-8"))
    }
    assert len(raised) > 40
    for code, family in raised:
        assert family in told[code].split(", "), code
