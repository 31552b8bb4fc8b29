"""`acuerdo rotate`: new keys for the community, by the recovery words on paper."""

import asyncio
import sys

from node.cli.commands import FOLDER, Shown, command
from node.cli.session import Session
from node.cli.trouble import REFUSED, Trouble
from protocol.wire.encoding import JsonValue


@command("rotate", FOLDER, example="acuerdo rotate --data data < words.txt")
def rotate(session: Session) -> Shown:
    """While the node is stopped; the new recovery words are shown once."""
    from node.journal import Unavailable
    from node.keys import KeyFileError
    from node.ports import system_ports
    from node.rotation import rotate_keys
    from node.settings import Settings

    settings = Settings(data_dir=session.data_dir)
    if not (settings.data_dir / "keys.json").exists():
        raise Trouble("not-founded", str(settings.data_dir), REFUSED)
    if sys.stdin.isatty():
        print(session.words("words-ask"), file=sys.stderr)
    ports = system_ports(settings.workers)
    try:
        rotated = asyncio.run(rotate_keys(settings, ports, sys.stdin.readline()))
    except KeyFileError as problem:
        raise Trouble("words-wrong", str(problem)) from None
    except Unavailable as problem:
        raise Trouble("node-recovering", problem.reason, REFUSED) from None
    finally:
        ports.executor.close()
    words = session.words
    numbered = [f"  {at:>2}. {word}" for at, word in enumerate(rotated.words.split(), start=1)]
    lines = [
        words("rotated", index=rotated.index),
        words("root-words"),
        *numbered,
        words("root-words-once"),
    ]
    data: dict[str, JsonValue] = {
        "community": rotated.community,
        "index": rotated.index,
        "words": rotated.words,
    }
    return Shown(data, lines)
