# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that works without a window: case rules, wire protocol, store, engine, server."""
