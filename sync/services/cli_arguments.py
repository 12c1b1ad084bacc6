# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line's grammar and help, in Bahasa Indonesia."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from typing_extensions import override

from sync.cases.commands import COMMAND_KINDS
from sync.cases.filters import Queue, Sort
from sync.cases.policy import Choice
from sync.engine.budget import LineMode

E = TypeVar("E", bound=StrEnum)

_EPILOG = """\
kode keluar:
  0  berhasil                        5  perlu masuk, atau kata sandi salah
  2  perintah salah                  6  berkas lokal tidak dapat dipakai
  3  ditolak oleh aturan             7  tidak ditemukan
  4  tidak (semua) tersambung        8  tersinkron, tetapi ada yang perlu keputusan

peubah lingkungan:
  TANGGAP_PASSWORD    kata sandi pusat (jika tidak ada: stdin, atau diketik)
  TANGGAP_PASSPHRASE  frasa sandi berkas lokal, bila komputer tidak punya tempat kunci
  TANGGAP_HOME        folder data
  TANGGAP_PLAIN_HTTP  1: izinkan http:// ke komputer lain (hanya jaringan uji tertutup)
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    @override
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "pemakaian: " if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """Speaks Indonesian, and in one sentence."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(formatter_class=_Help, add_help=False, allow_abbrev=False, **options)
        self._positionals.title = "argumen"
        self._optionals.title = "pilihan"
        self.add_argument("-h", "--help", action="help", help="tampilkan bantuan ini")

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"Perintah tidak dimengerti ({message}). Lihat: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Return the grammar of ``tanggap``."""
    root = _Parser(
        prog="tanggap",
        description="Tanggap: antrean laporan SP4N-LAPOR! di komputer ini, tanpa jendela.",
        epilog=_EPILOG,
    )
    root.add_argument("--json", action="store_true", help="keluaran untuk mesin (JSON)")
    root.add_argument("--profile", metavar="NAMA", help="nama pengguna atau id profil")
    root.add_argument("--data", metavar="FOLDER", type=Path, help="folder data")
    verbs = root.add_subparsers(dest="verb", metavar="PERINTAH", title="perintah", required=True)
    _add_session(verbs)
    _add_reading(verbs)
    _add_acting(verbs)
    _add_files(verbs)
    _add_outbox(verbs)
    _add_left_work(verbs)
    _add_courier(verbs)
    return root


def _add_courier(verbs: Any) -> None:  # noqa: ANN401
    courier = verbs.add_parser("courier", help="bertukar dengan pusat lewat berkas (USB)")
    actions = courier.add_subparsers(dest="action", metavar="TINDAKAN", required=True)
    export = actions.add_parser("export", help="tulis yang belum dijawab ke berkas untuk pusat")
    export.add_argument("folder", metavar="FOLDER", type=Path)
    export.add_argument(
        "--files-mb",
        type=int,
        metavar="MB",
        help="lampiran yang ikut, paling banyak; bawaan: semua",
    )
    export.add_argument(
        "--reply-mb",
        type=int,
        default=100,
        metavar="MB",
        help="lampiran yang boleh dibawa balasannya (bawaan: %(default)s)",
    )
    take = actions.add_parser(
        "import", help="ambil balasan; berkas rekan untuk pusat dibawakan lewat jaringan"
    )
    take.add_argument("file", metavar="BERKAS", type=Path)
    actions.add_parser("status", help="berkas terakhir, dan yang menunggu balasan")
    actions.add_parser("trust", help="terima kunci baru pusat, sesudah mencocokkannya")
    rescue = verbs.add_parser("rescue", help="salinan tersegel pekerjaan yang belum terkirim")
    actions = rescue.add_subparsers(dest="action", metavar="TINDAKAN", required=True)
    actions.add_parser("list", help="salinan yang ada di komputer ini")
    actions.add_parser("restore", help="kembalikan yang hilang dari salinan tersegel")
    export = actions.add_parser("export", help="salin untuk dibawa ke pusat, tanpa kunci apa pun")
    export.add_argument("folder", metavar="FOLDER", type=Path)


def _add_session(verbs: Any) -> None:  # noqa: ANN401 - argparse does not name the type
    sign_in = verbs.add_parser("sign-in", help="masuk ke pusat (juga bila pusat memintanya lagi)")
    sign_in.add_argument("server", metavar="ALAMAT", help="misalnya https://tanggap.example.go.id")
    sign_in.add_argument("username", metavar="PENGGUNA")
    sync = verbs.add_parser("sync", help="bertukar dengan pusat sampai semua tersampaikan")
    sync.add_argument("--watch", action="store_true", help="terus berjalan")
    sync.add_argument(
        "--mode",
        choices=["auto", *(mode.value for mode in LineMode)],
        help="cara memakai jalur, diingat: auto menurut jalur yang terukur, full penuh,"
        " lean hemat, text teks saja, off hanya bila diminta",
    )
    verbs.add_parser("status", help="keadaan sambungan dan pengiriman yang sebenarnya")
    verbs.add_parser("rules", help="aturan tenggat, kalender, dan templat yang berlaku di sini")
    export = verbs.add_parser("export", help="seluruh keadaan di komputer ini sebagai JSON")
    export.add_argument("--with-reporter", action="store_true", help="sertakan nama pelapor")


