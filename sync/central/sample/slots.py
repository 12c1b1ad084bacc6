# SPDX-License-Identifier: AGPL-3.0-or-later
"""The particulars of one complaint, drawn when a sentence first asks for them and kept after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from sync.central.sample.phrases import phrases
from sync.central.sample.places import Place, streets

DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September"),
    *("Oktober", "November", "Desember"),
)
_CAPITAL: Final = "_kapital"
"""``{keluarga_kapital}`` is ``{keluarga}`` at the start of a sentence."""
_BOOKING_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def long_date(day: date) -> str:
    """A date as Indonesians write it: 18 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


class Slots(dict[str, str]):
    """Fills the slots of templates; one complaint, one set of particulars.

    Raises KeyError for a slot that nobody knows.
    """

    def __init__(
        self,
        rng: Random,
        *,
        received: datetime,
        place: Place,
        short_name: str,
        words: Mapping[str, tuple[str, ...]],
    ) -> None:
        super().__init__(
            {
                slot: word
                for slots, lines in words.items()
                for slot, word in zip(slots.split("|"), rng.choice(lines).split("|"), strict=True)
            },
            kota=place.city,
            kecamatan=place.district,
            kelurahan=place.village,
            singkat=short_name,
        )
        if place.spot:
            self["tempat"] = place.spot
        self._rng = rng
        self._happened = received.date() - timedelta(days=rng.choice((1, 1, 1, 2, 3, 5)))

    def __missing__(self, name: str) -> str:
        if name.endswith(_CAPITAL):
            value = self[name.removesuffix(_CAPITAL)]
            value = value[0].upper() + value[1:]
        else:
            value = _GENERATORS[name](self._rng, self._happened)
        self[name] = value
        return value

    def fill(self, template: str) -> str:
        """Put the particulars into a sentence."""
        return template.format_map(self)


def _clock(rng: Random, first: int, last: int) -> str:
    return f"{rng.randint(first, last):02d}.{rng.randrange(0, 60):02d}"


def rupiah(amount: int) -> str:
    """An amount as Indonesians write it: Rp1.250.000."""
    return "Rp" + f"{amount:,}".replace(",", ".")


def _weeks_ago(rng: Random, day: date) -> str:
    return long_date(day - timedelta(days=rng.randint(14, 60)))


def _digits(rng: Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


_GENERATORS: Final[Mapping[str, Callable[[Random, date], str]]] = {
    "tanggal": lambda _, day: long_date(day),
    "hari": lambda _, day: DAYS[day.weekday()],
    "hari_kerja": lambda rng, _: rng.choice(DAYS[:5]),
    "tanggal_lalu": _weeks_ago,
    "bulan": lambda _, day: MONTHS[(day.replace(day=1) - timedelta(days=1)).month - 1],
    "jam": lambda rng, _: _clock(rng, 7, 19),
    "jam_pagi": lambda rng, _: _clock(rng, 6, 8),
    "jam_sore": lambda rng, _: _clock(rng, 16, 18),
    "jam_malam": lambda rng, _: _clock(rng, 20, 22),
    "menit": lambda rng, _: str(rng.randrange(20, 95, 5)),
    "n": lambda rng, _: str(rng.randint(3, 9)),
    "nn": lambda rng, _: str(rng.randint(11, 64)),
    "n_minggu": lambda rng, _: rng.choice(("dua", "tiga", "empat")),
    "n_bulan": lambda rng, _: rng.choice(("dua", "tiga", "empat", "lima", "enam")),
    "rp_kecil": lambda rng, _: rupiah(rng.choice((3_000, 5_000, 8_000, 10_000, 15_000, 20_000))),
    "rp_lpg": lambda rng, _: rupiah(rng.randrange(25_000, 36_000, 1_000)),
    "rp": lambda rng, _: rupiah(rng.randrange(50_000, 950_000, 25_000)),
    "rp_besar": lambda rng, _: rupiah(rng.randrange(1_000_000, 25_000_000, 250_000)),
    "rp_jumbo": lambda rng, _: rupiah(rng.randrange(30, 600, 5) * 1_000_000),
    "jalan": lambda rng, _: rng.choice(streets()),
    "nomor": lambda rng, _: str(rng.randint(1, 140)),
    "rt": lambda rng, _: f"RT {rng.randint(1, 9):02d}/RW {rng.randint(1, 12):02d}",
    "hp": lambda rng, _: f"08{rng.choice(('12', '13', '57', '81', '95'))}xxxx{_digits(rng, 3)}",
    "idpel": lambda rng, _: f"5{_digits(rng, 3)}xxxxxx{_digits(rng, 2)}",
    "tiket": lambda rng, _: f"{rng.choice('GKRT')}{_digits(rng, 8)}",
    "resi": lambda rng, _: f"P{_digits(rng, 10)}",
    "booking": lambda rng, _: "".join(rng.choice(_BOOKING_LETTERS) for _ in range(6)),
    "keluarga": lambda rng, _: rng.choice(phrases("families")),
}
