# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tokens to palette to a small style sheet, and the icons."""