def _add_reading(verbs: Any) -> None:  # noqa: ANN401
    queue = verbs.add_parser("queue", help="isi sebuah antrean")
    queue.add_argument(
        "queue", metavar="ANTREAN", nargs="?", type=_one_of(Queue), default=Queue.ALL,
        help=_names(Queue),
    )  # fmt: skip
    queue.add_argument("--sort", metavar="URUTAN", type=_one_of(Sort), default=Sort.DUE,
                       help=_names(Sort))  # fmt: skip
    search = verbs.add_parser("search", help="cari kata dalam laporan dan riwayatnya")
    search.add_argument("text", metavar="KATA", nargs="+")
    for each in (queue, search):
        each.add_argument("--limit", metavar="N", type=_count, default=50, help="baris terbanyak")
    _add_case(verbs.add_parser("show", help="satu laporan dengan riwayat dan tenggatnya"))


def _add_acting(verbs: Any) -> None:  # noqa: ANN401
    for name, text in (
        ("respond", "tanggapi pelapor"),
        ("note", "catatan internal untuk rekan"),
        ("close", "tutup laporan dengan kata akhir kepada pelapor"),
        ("reopen", "buka kembali laporan, dengan alasan"),
    ):
        _add_words(_add_case(verbs.add_parser(name, help=text)))
    follow_up = verbs.add_parser("follow-up", help="catat tindak lanjut")
    _add_words(_add_case(follow_up))
    follow_up.add_argument("--done-on", metavar="TANGGAL", type=_date, help="TTTT-BB-HH; hari ini")
    follow_up.add_argument("--next-step", metavar="TEKS", default="", help="langkah berikutnya")
    follow_up.add_argument("--next-step-on", metavar="TANGGAL", type=_date)
    follow_up.add_argument(
        "--attach", metavar="BERKAS", type=Path, action="append", default=[], help="bukti; berulang"
    )
    follow_up.add_argument("--shrink", action="store_true", help="kecilkan foto besar")
    assign = verbs.add_parser("assign", help="tugaskan laporan")
    _add_case(assign)
    assign.add_argument("officer", metavar="PETUGAS", help='nama, id, "saya", atau "-" (tidak ada)')


def _add_files(verbs: Any) -> None:  # noqa: ANN401
    file = verbs.add_parser("file", help="berkas laporan: di mana isinya, ambil, simpan, semat")
    actions = file.add_subparsers(dest="action", metavar="TINDAKAN", required=True)
    _add_case(actions.add_parser("list", help="berkas satu laporan, dan di mana isinya"))
    fetch = actions.add_parser("fetch", help="ambil isinya sekarang; tanpa HASH: semua")
    retry = actions.add_parser("retry", help="coba lagi yang tidak terkirim atau tidak terambil")
    for each in (fetch, retry):
        _add_case(each).add_argument(
            "file", nargs="?", default="", metavar="HASH", help="awal hash berkas"
        )
    save = _add_case(actions.add_parser("save", help="simpan isinya di tempat lain"))
    save.add_argument("file", metavar="HASH", help="awal hash berkas, seperti pada list")
    save.add_argument("target", metavar="KE", type=Path, help="nama berkas baru")
    _add_case(actions.add_parser("pin", help="simpan berkas laporan ini untuk luring"))
    _add_case(actions.add_parser("unpin", help="tidak lagi; berkasnya boleh dihapus bila perlu"))
    space = actions.add_parser("space", help="ruang yang dipakai berkas di komputer ini")
    space.add_argument("--limit", metavar="MB", type=int, help="paling banyak sekian, diingat")
    space.add_argument(
        "--free", action="store_true", help="hapus yang dapat diambil lagi dan tidak disemat"
    )


def _add_outbox(verbs: Any) -> None:  # noqa: ANN401
    outbox = verbs.add_parser("outbox", help="tindakan Anda dan sampai di mana masing-masing")
    outbox.add_argument("--decisions", action="store_true", help="hanya yang perlu keputusan")
    withdraw = verbs.add_parser("withdraw", help="tarik tindakan yang belum terkirim")
    decide = verbs.add_parser("decide", help="putuskan tindakan yang tidak diterima pusat")
    for each in (withdraw, decide):
        each.add_argument("command", metavar="TINDAKAN", help="awal id, seperti pada outbox")
    decide.add_argument("choice", metavar="PILIHAN", type=_one_of(Choice), help=_names(Choice))
    decide.add_argument(
        "--seen",
        metavar="V",
        type=int,
        default=0,
        help="sampai entri mana yang baru sudah dibaca, seperti pada outbox --decisions",
    )


def _add_left_work(verbs: Any) -> None:  # noqa: ANN401
    verbs.add_parser("left", help="tulisan Anda pada laporan yang sudah tidak ada di sini")
    hand_over = verbs.add_parser("hand-over", help="serahkan draf kepada pemegang yang sekarang")
    discard = verbs.add_parser("discard", help="tarik draf pada laporan yang sudah pindah")
    for each in (hand_over, discard):
        _add_case(each)
        each.add_argument("kind", metavar="JENIS", choices=[*COMMAND_KINDS],
                          help="jenis tulisan, seperti pada left")  # fmt: skip


def _add_case(verb: argparse.ArgumentParser) -> argparse.ArgumentParser:
    verb.add_argument("case", metavar="LAPORAN", help="ID pelacakan (tracking ID)")
    return verb


def _add_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("text", metavar="TEKS", help='isi; "-" untuk membaca dari stdin')


def _one_of(kind: type[E]) -> Any:  # noqa: ANN401 - argparse wants a function with a name
    def parse(text: str) -> E:
        return kind(text)

    parse.__name__ = kind.__name__.lower()
    return parse


def _names(kind: type[StrEnum]) -> str:
    values: Sequence[str] = [member.value for member in kind]
    return ", ".join(values)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count
