# SPDX-License-Identifier: AGPL-3.0-or-later
"""The central server: the only writer of facts. Shares nothing but rules and messages with clients.

``exchange.Centre`` is the whole of it without a network; ``app`` puts it on HTTP, ``cli`` starts
and tends it. Below them: ``settlement`` (a command becomes a verdict), ``ledger`` (facts are
written), ``feed`` (facts are read back in commit order), ``accounts`` and ``directory`` (who may).
"""
