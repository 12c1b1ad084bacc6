# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where words are written; renders the composer's state and decides nothing."""
