#!/usr/bin/env bash
# Builds and runs Harbourmaster OS on this machine: `make run`, and `make demo`
# with a store that needs no internet.
#
# Starts Docker's engine only when none answers, and on Ctrl-C stops exactly
# what it started. Environment:
#   PORT          port on 127.0.0.1 (8443; the next free one when taken)
#   HM_DATA_DIR   the agent's data (.run/data)
#   DOCKER_HOST   another engine, as unix:///path
#   HM_DEMO       yes: also start a registry and a signed store with apps
set -euo pipefail
cd "$(dirname "$0")/../.."
. packaging/dev/shared.sh

demo=${HM_DEMO:-no}
if [ "$demo" = yes ]; then default_dir=.run/demo; else default_dir=.run/data; fi
data_dir=${HM_DATA_DIR:-$default_dir}
socket=$(engine_socket)
engine=     # how the engine was started: empty (not by us), systemd or own
engine_pid=
agent_pid=
store_pid=
stopping=

stop_all() {
    trap '' INT TERM
    if [ -n "$agent_pid" ]; then
        kill -TERM "$agent_pid" 2>/dev/null || true
        wait "$agent_pid" 2>/dev/null || true
    fi
    if [ -n "$store_pid" ]; then
        # It ends with its standard input.
        exec 8>&-
        wait "$store_pid" 2>/dev/null || true
        rm -f "$data_dir/store.in" "$data_dir/store.out"
    fi
    case $engine in
        systemd)
            say "Stopping the Docker engine this command started, and its containers."
            as_root systemctl stop docker.service docker.socket || true
            ;;
        own)
            say "Stopping the Docker engine this command started, and its containers."
            as_root kill -TERM "$engine_pid" 2>/dev/null || true
            wait "$engine_pid" 2>/dev/null || true
            ;;
    esac
}

# Waits until the engine answers, at most 60 s; fails at once when it ends.
await_engine() {
    local round
    for ((round = 0; round < 300; round++)); do
        engine_answers "$socket" && return
        [ -z "$engine_pid" ] || kill -0 "$engine_pid" 2>/dev/null || as_root kill -0 "$engine_pid" 2>/dev/null || return 1
        sleep 0.2
    done
    return 1
}

# A child in a process group of its own: Ctrl-C reaches this script alone,
# which then stops everything in order.
start_engine() {
    local log=$data_dir/dockerd.log
    set -m
    if [ "$(id -u)" = 0 ]; then
        dockerd --host "unix://$socket" >>"$log" 2>&1 </dev/null &
    else
        sudo -n dockerd --host "unix://$socket" --group "$(id -g)" >>"$log" 2>&1 </dev/null &
    fi
    engine_pid=$!
    set +m
    engine=own
    await_engine
}

ensure_engine() {
    engine_answers "$socket" && return
    if [ -S "$socket" ] && ! { [ -r "$socket" ] && [ -w "$socket" ]; }; then
        die "There is an engine at $socket, but you may not speak to it.
Either join the group that may (sudo usermod -aG $(stat -c %G "$socket") $(id -un), then sign in again),
or run this as root (sudo make run)."
    fi
    packaging/dev/setup.sh engine
    # The package may have started it.
    engine_answers "$socket" && return
    mkdir -p "$data_dir"
    if [ -d /run/systemd/system ] && [ "$socket" = /var/run/docker.sock ]; then
        say "Starting the Docker engine (systemctl start docker)."
        as_root systemctl start docker.service
        engine=systemd
        await_engine || die "The Docker engine does not answer at $socket. You may lack the right to speak to it:
join its group (sudo usermod -aG docker $(id -un), then sign in again), or run this as root (sudo make run).
Its log: journalctl -u docker"
        return
    fi
    say "Starting the Docker engine; its log is in $data_dir/dockerd.log. It stops with this command, and its containers with it."
    [ "$(id -u)" = 0 ] || sudo -v || die "Starting the engine needs root. Run this as root, or with the right to use sudo."
    start_engine && return
    die "The Docker engine did not start:
$(tail -n 15 "$data_dir/dockerd.log")"
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port=$1
    while port_taken "$port"; do
        port=$((port + 1))
        [ "$port" -le 65535 ] || die "No free port from $1 upwards."
    done
    printf '%s\n' "$port"
}

# A registry and a signed store on loopback; what they need to know of the
# engine and of each other stands in $data_dir/agent.toml afterwards.
start_store() {
    local tool=${CARGO_TARGET_DIR:-target}/release/demo-store
    mkdir -p "$data_dir"
    rm -f "$data_dir/store.in" "$data_dir/store.out"
    mkfifo "$data_dir/store.in" "$data_dir/store.out"
    set -m
    "$tool" "$data_dir" "$socket" <"$data_dir/store.in" >"$data_dir/store.out" &
    store_pid=$!
    set +m
    exec 8>"$data_dir/store.in"
    local ready
    IFS= read -r ready <"$data_dir/store.out" || die "The demo's store did not start."
    say "A store with two apps is ready. Open the page, go to the store, and click Install."
}

packaging/dev/setup.sh build
[ "$demo" = no ] || packaging/dev/setup.sh demo
trap stop_all EXIT
trap 'stopping=yes; exit 0' INT TERM
ensure_engine
packaging/dev/ui.sh build
binary=${CARGO_TARGET_DIR:-target}/release/docker-manager
[ -x "$binary" ] || say "Building the agent. The first time this takes some minutes."
# In one go, or what both need would be built twice.
programs=(-p agent --bin docker-manager)
[ "$demo" = no ] || programs+=(-p testkit --bin demo-store)
cargo build --release --locked "${programs[@]}"
mkdir -p "$data_dir"
[ "$demo" = no ] || start_store

wanted=${PORT:-8443}
port=$(free_port "$wanted")
[ "$port" = "$wanted" ] || say "Port $wanted is taken; using $port."

config=()
[ "$demo" = no ] || config=(--config "$data_dir/agent.toml")
# One arena: the C library otherwise keeps what each thread has freed for itself,
# which after a large store is hundreds of megabytes.
export MALLOC_ARENA_MAX=1
set -m
"$binary" serve "${config[@]}" --data-dir "$data_dir" --listen "127.0.0.1:$port" --docker "$socket" </dev/null &
agent_pid=$!
set +m
status=0
wait "$agent_pid" || status=$?
agent_pid=
[ -n "$stopping" ] || exit "$status"
