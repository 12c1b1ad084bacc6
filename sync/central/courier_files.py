# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files on the centre's disk: read, taken in, answered; in words for who tends it."""

from __future__ import annotations

import errno
import os
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from sync.central.courier import CourierDesk, TakenIn
from sync.courier.bundle import HeldRecord
from sync.errors import CourierRefused

_REFUSALS: Final[dict[str, str]] = {
    "courier.not-ours": "bukan berkas kurir Tanggap.",
    "courier.cut": "belum tersalin seluruhnya ({have} dari {want} bita). Salin ulang dari "
    "media asalnya.",
    "courier.damaged": "rusak atau diubah di jalan. Salin ulang dari media asalnya, atau minta "
    "ekspor baru; pekerjaan petugas masih ada di komputernya.",
    "courier.too-new": "dibuat program yang lebih baru. Perbarui program pusat.",
    "courier.too-large": "melebihi batas sehingga tidak dibaca.",
    "courier.unreadable": "berisi pesan yang tidak dimengerti. Perbarui program pusat.",
    "courier.wrong-recipient": "bukan untuk pusat ini (pusat lain, atau balasan untuk sebuah "
    "perangkat).",
    "courier.wrong-direction": "adalah balasan untuk sebuah perangkat, bukan kiriman ke pusat.",
    "courier.unknown-sender": "dari perangkat yang kuncinya belum terdaftar. Petugas perlu masuk "
    "sekali lewat jaringan.",
    "courier.revoked": "dari perangkat {officer} yang dicabut. Pastikan bersama petugasnya, lalu "
    "ulangi dengan --from-revoked.",
    "courier.account-closed": "dari akun {officer} yang sudah ditutup. Buka dahulu akunnya.",
}
_VERDICTS: Final = {
    "accepted": "diterima",
    "conflict": "perlu keputusan petugas",
    "rejected": "ditolak",
    "blocked": "menunggu keputusan atas langkah sebelumnya",
    "retry": "ditunda",
}
_NOT_TAKEN: Final = {
    "damaged": "rusak di jalan, akan ikut lagi pada ekspor berikutnya",
    "no-room": "tidak ada tempat di disk pusat",
    "quota": "jatah petugas untuk 24 jam habis, akan ikut lagi pada ekspor berikutnya; tanpa batas "
    "dengan --daily-megabytes 0",
    "not-kept": "pusat dijalankan tanpa --files",
    "busy": "sedang diterima lewat jaringan",
}
_FAULTS: Final = {
    errno.ENOENT: "berkas atau folder tidak ada, mungkin medianya sudah dicabut",
    errno.ENODEV: "media sudah dicabut",
    errno.ENOSPC: "tidak ada tempat lagi di disk atau media",
    errno.EDQUOT: "jatah disk habis",
    errno.EROFS: "media terkunci dari penulisan",
    errno.EACCES: "tidak ada izin untuk membaca atau menulis di sana",
    errno.EPERM: "tidak ada izin untuk membaca atau menulis di sana",
    errno.EISDIR: "itu folder, bukan berkas",
}
_AGAIN: Final = (
    "Perbaiki lalu ulangi perintah ini; mengambil berkas yang sama dua kali tidak menggandakan "
    "apa pun."
)
_FRESH: Final = ".tanggap-*.new"
_ABANDONED_S: Final = 2 * 86_400
"""Longer than the largest reply takes, and than sticks err that keep local times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file, in words."""

    taken: bool
    lines: Sequence[str]


def take_in_file(
    desk: CourierDesk, path: Path, reply_to: Path, *, from_revoked: bool = False
) -> Outcome:
    """Take a file in and put its reply into a folder; the file itself stays as it is."""
    try:
        reply_to.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as file:
            taken = _answered(desk, file, reply_to, from_revoked=from_revoked)
    except CourierRefused as error:
        why = _REFUSALS.get(error.code, error.code).format(**error.data)
        return Outcome(taken=False, lines=[f"{path.name}: {why} Tidak ada yang diambil."])
    except OSError as error:
        why = _FAULTS.get(error.errno or 0, "media atau disk tidak menjawab sebagaimana mestinya")
        told = f"{path.name}: {why} ({error.filename or reply_to})."
        return Outcome(taken=False, lines=[f"{told} {_AGAIN}"])
    return Outcome(taken=True, lines=list(_lines(path.name, taken)))


def sweep_unfinished(reply_to: Path, now_s: float) -> None:
    """Delete what take-ins that were cut off (by a power cut, a stick pulled out) left behind."""
    with suppress(OSError):  # a stick that is not well is told of when the reply is written
        for fresh in list(reply_to.glob(_FRESH)):
            if fresh.stat().st_mtime < now_s - _ABANDONED_S:
                fresh.unlink()


def _lines(name: str, taken: TakenIn) -> Iterator[str]:
    which = f"berkas nomor {taken.n}" if taken.n else "salinan tersegel"
    again = ", sudah pernah diambil" if taken.repeated else ""
    yield f"{name}: {which} dari {taken.officer} ({taken.device}){again}."
    counts = [f"{count} {_VERDICTS.get(word, word)}" for word, count in taken.verdicts.items()]
    yield f"  Tindakan: {', '.join(counts) or 'tidak ada'}."
    if taken.missing:
        numbers = ", ".join(map(str, taken.missing))
        yield (
            f"  Nomor {numbers} belum pernah sampai di sini. Tindakan yang belum dijawab ikut "
            "dalam berkas ini; kabari petugasnya bila medianya mungkin hilang."
        )
    if taken.held_back:
        yield f"  {taken.held_back} tindakan bertanggal sesudah pencabutan tidak diambil."
    yield from _file_lines(taken.files)
    yield f"  Balasan: {taken.reply_name}"


def _file_lines(files: HeldRecord) -> Iterator[str]:
    if files.held:
        yield f"  Lampiran: {len(files.held)} berkas ada di pusat."
    for why, count in Counter(files.refused.values()).items():
        yield f"  Lampiran: {count} berkas tidak diambil; {_NOT_TAKEN.get(why, why)}."


def _answered(desk: CourierDesk, file: BinaryIO, reply_to: Path, *, from_revoked: bool) -> TakenIn:
    """Put the reply down whole or not at all: a stick may be pulled out at any time."""
    fresh = reply_to / _FRESH.replace("*", str(uuid.uuid4()))
    try:
        with fresh.open("w+b") as reply:
            taken = desk.take_in(file, reply, from_revoked=from_revoked)
            reply.flush()
            os.fsync(reply.fileno())
        fresh.replace(reply_to / taken.reply_name)
    finally:
        fresh.unlink(missing_ok=True)
    return taken
