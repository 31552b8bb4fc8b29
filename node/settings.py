"""What the operator decides, read once from the environment (`ACUERDO_...`) and handed down.

There is no settings object of a module: whoever needs a value is given it. Every limit on what
strangers may ask of this machine has its name here; limits of the formats are the protocol's.
"""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PrivateNetworks = Literal["never", "listed", "always"]


class Settings(BaseSettings):
    """One node's settings; the defaults serve a community on one small machine."""

    model_config = SettingsConfigDict(env_prefix="ACUERDO_", frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    """Keys, the operator's token and, unless `database_url` says otherwise, the database."""
    database_url: str = ""
    """`postgresql+psycopg://...`; empty: SQLite in the data directory."""

    host: str = "127.0.0.1"
    port: int = Field(default=8420, ge=0, le=65_535)
    public_url: str = ""
    """Where others reach this node; it goes into `identity/address` and is what they sign."""
    timezone: str = ""
    """For times on the pages, for instance `America/Bogota`; empty: the machine's own."""
    trusted_proxies: str = ""
    """Addresses, comma separated, whose `X-Forwarded-...` headers are believed."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"

    private_networks: PrivateNetworks = "listed"
    """Peers at loopback, link-local and private addresses: never, those that the operator listed
    one by one, or all (for a network that is private as a whole)."""
    proxy: str = ""
    """A proxy for all calls to peers, for instance `socks5h://...` for Tor."""
    peer_timeout_s: int = Field(default=20, ge=1, le=600)
    peer_calls: int = Field(default=4, ge=1, le=64)
    """Calls to other nodes that are under way at a time."""

    workers: int = Field(default=2, ge=1, le=64)
    """Threads for disk and signatures."""
    max_body_bytes: int = Field(default=2 * 1024 * 1024, ge=65_536, le=64 * 1024 * 1024)
    """The largest request, before and after decompression."""
    batch_entries: int = Field(default=4_000, ge=1, le=100_000)
    """Entries in one bundle section that we send."""
    batch_submissions: int = Field(default=128, ge=1, le=10_000)
    """Concurrent submissions that share one transaction and one checkpoint signature."""
    max_waiting: int = Field(default=1_000, ge=1)
    """Submissions that may wait their turn before more are refused."""
    requests_per_minute: int = Field(default=600, ge=1)
    """From one stranger's address; members and peers have their own, larger share."""

    duty_first_retry_ms: int = Field(default=1_000, ge=1)
    duty_last_retry_ms: int = Field(default=15 * 60 * 1_000, ge=1)
    """Retries wait twice as long each time, from the first figure up to the last."""
    duty_idle_ms: int = Field(default=60_000, ge=1)
    """How long the loop of duties sleeps at most when nobody wakes it."""
    pull_interval_s: int = Field(default=60, ge=1)
    """How often a peer is asked for news even if it told us nothing."""
    trust_own_store: bool = False
    """Write at once after a start, without asking others how far our ledger goes: only when the
    network is gone and the operator knows that no backup was restored."""
    snapshot_every: int = Field(default=5_000, ge=1)
    """Entries between two snapshots of a folded book."""

    @field_validator("public_url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("a public address begins with http:// or https://")
        return value.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            if value:
                ZoneInfo(value)
        except (ZoneInfoNotFoundError, OSError) as problem:
            raise ValueError(f"no time zone is called {value!r}") from problem
        return value

    @property
    def store_url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'acuerdo.db'}"

    @property
    def address(self) -> str:
        """Where this node answers, as far as it knows."""
        return self.public_url or f"http://{self.host}:{self.port}"
