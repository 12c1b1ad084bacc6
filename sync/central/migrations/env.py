# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alembic's entry: the migrations of the centre's database."""

from __future__ import annotations

from sync.central.upgrade import run_environment

run_environment()
