"""Key chains, whole and broken: one row a fault; tests/vectors/identity holds the same as files."""

from protocol.errors import ProtocolError
from protocol.identity.chain import Chain, open_chain
from protocol.wire.keys import PrivateKey
from protocol.wire.message import open_message, write_message
from tests.protocol.ledgers import inception, key, nonce, rotation


def chain_of(length: int) -> Chain:
    """A chain of so many events, each ten entries after the last."""
    chain = open_chain((inception(),))
    for number in range(1, length):
        chain = open_chain((*raws(chain), rotation(chain, number, 10 * number)))
    return chain


def raws(chain: Chain) -> tuple[bytes, ...]:
    return tuple(event.raw for event in chain.events)


def code_of(*messages: bytes) -> str:
    try:
        open_chain(messages)
    except ProtocolError as problem:
        return problem.code
    return "ok"


def resigned(raw: bytes, signer: PrivateKey, **changed: str) -> bytes:
    """The same event with other members in its body, signed by somebody."""
    message = open_message(raw)
    return write_message(
        signer,
        ledger=message.ledger,
        kind=message.kind,
        audience=changed.pop("audience", message.audience),
        nonce=nonce(7),
        body=dict(message.body) | changed,
    )


BROKEN = {
    "nothing": ((), "chain-length"),
    "rotation-first": ((rotation(chain_of(1), 1, 5),), "chain-start"),
    "inception-not-by-its-root": (
        (resigned(inception(), key("Mallory")),),
        "chain-root",
    ),
    "inception-at-home": (
        (resigned(inception(), key("root0"), audience="community"),),
        "chain-start",
    ),
    "inception-one-key-for-two-roles": ((inception(log=key("voice")),), "chain-roles"),
    "inception-root-as-voice": ((inception(voice=key("root0")),), "chain-roles"),
    "inception-promises-itself": ((inception(next=key("root0")),), "chain-next"),
    "inception-promises-a-hot-key": ((inception(next=key("log")),), "chain-next"),
    "inception-twice": ((inception(), inception()), "chain-event"),
    "rotation-of-another-community": (
        (inception(), rotation(open_chain((inception("other"),)), 1, 5)),
        "chain-event",
    ),
    "rotation-at-home": (
        (inception(), resigned(rotation(chain_of(1), 1, 5), key("root1"), audience="community")),
        "chain-event",
    ),
    "rotation-of-an-event-before": (
        (
            *raws(chain_of(2)),
            resigned(rotation(chain_of(1), 1, 50), key("root2"), root=key("root2").public.text),
        ),
        "chain-previous",
    ),
    "rotation-left-out": ((inception(), raws(chain_of(3))[2]), "chain-previous"),
    "rotation-at-the-same-size": (
        (*raws(chain_of(2)), rotation(chain_of(2), 2, 10)),
        "chain-size",
    ),
    "rotation-at-size-zero": ((inception(), rotation(chain_of(1), 1, 0)), "chain-size"),
    "rotation-promises-the-promise-before": (
        (inception(), rotation(chain_of(1), 1, 5, next=key("root1"))),
        "chain-next",
    ),
    "rotation-promises-an-older-promise": (
        (*raws(chain_of(2)), rotation(chain_of(2), 2, 50, next=key("root1"))),
        "chain-next",
    ),
    "rotation-by-a-key-not-promised": (
        (inception(), rotation(chain_of(1), 1, 5, root=key("Mallory"))),
        "chain-root",
    ),
    "rotation-promises-a-hot-key": (
        (inception(), rotation(chain_of(1), 1, 5, next=key("witness1"))),
        "chain-next",
    ),
    "signature-cut": (
        (inception().replace(b'"signature":"', b'"signature":"A', 1),),
        "message-signature",
    ),
}
