# SPDX-License-Identifier: AGPL-3.0-or-later
"""Threads, typed signals, the change bus, timers and settings; QtCore only."""
