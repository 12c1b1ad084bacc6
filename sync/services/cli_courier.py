# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap courier`` and ``tanggap rescue``: what they do and say, in Bahasa Indonesia."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sync.courier.bundle import Direction
from sync.courier.names import file_name
from sync.errors import SignInFailed, StoreUnavailable
from sync.services import wording
from sync.services.cli_answer import Answer
from sync.services.courier import CourierStatus, Freight, Imported
from sync.services.courier_files import MOST_BYTES
from sync.services.desk import Desk
from sync.services.profiles import Profile
from sync.services.relaying import Carried, NotTaken, Waiting
from sync.services.sealing import Copied, copy_path
from sync.services.session import SignIn
from sync.store.plain_files import read_file, write_file

_MEGABYTE: Final = 1_000_000


def _export(desk: Desk, arguments: argparse.Namespace) -> Answer:
    freight = Freight(
        out_bytes=MOST_BYTES if arguments.files_mb is None else arguments.files_mb * _MEGABYTE,
        back_bytes=arguments.reply_mb * _MEGABYTE,
    )
    written = desk.courier.export(arguments.folder, freight)
    data = {
        "file": str(written.path),
        "n": written.n,
        "acts": written.acts,
        "files": written.files,
        "files_left": written.files_left,
    }
    lines = [
        f"Berkas nomor {written.n} ditulis: {written.path}",
        f"Dititipkan ke kurir: {written.acts} tindakan; jawabannya belum diketahui.",
        f"Lampiran: {written.files} berkas ikut, {written.files_left} tinggal.",
        "Tindakan yang sama masih boleh terkirim lewat jaringan; tidak ada yang terkirim dua kali.",
    ]
    return Answer(data=data, lines=lines)


def _take(desk: Desk, arguments: argparse.Namespace) -> Answer:
    match desk.courier.take(arguments.file):
        case Imported() as brought:
            data = {
                "n": brought.n,
                "answers": brought.answers,
                "settled": brought.settled,
                "cases": brought.cases,
                "old": brought.is_old,
                "missing": list(brought.missing),
                "files": brought.brought.files,
                "files_damaged": brought.brought.damaged,
                "files_at_centre": brought.brought.at_centre,
                "files_refused": brought.brought.refused,
            }
            return Answer(data=data, lines=list(_brought(brought)))
        case Waiting() as waiting:
            told = f"Pusat tidak terjangkau. {waiting.name} menunggu di sini; dibawakan oleh sync."
            return Answer(data={"waiting": waiting.name}, lines=[told])
        case Carried() as carried:
            data = {"reply": str(carried.reply), "missing": list(carried.missing)}
            told = f"Diterima pusat. Balasan untuk pengirimnya: {carried.reply}"
            return Answer(data=data, lines=[told])


def relayed(desk: Desk) -> list[str]:
    """Carry what waits for the line; tell what became of it."""
    lines: list[str] = []
    for done in desk.courier.relay.carry_waiting():
        match done:
            case Carried():
                lines.append(f"Berkas rekan diterima pusat. Balasan: {done.reply}")
            case NotTaken():
                why = wording.sentence(done.code)
                lines.append(f"Berkas rekan ditolak pusat: {why} Tersimpan: {done.path}")
    return lines


def _brought(brought: Imported) -> Iterator[str]:
    yield (
        f"Balasan nomor {brought.n} diambil: {brought.settled} tindakan dijawab pusat, "
        f"{brought.cases} laporan diperbarui."
    )
    if brought.is_old:
        yield "Perubahan di dalamnya sudah ada di sini; tidak ada yang berubah."
    if brought.missing:
        numbers = ", ".join(map(str, brought.missing))
        yield f"Balasan nomor {numbers} tidak pernah sampai; isinya tercakup dalam yang ini."
    files = brought.brought
    if files.files or files.at_centre:
        yield (
            f"Lampiran: {files.files} berkas datang; {files.at_centre} berkas Anda kini ada di "
            "pusat."
        )
    if files.damaged or files.refused:
        yield (
            f"Lampiran: {files.damaged} berkas rusak di jalan dan {files.refused} tidak diambil "
            "pusat; semuanya ikut lagi pada berkas berikutnya."
        )


