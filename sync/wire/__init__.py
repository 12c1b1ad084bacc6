# SPDX-License-Identifier: AGPL-3.0-or-later
"""The messages between client and central server, and their bytes."""
