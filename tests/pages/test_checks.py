"""Whatever a browser may find out, there is a sentence to tell it with."""

import re
from pathlib import Path

from node.pages.ledger.verifying import script_words
from node.pages.wording import page_words

_DEVICE = Path(__file__).parents[2] / "node" / "pages" / "web" / "device"
_SHOWN = Path(__file__).parents[2] / "node" / "pages" / "web" / "entries"
_FINDING = ("verifying.js", "kept.js", "bundles.js")
_KEY = re.compile(r"\b(?:yes|no|unsure|say|folded|row)\(\s*'([a-z-]+)'")
_LOOKED = re.compile(r"\.look\('([a-z]+)'")
_COMPARED = re.compile(r"\['([a-z-]+)', ")


def test_every_key_of_the_scripts_has_words() -> None:
    words = script_words(page_words("es"))
    sources = [*_DEVICE.glob("*.js"), *_SHOWN.glob("*.js")]
    text = "\n".join(source.read_text("utf-8") for source in sources)
    names = set(_LOOKED.findall(text))
    keys = set(_KEY.findall(text)) | {f"label-{name}" for name in names}
    keys |= (
        {f"means-{name}" for name in names}
        | {f"{name}-no" for name in names}
        | {"c-code", "c-detail"}
    )
    for source in _FINDING:
        keys |= {f"c-{name}" for name in _COMPARED.findall((_DEVICE / source).read_text("utf-8"))}
    quoted = set(re.findall(r"'([a-z]+(?:-[a-z]+)+)'", text))
    assert names >= {"signature", "author", "chain", "place", "head", "published", "before"}
    assert keys - set(words) == set()
    # And none is there for nothing.
    built = ("sign-", "verdict-", "receipt-", "published-", "before-")
    unsaid = {key for key in words if key not in keys | quoted and not key.startswith(built)}
    assert unsaid <= {"tell", "save", "details", "unnamed", "progress", "unreached"}
