# SPDX-License-Identifier: AGPL-3.0-or-later
"""The local encrypted database: a cache of what the centre told, and the officer's own work.

``docs/schema.md`` tells of every table; start reading at :mod:`sync.store.store`. Values come in
and go out; no connection, row or open transaction leaves this room.
"""
