"""The files that other implementations read, read by this one."""

from typing import Any

from protocol.identity.chain import open_chain
from tests.protocol.wire.vector_files import Verdict, vectors


@vectors("identity")
def test_chain(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        chain = open_chain(tuple(raw.encode() for raw in vector["given"]))
        verdict.gives = {
            "community": chain.community,
            "log keys": [[one.since, one.log.text] for one in chain.keysets],
            "voice": chain.current.voice.text,
            "witness": chain.current.witness.text,
        }
    verdict.check(vector)
