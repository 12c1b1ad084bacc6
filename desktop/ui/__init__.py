# SPDX-License-Identifier: AGPL-3.0-or-later
"""Widgets that render and emit; they decide nothing."""
