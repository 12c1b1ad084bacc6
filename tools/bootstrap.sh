#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Make a bare Debian ready: system libraries that Qt's wheels expect, and .venv from the lock.
# Does nothing, quickly, when everything is already there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What ldd names for Qt 6.11's libraries and its offscreen, xcb, wayland and printer plugins.
QT_PACKAGES=(
    libcups2 libdbus-1-3 libegl1 libfontconfig1 libfreetype6 libgl1 libglib2.0-0 libgssapi-krb5-2
    libwayland-client0 libwayland-cursor0 libwayland-egl1 libx11-6 libx11-xcb1 libxcb-cursor0
    libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-render0
    libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxcb1 libxkbcommon-x11-0
    libxkbcommon0
)
# A real Secret Service on a session bus of its own.
KEYRING_PACKAGES=(dbus-daemon gnome-keyring)

say() { printf 'bootstrap: %s\n' "$*" >&2; }

apt_install() {
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || { say "cannot install without root or sudo: $*"; return 1; }
        as_root=(sudo)
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    say "installing $*"
    "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null && return
    say "refreshing the package lists first"
    "${apt[@]}" update >/dev/null
    "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null
}

# Newer releases rename libraries (libcups2t64) and say so in Provides, so that counts as well.
missing_packages() {
    local installed
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' |
        sed -n 's/^installed //p' | sed 's/([^)]*)//g; s/,/ /g' | tr -s ' ' '\n')
    comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

install_system_packages() {
    command -v dpkg-query >/dev/null || { say "not a Debian: Qt's system libraries are up to you"; return; }
    local missing
    mapfile -t missing < <(missing_packages "${QT_PACKAGES[@]}" "${KEYRING_PACKAGES[@]}")
    if ((${#missing[@]})); then
        apt_install "${missing[@]}" || say "going on without ${missing[*]}"
    fi
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

create_venv() {
    local python
    python=$(find_python) || { apt_install python3 python3-venv; python=$(find_python); }
    # Debian ships venv without the pip it needs; the package that completes it has the version's name.
    "$python" -c 'import ensurepip' 2>/dev/null ||
        apt_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    say "creating .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

install_locked_packages() {
    local stamp=.venv/.installed wanted
    wanted=$(cat requirements/lock.txt pyproject.toml | sha256sum)
    [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return
    say "installing the locked Python packages (a few minutes the first time)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/lock.txt >&2
    PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --no-deps --no-build-isolation --editable . >&2
    printf '%s\n' "$wanted" >"$stamp"
}

install_system_packages
.venv/bin/python -c '' 2>/dev/null || create_venv
install_locked_packages
