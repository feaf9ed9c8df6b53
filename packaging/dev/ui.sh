#!/usr/bin/env bash
# Brings the UI's dependencies and its build up to date, and does nothing when
# they are.
#
#   packaging/dev/ui.sh deps    npm ci, when the lock file has changed
#   packaging/dev/ui.sh build   deps, then npm run build, when a source has changed
set -euo pipefail
cd "$(dirname "$0")/../../ui"

# In node_modules, so that removing it also forgets what was done.
stamps=node_modules/.stamps

fresh() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }

deps() {
    local state
    state=$(cat package.json package-lock.json | sha256sum)
    fresh deps "$state" && return
    echo "UI: installing dependencies"
    npm ci --no-audit --no-fund --loglevel=error
    mkdir -p "$stamps"
    echo "$state" >"$stamps/deps"
}

build() {
    local state
    state=$(find . -type f \
        -not -path './node_modules/*' -not -path './dist/*' -not -path './e2e/*' \
        -not -path './test-results/*' -not -path './playwright-report/*' -print0 |
        sort -z | xargs -0 sha256sum | sha256sum)
    [ -f dist/index.html ] && fresh dist "$state" && return
    echo "UI: building"
    npm run --silent build
    echo "$state" >"$stamps/dist"
}

case ${1:-} in
    deps) deps ;;
    build)
        # Not joined by &&, which would let a failing command inside go unnoticed.
        deps
        build
        ;;
    *) echo "usage: packaging/dev/ui.sh deps|build" >&2 && exit 2 ;;
esac
