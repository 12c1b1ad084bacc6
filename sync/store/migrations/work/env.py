# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alembic's entry: the migrations of ``work.db``."""

from __future__ import annotations

from sync.store.schema_work import metadata
from sync.store.upgrade import run_environment

run_environment(metadata)
