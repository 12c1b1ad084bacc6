# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measurements: one command a figure, each beside its limit or a peer measured in the same run."""
