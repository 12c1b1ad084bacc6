#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Resolve pyproject.toml into requirements/lock.txt: the newest versions it allows, in a new venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch/venv"
python="$scratch/venv/bin/python"
"$python" -m pip install --quiet --upgrade pip # --group needs pip 25.1
"$python" -m pip install --quiet --group dev --editable .
{
    printf '# SPDX-License-Identifier: AGPL-3.0-or-later\n'
    printf '# Made by "make lock" from pyproject.toml. Versions only: no hashes and no addresses, so that\n'
    printf '# every mirror and every platform can serve it.\n'
    "$python" -m pip list --format freeze --exclude-editable --exclude pip | LC_ALL=C sort -f
} >requirements/lock.txt