def _status(desk: Desk, _arguments: argparse.Namespace) -> Answer:
    now = desk.courier.status()
    data = {
        "sent": now.sent,
        "sent_at": now.sent_at,
        "received": now.received,
        "received_at": now.received_at,
        "waiting": now.waiting,
        "centre": now.centre,
        "centre_offered": now.centre_offered,
        "relay": [path.name for path in desk.courier.relay.waiting()],
    }
    return Answer(data=data, lines=list(_standing(now)))


def _standing(now: CourierStatus) -> Iterator[str]:
    yield f"Berkas terakhir ke pusat : {_numbered(now.sent, now.sent_at)}"
    yield f"Balasan terakhir         : {_numbered(now.received, now.received_at)}"
    yield f"Menunggu balasan         : {now.waiting} tindakan"
    yield f"Kunci pusat              : {now.centre or 'belum dikenal; jalankan sync sekali'}"
    if now.centre_offered:
        yield f"PERHATIAN: pusat kini menunjukkan kunci lain: {now.centre_offered}"


def _trust(desk: Desk, _arguments: argparse.Namespace) -> Answer:
    desk.courier.trust_centre(desk.courier.status().centre_offered)
    centre = desk.courier.status().centre
    return Answer(data={"centre": centre}, lines=[f"Kunci pusat sekarang: {centre}"])


ACTIONS: Final[Mapping[str, Callable[[Desk, argparse.Namespace], Answer]]] = {
    "export": _export,
    "import": _take,
    "status": _status,
    "trust": _trust,
}


def list_copies(door: SignIn, known: Sequence[Profile]) -> Answer:
    """Tell of every sealed copy; of those that need a passphrase, only that they are there."""
    there = [each for each in known if copy_path(each.folder).exists()]
    looked = [(each, _look(door, each)) for each in there]
    return Answer(
        data=[
            {
                "profile": profile.id,
                "username": profile.username,
                "made_at": None if copied is None else copied.made_at,
                "acts": None if copied is None else copied.acts,
                "drafts": None if copied is None else copied.drafts,
            }
            for profile, copied in looked
        ],
        lines=[_copy_line(*each) for each in looked] or ["Tidak ada salinan tersegel."],
    )


def restore(desk: Desk) -> Answer:
    """Tell what was put back when the desk was opened."""
    count = desk.store.opening.put_back
    told = f"{count} tindakan dan draf dikembalikan; lihat outbox, lalu jalankan sync."
    lines = [told if count else "Tidak ada yang hilang; tidak ada yang perlu dikembalikan."]
    return Answer(data={"put_back": count}, lines=lines)


def export_copy(profile: Profile, folder: Path, new_id: Callable[[], str]) -> Answer:
    """Copy a sealed copy for the centre; it is sealed to the centre already.

    Raises:
        StoreUnavailable: ``store.no-copy``; the disk cannot be read or written.
    """
    source = copy_path(profile.folder)
    if not source.exists():
        raise StoreUnavailable("store.no-copy")
    path = folder / file_name(Direction.COPY, 0, new_id())
    write_file(path, read_file(source))
    return Answer(data={"file": str(path)}, lines=[f"Siap dibawa ke pusat: {path}"])


def _look(door: SignIn, profile: Profile) -> Copied | None:
    try:
        return door.sealed_copy(profile).look()
    except (SignInFailed, StoreUnavailable):
        return None


def _copy_line(profile: Profile, copied: Copied | None) -> str:
    if copied is None:
        return f"{profile.username}: terkunci; dapat dibawa ke pusat dengan rescue export"
    return (
        f"{profile.username}: {copied.acts} tindakan, {copied.drafts} draf "
        f"({_moment(copied.made_at)})"
    )


def _numbered(n: int, at: int | None) -> str:
    return "belum ada" if not n or at is None else f"nomor {n}, {_moment(at)}"


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%d-%m-%Y %H.%M")
