# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first window, and signing in again."""
