# SPDX-License-Identifier: AGPL-3.0-or-later
"""A day's work over a bad line: thirty entries, half of them with a photo, and what it took.

``python -m bench.day [--scale N]``: 64 kbit/s, 600 ms, 5 % loss and a break every 30 seconds that
no connection survives (``bench.router``), or N times as fast a line with N times as many breaks.
The ideal is the time in which the bare bytes of words and photos would cross the same line while
it is up. Where no namespaces can be made, a proxy that only delays and limits takes its place.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from PIL import Image

from bench.filling import fill
from bench.line import line_to
from bench.meters import ROOT, child_of, next_line, program_of
from bench.router import FAR, Condition, Ends, is_possible, poor_line
from bench.serve import served
from sync.central.database import Database

ENTRIES = 30
PHOTOS = 15
_PHOTO_SIDE = 160
"""Pixels of noise: about 25 KB each, as a photo of a document that was made small."""

_CASES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How a day went.

    Attributes:
        word_seconds: until every entry had its receipt; ``seconds``: until every photo was there.
        up_bytes, down_bytes: on the line, all headers included; 0 where nobody counted.
    """

    seconds: float
    word_seconds: float
    ideal_seconds: float
    failures: int
    up_bytes: int = 0
    down_bytes: int = 0
    lost_packets: int = 0
    payload_bytes: int = 0


def faster(scale: float) -> Condition:
    """Return the bad line, so many times as fast, with as many more breaks."""
    return Condition(
        kbit_per_s=64 * scale, rtt_ms=600 / scale, break_every_s=30 / scale, down_s=3 / scale
    )


def live(
    condition: Condition, folder: Path, *, entries: int = ENTRIES, photos: int = PHOTOS
) -> Day:
    """Let an officer's computer get a day's work through, into ``central.db`` of the folder."""
    url = f"sqlite:///{folder / 'central.db'}"
    database = Database(url)
    fill(database, _CASES)
    database.close()
    photo_bytes = _photos(folder / "photos", photos)
    arguments = [str(folder / "computer"), str(folder / "photos"), str(entries)]
    if is_possible():
        with poor_line(condition) as ends, _served_far(ends, url) as address:
            found = child_of(ends.near_command(*_client(address, arguments)))
            traffic = ends.traffic()
        carried = {"up": traffic.up, "down": traffic.down, "lost": traffic.lost}
    else:
        with (
            served(url) as address,
            line_to(
                urlsplit(address).port or 0,
                rtt_ms=condition.rtt_ms,
                kbit_per_s=condition.kbit_per_s,
            ) as line,
        ):
            found = child_of(_client(f"http://127.0.0.1:{line.port}", arguments))
            moved = line.take_traffic()
        carried = {"up": moved.up, "down": moved.down, "lost": 0}
    payload = int(found["words"]) + photo_bytes
    return Day(
        seconds=found["seconds"],
        word_seconds=found["word_seconds"],
        ideal_seconds=_ideal_s(payload, condition),
        failures=int(found["failures"]),
        up_bytes=carried["up"],
        down_bytes=carried["down"],
        lost_packets=carried["lost"],
        payload_bytes=payload,
    )


def _ideal_s(payload: int, condition: Condition) -> float:
    """Return how long the bare bytes take in the share of time in which the line is up."""
    every, down = condition.break_every_s, condition.down_s
    up = 1.0 if not every else (every - down) / every
    return payload * 8 / (condition.kbit_per_s * 1000) / up + condition.rtt_ms / 1000


def _photos(folder: Path, count: int) -> int:
    """Make photos of noise; return their bytes."""
    folder.mkdir()
    chance = random.Random(30)
    for number in range(count):
        pixels = chance.randbytes(_PHOTO_SIDE * _PHOTO_SIDE * 3)
        data = io.BytesIO()
        Image.frombytes("RGB", (_PHOTO_SIDE, _PHOTO_SIDE), pixels).save(data, "JPEG", quality=75)
        (folder / f"bukti-{number:02}.jpg").write_bytes(data.getvalue())
    return sum(path.stat().st_size for path in folder.iterdir())


def _client(address: str, arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "bench.day_ours", address, *arguments]


@contextmanager
def _served_far(ends: Ends, url: str) -> Iterator[str]:
    command = ends.far_command(sys.executable, "-m", "bench.serve", url, FAR)
    with program_of(command) as process:
        yield next_line(process)


def main() -> int:
    """Live one day and say what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.day")
    parser.add_argument("--scale", type=float, default=1.0, help="so many times as fast a line")
    condition = faster(parser.parse_args().scale)
    with tempfile.TemporaryDirectory(prefix="tanggap-day-") as folder:
        day = live(condition, Path(folder))
    print(msgspec.json.format(msgspec.json.encode(day)).decode())
    print(
        f"{day.seconds:.0f} s, {day.seconds / day.ideal_seconds:.2f} x the ideal;"
        f" {(day.up_bytes + day.down_bytes) / day.payload_bytes:.2f} x the bytes"
    )
    (ROOT / "build" / "day.json").write_bytes(msgspec.json.encode(day))
    return 0


if __name__ == "__main__":
    sys.exit(main())
