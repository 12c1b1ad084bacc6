# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox: what was done and where it stands."""
