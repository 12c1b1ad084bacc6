# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identities that travel. They are opaque: nothing reads a time or an order out of one."""

from __future__ import annotations

from typing import NewType

CaseId = NewType("CaseId", int)
"""Given by the centre to every complaint; the citizen's tracking ID is another thing."""

UnitId = NewType("UnitId", int)
"""A unit or an institution."""

OfficerId = NewType("OfficerId", int)
"""A person with an account."""

CommandId = NewType("CommandId", str)
"""UUID of one act of an officer, made where it was done; the centre applies it at most once."""

DeviceId = NewType("DeviceId", str)
"""UUID of one installation of one officer."""
