"""Times as people say them: "viernes 27 de noviembre, 20:00", "en 2 días"."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from babel.dates import LOCALTZ, format_datetime, format_timedelta, get_timezone

from node.pages.wording import Language

_THIS_YEAR: Final = {"es": "EEEE d 'de' MMMM, HH:mm", "en": "EEEE d MMMM, HH:mm"}
_ANY_YEAR: Final = {"es": "EEEE d 'de' MMMM 'de' y, HH:mm", "en": "EEEE d MMMM y, HH:mm"}
_FURTHEST: Final = 253_402_300_799
"""The last second of the year 9999; whoever names a later one means "never"."""


class Moments:
    """Unix seconds in one language, one place on earth, at one moment."""

    def __init__(self, language: Language, zone: str, now: int) -> None:
        """`zone` is a time zone's name; without one it is the machine's own."""
        self.now = now
        self._language = language
        self._zone: tzinfo = get_timezone(zone) if zone else LOCALTZ

    def at(self, seconds: int) -> str:
        """The day and the time; with the year unless it is this one."""
        moment = self._moment(seconds)
        this_year = moment.year == self._moment(self.now).year
        pattern = (_THIS_YEAR if this_year else _ANY_YEAR)[self._language]
        return format_datetime(moment, pattern, locale=self._language)

    def from_now(self, seconds: int) -> str:
        """How long until then, or since then."""
        return format_timedelta(
            timedelta(seconds=min(seconds, _FURTHEST) - self.now),
            add_direction=True,
            threshold=1.3,
            locale=self._language,
        )

    def span(self, seconds: int) -> str:
        """A length of time."""
        return format_timedelta(timedelta(seconds=seconds), threshold=1.3, locale=self._language)

    def machine(self, seconds: int) -> str:
        """For the `datetime` of a `time` element."""
        return datetime.fromtimestamp(min(seconds, _FURTHEST), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def field(self, seconds: int) -> str:
        """For the value of a field of type `datetime-local`."""
        return self._moment(seconds).strftime("%Y-%m-%dT%H:%M")

    def read_field(self, text: str) -> int | None:
        """What a field of type `datetime-local` holds, or None."""
        try:
            moment = datetime.strptime(text[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=self._zone)
        except ValueError:
            return None
        return max(0, int(moment.timestamp()))

    def on_day(self, ahead: timedelta, hour: int) -> int:
        """That hour of the day so long from now."""
        day = self._moment(self.now) + ahead
        at = day.replace(tzinfo=None, hour=hour, minute=0, second=0, microsecond=0)
        return int(at.replace(tzinfo=self._zone).timestamp())

    def _moment(self, seconds: int) -> datetime:
        return datetime.fromtimestamp(min(seconds, _FURTHEST), UTC).astimezone(self._zone)
