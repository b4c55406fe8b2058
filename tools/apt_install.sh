#!/bin/sh
# Installs Debian packages, where that can be done unasked: as root, on a machine with apt-get.
# Where it cannot be done it says what to type, and fails.
# Use: tools/apt_install.sh PACKAGE...
set -eu

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install it and try again; on Debian or Ubuntu: sudo apt-get install $*" >&2
    exit 1
fi

echo "Installing Debian's $*"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# A stale list or a broken third-party source is no reason to give up: the install itself decides.
apt-get -qq update >"$log" 2>&1 || true
if ! apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" \
    >>"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "apt-get could not install: $*" >&2
    exit 1
fi
