"""How often one asker may ask: a count for each minute, on the node's own clock.

The usual libraries count on the machine's clock, in a thread of their own; neither would run
on virtual time.

Whoever is known is counted by key, so that a flood from the same address, or from behind
the same proxy, does not shut peers and members out. Strangers share what their address has.
"""

from ipaddress import IPv6Address, ip_address
from typing import Final

from node.api.problems import Problem
from node.ports import Clock

KNOWN_SHARE: Final = 20
"""So many times a stranger's share goes to a member, a peer or the operator."""
_WINDOW_S: Final = 60.0
_MOST_ASKERS: Final = 50_000
_CROWD: Final = "crowd"


class Quotas:
    """Counts by asker, forgotten when the minute is over."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._counts: dict[str, int] = {}
        self._until = 0.0

    def take(self, asker: str, *, share: int = 1, cost: int = 1) -> bool:
        """Count `cost` for an asker; False once the share of this minute is used up."""
        self._turn()
        if asker not in self._counts and len(self._counts) >= _MOST_ASKERS:
            # More addresses than anybody needs: whoever comes now shares one count.
            asker = _CROWD
        count = self._counts[asker] = self._counts.get(asker, 0) + cost
        return count <= self._per_minute * share

    def is_spent(self, asker: str) -> bool:
        """Whether a stranger's share was used up before, without counting anything."""
        return self._counts.get(asker, 0) > self._per_minute and not self._turn()

    def refusal(self) -> Problem:
        """What somebody is told who asks too often."""
        wait_s = max(1, round(self._until - self._clock.monotonic()))
        headers = {"retry-after": str(wait_s)}
        return Problem(429, "too-often", f"ask again in {wait_s} s", headers)

    def _turn(self) -> bool:
        now = self._clock.monotonic()
        if now < self._until:
            return False
        self._counts.clear()
        self._until = now + _WINDOW_S
        return True


def address_of(client: tuple[str, int] | None) -> str:
    """What strangers at one connection share; an IPv6 subscriber has a whole /64."""
    if client is None:
        return "unknown"
    try:
        address = ip_address(client[0])
    except ValueError:
        return client[0][:64]
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else f"{int(address) >> 64:x}/64"
    return str(address)
