# Makes the environment in .venv from the lock files. Read by ./run and ./test (POSIX sh); it only needs
# a Python from 3.11 on. A second call with unchanged lock files does nothing.

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Concentric needs Python 3.11 or newer, and found none under the names python3, python3.11 to python3.14.
Install one (for example from python.org or your system's packages), or name it: PYTHON=/path/to/python3.12 $0"
}

# The environment's own pip, or that of the Python it was made from (Debian splits pip off).
pip_install() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install "$@"
    else
        "$base_python" -m pip --python .venv/bin/python install "$@"
    fi
}

make_venv() {
    if .venv/bin/python -c '' >/dev/null 2>&1; then
        return
    fi
    base_python=$(find_python) || exit 1
    say "Making an environment in .venv with $("$base_python" --version)…"
    rm -rf .venv
    if "$base_python" -m venv .venv >/dev/null 2>&1; then
        return
    fi
    rm -rf .venv
    if ! "$base_python" -m venv --without-pip .venv; then
        rm -rf .venv
        fail "An environment could not be made in $(pwd)/.venv (see above). Nothing else was changed."
    fi
    if ! "$base_python" -m pip --version >/dev/null 2>&1; then
        rm -rf .venv
        fail "This Python comes without pip, so nothing can be installed. On Debian and Ubuntu the package
python3-venv has what is missing (apt install python3-venv); with Python from python.org it is there already."
    fi
}

# install LOCK: install a lock file's packages, checked against its hashes, unless that was done before.
install() {
    stamp=".venv/installed-$(basename "$1")"
    sum=$(cksum <"$1")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then
        return
    fi
    base_python=${base_python:-$(find_python)} || exit 1
    say "Installing $(grep -c '^[a-z].*==' "$1") packages from $1, about half a minute…"
    if ! pip_install -qq --disable-pip-version-check --no-input --require-hashes -r "$1"; then
        fail "The packages could not be installed (see above). Nothing outside .venv was changed.
Look whether this machine reaches its package index, then start $0 again; it goes on where it stopped."
    fi
    printf '%s\n' "$sum" >"$stamp"
}
