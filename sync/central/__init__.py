# SPDX-License-Identifier: AGPL-3.0-or-later
"""The central server; it shares only the case rules and the messages with the client."""
