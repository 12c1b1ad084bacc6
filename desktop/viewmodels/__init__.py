# SPDX-License-Identifier: AGPL-3.0-or-later
"""Item models and presenters, and the words for values and problems; QtCore only."""
