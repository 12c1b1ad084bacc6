# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words that were left behind when complaints went elsewhere: the list, and one of them."""
