#!/bin/sh
# Creates the virtual environment in FOLDER with the first interpreter that is new enough.
# PYTHON, when set, names the only interpreter to try.
# Use: PYTHON=python3.12 tools/create_venv.sh FOLDER
set -eu

venv=$1
minimum=3.11
tools=$(dirname "$0")

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

is_new_enough() {
    "$1" -c "import sys; sys.exit(sys.version_info < (${minimum%.*}, ${minimum#*.}))" 2>/dev/null
}

python=
seen=
for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    # Asked by running it: a name on PATH may be a shim with nothing behind it.
    version=$(version_of "$candidate") || continue
    if is_new_enough "$candidate"; then
        python=$candidate
        break
    fi
    seen="$seen $candidate is $version."
done
if [ -z "$python" ]; then
    echo "Tellback needs Python $minimum or newer.${seen:- Found none as ${PYTHON:-python3}.}" >&2
    echo "Name another interpreter with: make install PYTHON=/path/to/python3" >&2
    exit 1
fi

# Debian ships the interpreter without the parts that make an environment.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python has no venv module."
    "$tools/apt_install.sh" "python$(version_of "$python")-venv"
fi

"$python" -m venv --clear "$venv"
