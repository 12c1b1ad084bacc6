# SPDX-License-Identifier: AGPL-3.0-or-later
"""One round of synchronisation and when to run it; the world is reached through ports."""
