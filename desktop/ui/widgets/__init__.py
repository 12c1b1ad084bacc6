# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small widgets that every pane is made of; they know tones and words, but no case."""
