# SPDX-License-Identifier: AGPL-3.0-or-later
"""A courier's counter for the window, without files."""

from __future__ import annotations

from pathlib import Path

from sync.cases.changes import ChangeSet
from sync.services.courier import Exported, Freight, Imported, Outlook
from sync.services.relaying import Carried, NotTaken, Waiting


class FakeTray:
    """Files of others that wait for the line."""

    def __init__(self) -> None:
        self.files: list[Carried | NotTaken] = []
        self.error: Exception | None = None

    def waiting(self) -> list[Path]:
        """Say that as many wait."""
        return [Path(f"{number}.kurir") for number, _ in enumerate(self.files)]

    def carry_waiting(self) -> list[Carried | NotTaken]:
        """Carry them."""
        if self.error is not None:
            raise self.error
        done, self.files = self.files, []
        return done


class FakeCourier:
    """A courier's counter that does what it is told and notes what it was asked.

    Attributes:
        outcome: what the next files bring; an exception is raised instead.
    """

    def __init__(self) -> None:
        self.outcome: Imported | Carried | Waiting | Exception | None = None
        self.folders: list[Path] = []
        self.files: list[Path] = []
        self.freights: list[Freight] = []
        self.trusted: list[str] = []
        self.relay = FakeTray()

    def outlook(self, folder: Path) -> Outlook:
        """Say that two acts and three files would go."""
        megabyte = 1024 * 1024
        return Outlook(acts=2, files=3, bytes=240 * megabyte, free_bytes=3_900 * megabyte)

    def trust_centre(self, compared: str) -> None:
        """Note it."""
        self.trusted.append(compared)

    def export(self, folder: Path, freight: Freight) -> Exported:
        """Note it, and say that two acts went into a file."""
        self.folders.append(folder)
        self.freights.append(freight)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return Exported(
            path=folder / "tanggap-ke-pusat-0003-0191f0aa.kurir",
            n=3,
            acts=2,
            changes=ChangeSet(outbox=True),
        )

    def take(self, path: Path) -> Imported | Carried | Waiting:
        """Note it, and bring what was prepared."""
        self.files.append(path)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert self.outcome is not None
        return self.outcome
