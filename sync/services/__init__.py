# SPDX-License-Identifier: AGPL-3.0-or-later
"""Use cases without a window; each verb returns its result and what changed."""
