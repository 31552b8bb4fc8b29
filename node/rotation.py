"""New keys for a community, by the recovery words on paper. The node is stopped meanwhile.

The new keys are staged in a file of their own first, then the rotation is appended, and only
then do they take the old ones' place. A crash in between leaves both files; the next start
compares them with the ledger and takes the keys that it names.
"""

import asyncio
from dataclasses import dataclass

from node.keys import (
    KeyFileError,
    new_keys,
    new_seed,
    promote_keys,
    recovery_words,
    seed_of_words,
    stage_keys,
)
from node.ports import Ports
from node.runtime import open_node
from node.settings import Settings
from protocol.identity.chain import commitment, write_rotation
from protocol.wire.digests import CommunityId
from protocol.wire.keys import PrivateKey
from protocol.wire.limits import NONCE_BYTES

_ASK_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a rotation gives; the words replace those on paper and are stored nowhere."""

    community: CommunityId
    index: int
    words: str


async def rotate_keys(settings: Settings, ports: Ports, words: str) -> Rotated:
    """Give the community new keys.

    Args:
        settings: the operator's.
        ports: time, threads and chance.
        words: the recovery words in force.

    Raises:
        KeyFileError: these are not the words that the last keys promised.
        Unavailable: others hold more of our ledger than we, and cannot be reached.
        ProtocolError: the ledger does not take the rotation.
    """
    root = PrivateKey.from_seed(seed_of_words(words))
    async with open_node(settings, ports) as node:
        chain = node.books.own.identity
        if commitment(root.public) != chain.current.next:
            raise KeyFileError("these are not the recovery words that are in force now")
        try:
            await asyncio.wait_for(node.recovery.run(), _ASK_S)
        except TimeoutError:
            if node.journal.read_only is not None:
                raise node.journal.read_only from None
        fresh, following = new_keys(ports.entropy), new_seed(ports.entropy)
        stage_keys(settings.data_dir, fresh)
        rotation = write_rotation(
            root,
            node.books.own.identity,
            log=fresh.log.public,
            witness=fresh.witness.public,
            voice=fresh.voice.public,
            next_root=PrivateKey.from_seed(following).public,
            size=node.journal.head.size,
            nonce=ports.entropy.bytes(NONCE_BYTES),
        )
        accepted = await node.journal.submit(rotation)
        languages = node.books.own.presence.languages
    promote_keys(settings.data_dir)
    return Rotated(
        community=chain.community,
        index=accepted.index,
        words=recovery_words(following, languages[0] if languages else "en"),
    )
