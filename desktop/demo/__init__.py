# SPDX-License-Identifier: AGPL-3.0-or-later
"""``make demo``: an embedded centre with the sample world, and the real client in front of it.

With a screen the client is handed over; without one an officer's day is played on its keyboard and
everything that was seen is written down. Lives entirely in a folder of its own.
"""
