# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented complaints in plausible Indonesian: what they compress and index like matters here."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_FUNCTION_WORDS = _list(
    "yang dan di ke dari untuk tidak sudah kami ini itu dengan pada ada saya belum karena oleh "
    "sampai agar mohon juga akan bisa atau lagi hanya masih lebih setiap sejak tetapi jika"
)

_STEMS = _list(
    "jalan lampu rusak padam tutup buka lapor warga layan petugas antre bayar tagih biaya surat "
    "kirim tunggu jadwal kereta stasiun peron loket tiket kursi pintu tangga parkir air pipa bocor "
    "keruh listrik meter daya gangguan sampah angkut timbun bau selokan banjir hujan pohon tumbang "
    "aspal lubang trotoar rambu marka sekolah guru murid ajar obat rumah sakit dokter rawat pasien "
    "kartu data catat ubah hapus tolak terima periksa tindak janji selesai lambat cepat ulang "
    "hubung telepon pesan jawab tanya jelas umum bantu usaha dagang pasar bangun gedung izin ukur "
    "tanah batas sungai jembatan angkutan sopir penumpang bus halte terminal bandara pesawat kapal "
    "pelabuhan muat bongkar barang kantor kepala bagian malam pagi siang minggu bulan tahun hari "
    "jam pukul depan belakang samping dekat jauh timur barat utara selatan tengah kota desa lurah "
    "camat bupati daerah pusat provinsi anak ibu bapak keluarga lansia difabel ramp kamera bukti "
    "foto lampir nomor ganti pasang cabut sambung putus aktif blokir salah benar lengkap kurang"
)
_PREFIXES = ("", "", "", "me", "di", "ber", "pe", "ter", "ke")
_SUFFIXES = ("", "", "", "kan", "an", "nya", "i")

_GIVEN = _list(
    "Adi Agung Ayu Bagas Bima Citra Dewi Dian Eka Fajar Fitri Gilang Hana Hendra Indah Intan Joko "
    "Kartika Laras Lestari Made Mega Nanda Ningsih Putri Rahmat Ratna Reza Rizky Sari Sekar Tono "
    "Utami Wahyu Wulan Yoga Yuni Zahra"
)
_FAMILY = _list(
    "Anggara Cahyono Firdaus Gunawan Hakim Hidayat Kusuma Lubis Maulana Nasution Nugroho Permana "
    "Pratama Purnama Ramadhan Santoso Saputra Setiawan Simatupang Siregar Suryani Wibowo Wijaya"
)

_BATCH = 4_096


class Words:
    """An endless, seeded stream of words whose frequencies fall off as those of prose do."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        forms = {
            prefix + stem + suffix
            for stem, prefix, suffix in itertools.product(_STEMS, _PREFIXES, _SUFFIXES)
        }
        rare = sorted(forms)
        random.Random(7).shuffle(rare)  # which of them are frequent is the same for every seed
        vocabulary = [*_FUNCTION_WORDS, *rare]
        weights = (1.0 / (rank + 3) for rank in range(len(vocabulary)))
        self._vocabulary = vocabulary
        self._cumulated = list(itertools.accumulate(weights))
        self._stream = self._words()

    def sentence(self, words: int) -> str:
        """Return that many words, the first with a capital."""
        return " ".join(itertools.islice(self._stream, words)).capitalize()

    def text(self, words: int) -> str:
        """Return that many words in sentences of a dozen."""
        lengths = [12] * (words // 12) + ([words % 12] if words % 12 else [])
        return " ".join(f"{self.sentence(length)}." for length in lengths)

    def name(self) -> str:
        """Return the name of nobody."""
        return f"{self._random.choice(_GIVEN)} {self._random.choice(_FAMILY)}"

    def _words(self) -> Iterator[str]:
        while True:
            yield from self._random.choices(self._vocabulary, cum_weights=self._cumulated, k=_BATCH)
