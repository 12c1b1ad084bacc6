#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Collects the texts of the program into the catalogue; new ones arrive without a translation.

set -eu
cd "$(dirname "$0")/.."
template=$(mktemp)
trap 'rm -f "$template"' EXIT
.venv/bin/pybabel --quiet extract --no-default-keywords --keywords='_ gettext mark ngettext:1,2 pgettext:1c,2' \
    --add-comments='.' --strip-comment-tags --no-location --sort-output --omit-header \
    --output-file="$template" desktop
.venv/bin/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap \
    --locale=id --domain=tanggap --input-file="$template" --output-dir=resources/translations
