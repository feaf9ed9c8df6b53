#!/usr/bin/env bash
# Installs what is missing on a Debian machine, and says what and why.
#
#   packaging/dev/setup.sh GROUP...
#     build   compiler and linker for the agent
#     engine  Docker's engine
#     demo    what the demo's store is made with: registry, busybox
#     test    engine and what the tests drive: registry, browser, busybox
#
# Changes nothing when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
. packaging/dev/shared.sh

packages=()
python=no
missing() {
    packages+=("$1")
    say "  $1: $2"
}
has() { command -v "$1" >/dev/null; }
installed() { [ "$(dpkg-query --show --showformat='${Status}' "$1" 2>/dev/null)" = "install ok installed" ]; }

check_build() {
    has cc || missing gcc "links the agent"
    has make || missing make "runs the commands of the Makefile"
    # The C library's headers and its static archive.
    [ -e /usr/include/stdlib.h ] || missing libc6-dev "the C library to compile against"
}

check_engine() {
    # Asks the engine's socket whether anybody answers.
    has curl || missing curl "asks whether an engine answers"
    if ! has dockerd; then
        missing docker.io "Docker's engine, which runs the containers"
        # Docker's packet rules; the package depends on it, other packagings do not.
        has iptables || missing iptables "the engine's network rules"
    fi
    # On a kernel with AppArmor the engine loads a profile for its containers.
    if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ]; then
        has apparmor_parser || missing apparmor "loads the profile that confines containers"
    fi
}

check_demo() {
    has docker-registry || missing docker-registry "a registry on loopback, which the demo's apps come from"
    installed busybox-static || missing busybox-static "the programs of the demo's apps"
}

check_test() {
    has dockerd || check_engine
    has docker-registry || missing docker-registry "a private registry on loopback, to pull from"
    has chromium || missing chromium "the browser that the page is tested in"
    installed busybox-static || missing busybox-static "the programs of the test images"
    has ip || missing iproute2 "removes the network bridges of the test engines"
    check_build
}

[ $# -gt 0 ] || die "usage: packaging/dev/setup.sh build|engine|demo|test..."
need_tools
say_missing=$(mktemp)
trap 'rm -f "$say_missing"' EXIT
for group in "$@"; do
    case $group in
        build) check_build ;;
        engine) check_engine ;;
        demo) check_demo ;;
        test)
            check_test
            python=yes
            ;;
        *) die "unknown group $group: there are build, engine, demo and test" ;;
    esac
done >"$say_missing"
install_python() {
    [ "$python" = no ] || packaging/dev/python.sh
}
if [ ${#packages[@]} -eq 0 ]; then
    install_python
    exit 0
fi

has apt-get || die "Missing on this machine:
$(cat "$say_missing")
This script installs with apt-get, which is not here. Install them in your system's way and try again."
mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
say "Installing with apt-get:"
sort -u "$say_missing"

install_packages() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet --no-install-recommends "${packages[@]}"
}
known() {
    local package
    for package in "${packages[@]}"; do
        apt-cache show "$package" >/dev/null 2>&1 || return 1
    done
}
log=$(mktemp)
trap 'rm -f "$say_missing" "$log"' EXIT
# Old package lists name files that are gone: then once more with new ones.
if ! known || ! install_packages >"$log" 2>&1; then
    as_root apt-get update --quiet >"$log" 2>&1 || die "apt-get update failed:
$(tail -n 20 "$log")"
    install_packages >"$log" 2>&1 || die "apt-get install failed:
$(tail -n 30 "$log")"
fi
say "Installed: ${packages[*]}"
install_python
