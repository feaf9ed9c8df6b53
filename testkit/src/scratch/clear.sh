# Clears one scratch directory of the test kit: $1. Waits for the end of its
# standard input first, so that it can stand guard beside the owner.
# POSIX sh; runs as a program text given to `sh -c`.
trap '' INT TERM HUP
dir=$1
name=${dir##*/}
case $dir in /tmp/hm-??????) ;; *) echo "testkit: will not clear $dir" >&2; exit 2 ;; esac

while read -r _; do :; done

# Start time of a process that is not a zombie, or nothing.
started() {
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    set -- ${stat##*) }
    [ "$1" = Z ] || echo "${20}"
}

# The control groups of this engine's containers: one tree, or one per
# controller on the older layout.
groups() {
    for group in "/sys/fs/cgroup/$name" /sys/fs/cgroup/*/"$name"; do
        [ -d "$group" ] && find "$group" -depth -type d
    done
}

# Process numbers that belong to the directory and still run.
members() {
    if [ -f "$dir/pids" ]; then
        while read -r pid start; do
            [ "$(started "$pid")" = "$start" ] && echo "$pid"
            recorded="$recorded $pid "
        done <"$dir/pids"
    fi
    # The engine's own children carry the directory in their arguments.
    grep -lsF -- "$dir/" /proc/[0-9]*/cmdline | while IFS=/ read -r _ _ pid _; do
        { read -r comm <"/proc/$pid/comm"; } 2>/dev/null || continue
        case $comm in dockerd | containerd* | runc*) echo "$pid" ;; esac
    done
    # Port forwarders do not, but stay in the process group of the engine.
    for entry in $(grep -lsx docker-proxy /proc/[0-9]*/comm); do
        { read -r stat <"${entry%comm}stat"; } 2>/dev/null || continue
        pid=${stat%% *}
        set -- ${stat##*) }
        case $recorded in *" $3 "*) [ "$1" = Z ] || echo "$pid" ;; esac
    done
    groups | while read -r group; do cat "$group/cgroup.procs" 2>/dev/null; done
}

# Killing in rounds: a restart policy may start one more container while the
# engine goes down.
recorded=
round=0
while [ $round -lt 200 ]; do
    left=$(members)
    [ -n "$left" ] || break
    kill -KILL $left 2>/dev/null
    sleep 0.02
    round=$((round + 1))
done

# Mounts, the last one first.
round=0
while [ $round -lt 20 ]; do
    mounts=$(while read -r _ _ _ _ point _; do
        case $point in "$dir" | "$dir"/*) echo "$point" ;; esac
    done </proc/self/mountinfo)
    [ -n "$mounts" ] || break
    echo "$mounts" | sort -r | while read -r point; do umount -l "$point" 2>/dev/null; done
    round=$((round + 1))
done

# A killed shim leaves its socket in a directory all share; the name is made
# of the containerd's address, its namespace and the container.
for container in "$dir"/data/containers/*; do
    socket=$(printf %s "$dir/c.sock/moby/${container##*/}" | sha256sum)
    rm -f "/run/containerd/s/${socket%% *}"
done

# Bridges: the one made for the engine and those of its own networks, which
# its network database names.
bridges=$name
if [ -f "$dir/data/network/files/local-kv.db" ]; then
    # Without a match there are none.
    bridges="$bridges $(grep -aoE 'br-[0-9a-f]{12}' "$dir/data/network/files/local-kv.db" | sort -u)"
fi
for bridge in $bridges; do
    [ -d "/sys/class/net/$bridge/bridge" ] && ip link delete "$bridge"
done

# The rule that lets containers of a bridge talk to each other.
while iptables -w -D FORWARD -m physdev --physdev-is-bridged -m comment --comment "$name" -j ACCEPT 2>/dev/null; do :; done

# A control group can stay busy for a moment after its last process ended.
round=0
while [ $round -lt 50 ]; do
    left=$(groups)
    [ -n "$left" ] || break
    echo "$left" | while read -r group; do rmdir "$group" 2>/dev/null; done
    [ -n "$(groups)" ] && sleep 0.02
    round=$((round + 1))
done

# Never past a mount that could not be removed.
rm -rf --one-file-system -- "$dir"
