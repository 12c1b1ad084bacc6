# SPDX-License-Identifier: AGPL-3.0-or-later
"""The heads of the sample cases as plain JSON documents, for programs that know no cases."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bench.sample import complaints


def write_records(path: Path, count: int) -> None:
    """Write one document a line, about 1.1 KB each; ``id`` is text."""
    with path.open("wb") as file:
        for complaint in complaints(count):
            document = msgspec.structs.asdict(complaint.head) | {"id": f"{complaint.head.id:08}"}
            file.write(msgspec.json.encode(document) + b"\n")
