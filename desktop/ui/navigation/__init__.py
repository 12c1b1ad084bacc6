# SPDX-License-Identifier: AGPL-3.0-or-later
"""The left pane: where an officer can go."""
