#!/usr/bin/env bash
# Installs the reference client of The Update Framework, python-tuf, and the
# test repository of its source distribution, which the tests of store-node
# drive. Both go into target/python, nothing into the system.
#
# Changes nothing when the versions of python.txt are there.
set -euo pipefail
cd "$(dirname "$0")/../.."
. packaging/dev/shared.sh

versions=packaging/dev/python.txt
place=target/python
cmp --silent "$versions" "$place/installed" && exit 0

say "Installing python-tuf into $place"
rm -rf "$place"
mkdir -p target
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    python3 -m venv "$place" &&
        "$place/bin/pip" install --disable-pip-version-check --requirement "$versions" &&
        "$place/bin/pip" download --disable-pip-version-check --no-deps --no-binary tuf \
            --dest "$place/source" "$(grep '^tuf==' "$versions")" &&
        tar --extract --gzip --strip-components=1 --directory "$place/source" --file "$place"/source/tuf-*.tar.gz
}
install >"$log" 2>&1 || die "python-tuf can not be installed:
$(tail -n 20 "$log")"
# Last: until then the next run begins anew.
cp "$versions" "$place/installed"
