# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes and terms in Bahasa Indonesia, for the command line.

One sentence says what happened and what can be done. A code that nobody worded is shown as it is,
so that it can be quoted to support.
"""

from __future__ import annotations

from typing import Final

from sync.cases.case import Classification, Status
from sync.cases.filters import Queue, Sort
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.rulebook import Clock
from sync.engine.status import LinkState
from sync.engine.timekeeping import ClockState
from sync.services.attachments import Whereabouts

_SENTENCES: Final[dict[str, str]] = {
    "refused.role": "Peran Anda tidak mengizinkan tindakan ini; mintalah kepada admin instansi.",
    "refused.not-flagged": "Tidak ada yang ditandai pusat untuk Anda lihat pada laporan ini.",
    "refused.role-unknown": "Program ini belum mengenal peran Anda; perbarui Tanggap.",
    "refused.out-of-scope": "Laporan ini tidak lagi berada di unit Anda; tulisan Anda disimpan.",
    "refused.status": "Status laporan tidak mengizinkan tindakan ini; lihat riwayatnya (show).",
    "file.too-large": "Berkas terlalu besar; paling banyak 100 MB.",
    "file.empty": "Berkas kosong; tidak ada yang dapat dikirim.",
    "file.unreadable": "Berkas {file} tidak dapat dibaca.",
    "file.folder": "{file} sebuah folder; yang dapat dilampirkan hanya berkas.",
    "file.vanished": "Berkas {file} sudah tidak ada di sana.",
    "file.unwritable": "Berkas tidak dapat disimpan di sana; pilih folder lain.",
    "file.no-room": "Pusat belum punya ruang; berkas menunggu di sini dan pergi sendiri.",
    "file.quota": "Jatah kirim berkas Anda di pusat habis untuk hari ini; berkas menunggu di sini.",
    "file.not-here": "Isi berkas belum ada di komputer ini.",
    "file.risky": "Berkas jenis ini tidak dibuka; simpan dan periksakan dahulu.",
    "file.damaged": "Salinan di komputer ini rusak; lampirkan lagi berkasnya.",
    "file.checksum": "Isi berkas tidak sampai sebagaimana mestinya; dicoba lagi.",
    "file.refused": "Pusat tidak menerima berkas ini; hubungi dukungan pusat.",
    "file.gone": "Isi berkas tidak ada di pusat; pengirimnya harus mengirim lagi.",
    "usage.no-file": "Tidak ada satu berkas berawalan {file} pada laporan ini.",
    "usage.no-limit": "Batas ruang berkas harus 0 MB atau lebih.",
    "refused.empty": "Belum ada isi; tulislah sesuatu lebih dahulu.",
    "refused.too-long": "Teks terlalu panjang; singkatkan atau kirim dalam dua bagian.",
    "refused.not-held": "Laporan ini tidak ada di komputer ini; sinkronkan dahulu (sync).",
    "withdraw.unknown": "Tindakan ini mungkin sudah sampai di pusat sehingga tidak dapat "
    "ditarik; tunggu jawaban pusat.",
    "withdraw.settled": "Tindakan ini sudah diterima pusat atau sudah ditarik; lihat outbox.",
    "lease.over": "Laporan terkunci karena pusat terlalu lama tidak terhubung; draf dan kotak "
    "keluar tetap terbuka.",
    "left.no-draft": "Tidak ada draf seperti itu pada laporan yang sudah pindah; lihat left.",
    "decision.gone": "Tindakan ini tidak lagi memerlukan keputusan; lihat outbox.",
    "decision.newer": "Ada entri baru pada laporan ini; baca dahulu (outbox --decisions), lalu "
    "putuskan dengan --seen.",
    "decision.not-offered": "Pilihan ini tidak tersedia untuk tindakan tersebut; lihat outbox.",
    "refused.assignee": "Petugas itu tidak menangani laporan di unit ini; pilih rekan lain.",
    "refused.malformed": "Pusat tidak memahami tindakan ini; perbarui program.",
    "refused.id-reused": "Nomor tindakan ini sudah dipakai; tulis ulang tindakan Anda.",
    "refused.device-forked": "Salinan lain dari berkas ini sudah mengirim; tulis ulang tindakan "
    "Anda.",
    "conflict.newer-entry": "Ada catatan baru pada laporan setelah Anda melihatnya.",
    "conflict.reassigned": "Penugasan laporan berubah setelah Anda melihatnya.",
    "conflict.status-changed": "Status laporan berubah setelah Anda melihatnya.",
    "blocked": "Tindakan Anda sebelumnya pada laporan ini belum diterima pusat.",
    "store.disk-full": "Disk penuh; tidak ada yang hilang. Kosongkan ruang, lalu coba lagi.",
    "store.read-only": "Berkas lokal tidak dapat ditulis; periksa izin folder data.",
    "store.locked": "Berkas lokal sedang dipakai program lain; tutup program itu, lalu coba lagi.",
    "store.corrupt": "Berkas lokal rusak; buka kembali Tanggap agar diperbaiki.",
    "store.wrong-key": "Kunci tidak cocok dengan berkas lokal; mungkin milik akun lain.",
    "store.no-key": "Kunci berkas lokal hilang dari komputer ini; hubungi dukungan sebelum "
    "menghapus apa pun.",
    "store.too-new": "Berkas lokal ditulis oleh versi Tanggap yang lebih baru; perbarui program.",
    "store.keyring-refused": "Tempat kunci komputer ini menolak menyimpan; buka kuncinya, lalu "
    "coba lagi.",
    "store.folder-gone": "Folder berkas lokal tidak ditemukan; sambungkan lagi disk atau folder "
    "jaringannya, lalu coba lagi.",
    "store.upgrade-failed": "Versi ini tidak dapat mengambil alih berkas lokal; tidak ada yang "
    "diubah. Pakailah versi sebelumnya dan hubungi dukungan.",
    "store.io": "Disk tidak menjawab sebagaimana mestinya; periksa disk, lalu coba lagi.",
    "store.work-lost": "Berkas pekerjaan Anda hilang atau rusak, tetapi salinan tersegelnya ada; "
    "jalankan rescue restore.",
    "store.no-copy": "Tidak ada salinan tersegel yang dapat dibuka di komputer ini.",
    "edition.not-signed": "Aturan baru yang ditawarkan tidak ditandatangani pusat ini; yang lama "
    "tetap berlaku.",
    "edition.unreadable": "Aturan baru dari pusat tidak dapat dipakai; yang lama tetap berlaku. "
    "Beri tahu pengelola pusat.",
    "courier.not-ours": "Ini bukan berkas kurir Tanggap.",
    "courier.cut": "Berkas ini belum tersalin seluruhnya; salin ulang dari media asalnya.",
    "courier.damaged": "Berkas ini rusak atau diubah di jalan; salin ulang dari media asalnya atau "
    "minta yang baru. Pekerjaan Anda tetap ada di sini.",
    "courier.too-new": "Berkas ini dibuat program yang lebih baru; perbarui program.",
    "courier.too-large": "Berkas ini melebihi batas sehingga tidak dibaca.",
    "courier.no-room": "Tidak cukup tempat di media ini: perlu {need} bita, tersisa {free}. Pilih "
    "media lain, atau bawa lebih sedikit lampiran (--files-mb).",
    "courier.too-long-for-line": "Berkas ini lebih besar daripada yang diterima pusat lewat "
    "jaringan ({limit} bita); bawa medianya kepada pengelola pusat.",
    "courier.unreadable": "Isi berkas ini tidak dimengerti; perbarui program.",
    "courier.wrong-recipient": "Berkas ini bukan untuk komputer ini dan bukan untuk pusat Anda.",
    "courier.wrong-direction": "Ini berkas balasan; bawa ke komputer yang mengirimnya.",
    "courier.other-device": "Balasan ini untuk komputer lain; bawa ke komputer yang mengirimnya.",
    "courier.own-copy": "Ini salinan tersegel komputer ini sendiri; untuk memulihkannya: rescue "
    "restore.",
    "courier.unknown-sender": "Pengirim berkas ini tidak dikenal; tidak ada yang diambil.",
    "courier.other-history": "Balasan ini dari masa sebelum pusat dipulihkan; tidak ada yang "
    "diambil. Ekspor lagi.",
    "courier.no-keys": "Pusat belum memberi kunci kurir; sambungkan sekali (sync), lalu coba lagi.",
    "courier.centre-changed": "Pusat kini menunjukkan kunci lain ({fingerprint}). Telepon pusat; "
    "bila cocok, jalankan courier trust.",
    "courier.revoked": "Pengirim berkas ini dicabut aksesnya; serahkan kepada pengelola pusat.",
    "courier.account-closed": "Akun pengirim berkas ini sudah ditutup; hubungi pengelola pusat.",
    "sync.offline": "Tidak ada sambungan ke pusat; pekerjaan Anda tersimpan di komputer ini.",
    "sync.offline.name": "Alamat pusat tidak ditemukan; periksa alamat dan jaringan.",
    "sync.offline.tls": "Pusat tidak dapat membuktikan jati dirinya (sertifikat); periksa jam "
    "komputer dan jaringan.",
    "sync.offline.proxy": "Proxy kantor menolak sambungan; hubungi pengelola jaringan.",
    "sync.unanswered": "Pusat tidak menjawab; mungkin kiriman sudah sampai. Tanggap akan bertanya "
    "lagi dan tidak mengirim dua kali.",
    "sync.auth": "Pusat meminta kata sandi lagi; jalankan sign-in. Antrean Anda tetap ada.",
    "sync.revoked": "Pusat mencabut akses komputer ini; pekerjaan yang belum terkirim tetap ada.",
    "sync.version": "Tanggap dan pusat tidak memakai versi yang sama; perbarui program.",
    "sync.epoch": "Pusat dipulihkan dari cadangan; laporan diambil ulang.",
    "sync.busy": "Pusat sedang sibuk dan meminta dicoba lagi nanti.",
    "sync.server": "Ada gangguan di pusat; Tanggap akan mencoba lagi.",
    "sync.malformed": "Jawaban pusat tidak dapat dibaca; jika berlanjut, hubungi dukungan.",
    "sync.malformed.portal": "Yang menjawab bukan pusat, melainkan halaman masuk jaringan; masuk "
    "ke jaringan lewat peramban, lalu coba lagi.",
    "sync.malformed.foreign": "Yang menjawab pada alamat ini bukan pusat Tanggap; periksa alamat.",
    "sync.too-large": "Jawaban lebih besar daripada yang diizinkan sehingga tidak dibaca.",
    "sign-in.wrong": "Nama pengguna atau kata sandi salah.",
    "sign-in.throttled": "Terlalu banyak percobaan; tunggu beberapa menit.",
    "sign-in.device-taken": "Komputer ini terdaftar atas nama petugas lain.",
    "sign-in.other-officer": "Itu akun petugas lain; buka profil miliknya.",
    "sign-in.passphrase-wrong": "Frasa sandi komputer ini salah (bukan kata sandi pusat).",
    "sign-in.passphrase-needed": "Komputer ini tidak punya tempat kunci; berikan frasa sandi lewat "
    "TANGGAP_PASSPHRASE.",
    "sign-in.needs-network": "Masuk pertama kali memerlukan sambungan ke pusat.",
    "sign-in.server-address": "Itu bukan alamat pusat; contoh: https://tanggap.example.go.id.",
    "sign-in.plain-http": "Alamat itu tidak aman; gunakan https://.",
    "usage.no-profile": "Belum ada petugas yang masuk di komputer ini; jalankan sign-in.",
    "usage.which-profile": "Ada beberapa petugas di komputer ini; pilih dengan --profile: {names}.",
    "usage.unknown-profile": "Tidak ada profil {name} di komputer ini.",
    "usage.no-password": "Kata sandi tidak diberikan; ketik, alirkan lewat stdin, atau isi "
    "TANGGAP_PASSWORD.",
    "usage.no-case": "Laporan {case} tidak ada di komputer ini.",
    "usage.no-command": "Tidak ada tindakan dengan awalan {command} di komputer ini.",
    "usage.many-commands": "Lebih dari satu tindakan berawalan {command}; tulis lebih panjang.",
    "usage.no-officer": "Petugas {officer} tidak dikenal pada unit laporan ini.",
}

LINKS: Final = {
    LinkState.NEVER: "belum diperiksa",
    LinkState.CONNECTING: "sedang menyambung",
    LinkState.ONLINE: "tersambung",
    LinkState.OFFLINE: "luring",
    LinkState.SIGN_IN_NEEDED: "perlu masuk lagi",
    LinkState.REVOKED: "akses komputer ini dicabut",
    LinkState.TOO_OLD: "versi program tidak cocok dengan pusat",
}

CLOCKS_WRONG: Final = {
    ClockState.OFF: "Jam komputer ini tidak cocok dengan jam pusat; setel jamnya.",
    ClockState.ZONE: "Jam komputer ini berbeda sekian jam penuh dari jam pusat; periksa zona "
    "waktunya dahulu, lalu jamnya.",
    ClockState.ZONE_NAME: "Zona waktu komputer ini bukan zona Indonesia; pilih WIB, WITA, atau "
    "WIT.",
    ClockState.BACK: "Jam komputer ini mundur; mungkin baterainya habis. Setel jamnya.",
    ClockState.AHEAD: "Jam komputer ini melompat maju; setel dengan benar.",
}

WHEREABOUTS: Final = {
    Whereabouts.NAMED: "hanya nama",
    Whereabouts.WAITING: "menunggu dikirim",
    Whereabouts.SENDING: "sedang dikirim",
    Whereabouts.AWAITED: "menyusul",
    Whereabouts.CENTRE: "di pusat",
    Whereabouts.FETCHING: "sedang diambil",
    Whereabouts.HERE: "di sini",
}
"""Where the content of a file is."""

DELIVERIES: Final = {
    Delivery.STORED: "tersimpan di komputer ini",
    Delivery.SENDING: "mengirim",
    Delivery.UNKNOWN: "terkirim, jawaban belum diketahui",
    Delivery.ACCEPTED: "diterima pusat",
    Delivery.CONFLICT: "perlu keputusan",
    Delivery.BLOCKED: "perlu keputusan",
    Delivery.REJECTED: "ditolak",
    Delivery.WITHDRAWN: "ditarik",
}

STATUSES: Final = {
    Status.UNVERIFIED: "Belum Terverifikasi",
    Status.NOT_STARTED: "Belum Ditindaklanjuti",
    Status.IN_PROGRESS: "Proses",
    Status.AWAITING_REPORTER: "Menunggu Pelapor",
    Status.DONE: "Selesai",
    Status.POSTPONED: "Tunda",
    Status.ARCHIVED: "Arsip",
    Status.UNKNOWN: "Tidak Dikenal",
}

CLASSIFICATIONS: Final = {
    Classification.SUPERVISORY: "Pengaduan Berkadar Pengawasan",
    Classification.COMPLAINT: "Pengaduan Tidak Berkadar Pengawasan",
    Classification.ASPIRATION: "Aspirasi",
    Classification.INFORMATION: "Permintaan Informasi",
    Classification.OTHER: "Lainnya",
}

QUEUES: Final = {
    Queue.NOT_STARTED: "Belum Ditindaklanjuti",
    Queue.DUE_SOON: "Jatuh Tempo",
    Queue.OVERDUE: "Terlambat",
    Queue.IN_PROGRESS: "Sedang Diproses",
    Queue.AWAITING_REPORTER: "Menunggu Pelapor",
    Queue.DONE: "Selesai",
    Queue.MINE: "Ditugaskan ke Saya",
    Queue.DRAFTS: "Draf",
    Queue.FLAGGED: "Ditandai pusat",
    Queue.ALL: "Semua",
}

SORTS: Final = {
    Sort.DUE: "tenggat terdekat",
    Sort.NEWEST: "terbaru",
    Sort.OLDEST: "terlama",
}

CLOCKS: Final = {
    Clock.VERIFY: "verifikasi",
    Clock.FIRST_ANSWER: "tindak lanjut pertama",
    Clock.COMPLETION: "penyelesaian",
    Clock.AUTO_CLOSE: "tutup otomatis",
}

COMMANDS: Final = {
    "respond": "Tanggapan",
    "follow_up": "Tindak lanjut",
    "note": "Catatan internal",
    "assign": "Penugasan",
    "close": "Penutupan",
    "reopen": "Pembukaan kembali",
    "hand_over": "Serah terima",
}

DEPARTURES: Final = {
    "disposed": "didisposisikan ke unit lain",
    "merged": "digabungkan dengan laporan lain",
    "withdrawn": "ditarik oleh pelapor",
    "closed": "ditutup dan tidak lagi dibagikan",
    "scope": "unit atau peran Anda berubah",
    "locked": "laporan terkunci sampai pusat terhubung lagi",
}
"""Why a case left; anything else is only known to be gone."""

UNKNOWN_COMMAND: Final = "Tindakan dari Tanggap yang lebih baru"

ENTRIES: Final = {
    "status": "Status dari SP4N-LAPOR!",
    "corrected": "Perbaikan data",
    "disposed": "Disposisi",
    "responded": "Tanggapan",
    "followed_up": "Tindak lanjut",
    "noted": "Catatan internal",
    "assigned": "Penugasan",
    "closed": "Ditutup",
    "reopened": "Dibuka kembali",
    "citizen": "Tanggapan pelapor",
    "files": "Berkas lengkap di pusat",
    "attached": "Lampiran laporan diketahui",
}

FILES_LOST: Final = "Isi berkas hilang di pusat; komputer pengirimnya mengirim lagi"
UNKNOWN_ENTRY: Final = "Peristiwa yang baru dikenal Tanggap yang lebih baru"

CHOICES: Final = {
    Choice.RESEND: "kirim apa adanya",
    Choice.AS_RESPONSE: "kirim sebagai tanggapan, laporan tetap terbuka",
    Choice.EDIT: "sunting lagi sebagai draf",
    Choice.WITHDRAW: "tarik; salinannya disimpan",
    Choice.HAND_OVER: "serahkan kepada pemegang laporan yang sekarang",
}


def cause(code: str, why: str) -> str:
    """Return why an act was not accepted; ``why`` is the centre's word for an unknown code."""
    return why if why and code not in _SENTENCES else sentence(code)


def sentence(code: str, /, **fields: object) -> str:
    """Return what a code means; one with an unknown reason means what it does without."""
    known = code
    while known and known not in _SENTENCES:
        known = known.rpartition(".")[0]
    return _SENTENCES[known].format(**fields) if known else code
