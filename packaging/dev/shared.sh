# What the development scripts share; sourced, not run.
# Defines: say, die, as_root, need_tools, engine_socket, engine_answers.

# Daemons are in directories that an ordinary user's PATH leaves out.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { printf '%s\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Runs a command as root, with sudo if need be.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "This needs root: $*
Run it as root, or install sudo."
    fi
}

# Rust and Node cannot come from Debian 12's own packages: they are too old there.
need_tools() {
    command -v cargo >/dev/null || die "Rust is missing (cargo). Install Rust 1.95 or newer, for instance with rustup, and try again."
    command -v node >/dev/null && command -v npm >/dev/null || die "Node.js is missing (node and npm). Install Node.js 20 or newer and try again."
    local version
    version=$(node --version)
    version=${version#v}
    [ "${version%%.*}" -ge 20 ] || die "Node.js $version is too old. Install Node.js 20 or newer and try again."
}

# Path of the engine's socket. The agent speaks to a Unix socket only.
engine_socket() {
    local host=${DOCKER_HOST:-unix:///var/run/docker.sock}
    case $host in
        unix://*) printf '%s\n' "${host#unix://}" ;;
        *) die "DOCKER_HOST is $host, but the agent speaks to a Unix socket only. Unset it, or set it to unix:///path/of/the.sock." ;;
    esac
}

# Whether a Docker engine answers on a socket.
engine_answers() {
    [ -S "$1" ] || return 1
    if command -v curl >/dev/null; then
        [ "$(curl --silent --max-time 5 --unix-socket "$1" http://engine/_ping)" = OK ]
    elif command -v docker >/dev/null; then
        DOCKER_HOST=unix://$1 docker version >/dev/null 2>&1
    else
        return 1
    fi
}
