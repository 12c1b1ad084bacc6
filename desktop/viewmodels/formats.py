# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place where dates, instants, numbers and sizes become text."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from PySide6.QtCore import QDate, QLocale, QTime

from sync.i18n import gettext as _
from sync.i18n import ngettext

_LOCALES = {"id": "id_ID", "en": "en_GB"}
_MINUTE_MS = 60_000
_KBIT_PER_MBIT = 1000
_HOUR_MS = 60 * _MINUTE_MS


class Formats:
    """Writes values as one language does, in one time zone."""

    def __init__(self, language: str, zone: tzinfo | None = None) -> None:
        """Write in a language.

        Args:
            language: a key of `sync.i18n.LANGUAGES`.
            zone: where the reader is; None for the zone of this computer.
        """
        self._locale = QLocale(_LOCALES[language])
        self._zone = zone

    def number(self, value: int) -> str:
        """Return "1.840"."""
        return self._locale.toString(value)

    def size(self, size_bytes: int) -> str:
        """Return "1,2 MB"."""
        traditional = QLocale.DataSizeFormat.DataSizeTraditionalFormat
        return self._locale.formattedDataSize(size_bytes, 1, traditional)

    def speed(self, bytes_per_s: float) -> str:
        """Return "64 kbit/s" or "2,5 Mbit/s"."""
        kbit = bytes_per_s * 8 / 1000
        if kbit < _KBIT_PER_MBIT:
            return _("{number} kbit/s").format(number=self._locale.toString(round(kbit)))
        number = self._locale.toString(kbit / _KBIT_PER_MBIT, "f", 1)
        return _("{number} Mbit/s").format(number=number)

    def seconds(self, seconds: float) -> str:
        """Return "0,6 s"."""
        return _("{number} s").format(number=self._locale.toString(seconds, "f", 1))

    def percent(self, share: float) -> str:
        """Return "42%" for 0.42."""
        return _("{number}%").format(number=self._locale.toString(int(share * 100)))

    def day(self, day: date, today: date) -> str:
        """Return "Kam 26 Nov", with the year when it is not this one."""
        pattern = "ddd d MMM" if day.year == today.year else "ddd d MMM yyyy"
        return self._date(day, pattern)

    def full_day(self, day: date) -> str:
        """Return "Kamis, 26 November 2026"."""
        return self._date(day, "dddd, d MMMM yyyy")

    def moment(self, at: int) -> str:
        """Return "23 Nov 2026 09.14"."""
        local = self._local(at)
        return f"{self._date(local.date(), 'd MMM yyyy')} {self._time(local)}"

    def short_moment(self, at: int, now: int) -> str:
        """Return "23 Nov 09.14", with the year when it is not this one."""
        local = self._local(at)
        if local.year != self._local(now).year:
            return self.moment(at)
        return f"{self._date(local.date(), 'd MMM')} {self._time(local)}"

    def time_or_moment(self, at: int, now: int) -> str:
        """Return "08.12" for today, else as `short_moment`."""
        local = self._local(at)
        if local.date() == self._local(now).date():
            return self._time(local)
        return self.short_moment(at, now)

    def age(self, at: int, now: int) -> str:
        """Return "2 jam lalu", "kemarin", "20 Nov" or "20 Nov 2025"."""
        then, present = self._local(at), self._local(now)
        elapsed = max(0, now - at)
        days = (present.date() - then.date()).days
        if elapsed < _MINUTE_MS:
            return _("just now")
        if elapsed < _HOUR_MS:
            minutes = elapsed // _MINUTE_MS
            return ngettext("{count} minute ago", "{count} minutes ago", minutes).format(
                count=minutes
            )
        if days == 0:
            hours = elapsed // _HOUR_MS
            return ngettext("{count} hour ago", "{count} hours ago", hours).format(count=hours)
        if days == 1:
            return _("yesterday")
        return self._date(then.date(), "d MMM" if then.year == present.year else "d MMM yyyy")

    def duration(self, seconds: float) -> str:
        """Return a length of time, roughly: "kurang dari semenit", "3 menit", "2 hari"."""
        minutes, hours, days = (round(seconds / unit) for unit in (60, 3600, 86_400))
        if minutes < 1:
            return _("less than a minute")
        if days > 1:
            return ngettext("{count} day", "{count} days", days).format(count=days)
        if hours > 1:
            return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)

    def today(self, now: int) -> date:
        """Return the reader's day."""
        return self._local(now).date()

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self._zone)

    def _date(self, day: date, pattern: str) -> str:
        return self._locale.toString(QDate(day.year, day.month, day.day), pattern)

    def _time(self, local: datetime) -> str:
        short = QLocale.FormatType.ShortFormat
        return self._locale.toString(QTime(local.hour, local.minute), short)
