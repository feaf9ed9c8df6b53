//! Every way to make a container that a home server has use for: what an update
//! must not change.

use serde_json::{Value, json};

/// A container to be made: its name says what is special about it.
pub struct Shape {
    pub name: &'static str,
    /// Body of `ContainerCreate` without its image.
    pub body: Value,
    /// Networks that are joined after that.
    pub joins: Vec<(String, Value)>,
    pub started: bool,
}

/// What the engine must offer them.
pub struct Around<'a> {
    /// A network and its first three numbers, `10.150.7`.
    pub network: &'a str,
    pub prefix: &'a str,
    /// A second network.
    pub other: &'a str,
    /// A folder of the host.
    pub folder: &'a str,
    /// A container that runs and is not updated.
    pub neighbour: &'a str,
    /// Begins the names of volumes.
    pub volumes: &'a str,
}

fn shape(name: &'static str, body: Value) -> Shape {
    Shape {
        name,
        body,
        joins: Vec::new(),
        started: true,
    }
}

fn host(name: &'static str, host_config: Value) -> Shape {
    shape(name, json!({ "HostConfig": host_config }))
}

const LOOP: &str = "trap 'exit 0' TERM; while :; do sleep 0.2; done";

/// All of them.
pub fn all(around: &Around<'_>) -> Vec<Shape> {
    let mut all = programs();
    all.extend(limits());
    all.extend(rights());
    all.extend(mounts(around));
    all.extend(networks(around));
    all
}

fn programs() -> Vec<Shape> {
    let mut stopped = shape("stopped", json!({}));
    stopped.started = false;
    let mut at_rest = host(
        "stopped-with-policy",
        json!({"RestartPolicy": {"Name": "unless-stopped"}, "Binds": ["/anonymous"]}),
    );
    at_rest.started = false;
    vec![
        stopped,
        at_rest,
        shape("plain", json!({})),
        shape("command", json!({"Cmd": ["sh", "-c", LOOP]})),
        shape(
            "entrypoint",
            json!({"Entrypoint": ["sh", "-c"], "Cmd": [LOOP]}),
        ),
        shape(
            "entrypoint-alone",
            json!({"Entrypoint": ["sh", "-c", LOOP]}),
        ),
        shape(
            "no-entrypoint",
            json!({"Entrypoint": [""], "Cmd": ["sh", "-c", LOOP]}),
        ),
        shape(
            "environment",
            json!({"Env": ["OWN=1", "EMPTY=", "WITH=a=b c", "NOT_SET"]}),
        ),
        shape("image-variable-changed", json!({"Env": ["SHARED=mine"]})),
        shape(
            "user",
            json!({"User": "1000:1000", "Cmd": ["sh", "-c", LOOP]}),
        ),
        shape("folder", json!({"WorkingDir": "/tmp/somewhere"})),
        shape(
            "names",
            json!({"Hostname": "fixed", "Domainname": "home.example"}),
        ),
        shape(
            "labels",
            json!({"Labels": {"own": "1", "empty": "", "com.docker.compose.project": "media", "com.docker.compose.service": "web", "com.docker.compose.config-hash": "abc"}}),
        ),
        shape(
            "image-label-changed",
            json!({"Labels": {"of.image": "mine"}}),
        ),
        shape(
            "screen",
            json!({"Tty": true, "OpenStdin": true, "AttachStdin": true, "StdinOnce": true}),
        ),
        shape(
            "stopping",
            json!({"StopSignal": "SIGINT", "StopTimeout": 1, "Cmd": ["sh", "-c", "trap 'exit 0' INT; while :; do sleep 0.2; done"]}),
        ),
        shape(
            "exposed",
            json!({"ExposedPorts": {"8080/tcp": {}, "53/udp": {}}}),
        ),
        shape(
            "health",
            json!({"Healthcheck": {"Test": ["CMD", "true"], "Interval": 300_000_000, "Timeout": 2_000_000_000, "Retries": 3, "StartPeriod": 1_000_000_000}}),
        ),
        shape(
            "health-in-shell",
            json!({"Healthcheck": {"Test": ["CMD-SHELL", "test -e /www"], "Interval": 300_000_000}}),
        ),
        shape("health-off", json!({"Healthcheck": {"Test": ["NONE"]}})),
    ]
}

fn limits() -> Vec<Shape> {
    vec![
        host(
            "memory",
            json!({"Memory": 64 << 20, "MemoryReservation": 32 << 20}),
        ),
        host(
            "swap",
            json!({"Memory": 64 << 20, "MemorySwap": 96 << 20, "MemorySwappiness": null}),
        ),
        host("cpu", json!({"NanoCpus": 500_000_000})),
        host(
            "cpu-quota",
            json!({"CpuPeriod": 50_000, "CpuQuota": 25_000, "CpuShares": 512}),
        ),
        host("cpu-set", json!({"CpusetCpus": "0"})),
        host("pids", json!({"PidsLimit": 100})),
        host(
            "ulimits",
            json!({"Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 2048}, {"Name": "nproc", "Soft": 512, "Hard": 512}]}),
        ),
        host("shared-memory", json!({"ShmSize": 32 << 20})),
        host("out-of-memory-score", json!({"OomScoreAdj": 300})),
        host(
            "sysctls",
            json!({"Sysctls": {"net.ipv4.ip_forward": "1", "net.core.somaxconn": "511"}}),
        ),
        host(
            "log-file",
            json!({"LogConfig": {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "2"}}}),
        ),
        host(
            "log-local",
            json!({"LogConfig": {"Type": "local", "Config": {"max-size": "2m"}}}),
        ),
        host(
            "log-none",
            json!({"LogConfig": {"Type": "none", "Config": {}}}),
        ),
        host("always", json!({"RestartPolicy": {"Name": "always"}})),
        host(
            "unless-stopped",
            json!({"RestartPolicy": {"Name": "unless-stopped"}}),
        ),
        host(
            "on-failure",
            json!({"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 4}}),
        ),
        host("init", json!({"Init": true})),
        host("no-init", json!({"Init": false})),
        host("cgroup-parent", json!({"CgroupParent": "/harbour-shapes"})),
    ]
}

fn rights() -> Vec<Shape> {
    vec![
        host("privileged", json!({"Privileged": true})),
        host(
            "capabilities",
            json!({"CapAdd": ["NET_ADMIN", "SYS_TIME"], "CapDrop": ["MKNOD", "AUDIT_WRITE"]}),
        ),
        host(
            "no-capabilities",
            json!({"CapDrop": ["ALL"], "CapAdd": ["NET_BIND_SERVICE"]}),
        ),
        host(
            "no-new-privileges",
            json!({"SecurityOpt": ["no-new-privileges"]}),
        ),
        host("no-seccomp", json!({"SecurityOpt": ["seccomp=unconfined"]})),
        host("groups", json!({"GroupAdd": ["44", "109"]})),
        host(
            "device",
            json!({"Devices": [{"PathOnHost": "/dev/null", "PathInContainer": "/dev/own", "CgroupPermissions": "rw"}]}),
        ),
        host(
            "device-rules",
            json!({"DeviceCgroupRules": ["c 189:* rmw"]}),
        ),
        host(
            "read-only",
            json!({"ReadonlyRootfs": true, "Tmpfs": {"/run": "size=1m,mode=755", "/tmp": ""}}),
        ),
        host("of-the-host", json!({"PidMode": "host", "UTSMode": "host"})),
        host("memory-of-the-host", json!({"IpcMode": "host"})),
        host("memory-to-share", json!({"IpcMode": "shareable"})),
        host("memory-of-its-own", json!({"IpcMode": "private"})),
        host(
            "paths",
            json!({"MaskedPaths": ["/proc/kcore"], "ReadonlyPaths": ["/proc/sys"]}),
        ),
    ]
}

fn mounts(around: &Around<'_>) -> Vec<Shape> {
    let (folder, named) = (around.folder, |what: &str| {
        format!("{}-{what}", around.volumes)
    });
    vec![
        shape(
            "volume-without-name",
            json!({"Volumes": {"/anonymous": {}, "/another": {}}}),
        ),
        host("volume-of-bind", json!({"Binds": ["/anonymous"]})),
        host(
            "volume",
            json!({"Binds": [format!("{}:/data", named("a"))]}),
        ),
        host(
            "volume-read-only",
            json!({"Binds": [format!("{}:/own:ro", named("b"))]}),
        ),
        host(
            "volume-over-the-image's",
            json!({"Binds": [format!("{}:/kept", named("c"))]}),
        ),
        host(
            "volume-mount",
            json!({"Mounts": [{"Type": "volume", "Source": named("d"), "Target": "/own", "VolumeOptions": {"NoCopy": true, "Labels": {"a": "b"}, "DriverConfig": {"Name": "local", "Options": {}}}}]}),
        ),
        host(
            "volume-mount-without-name",
            json!({"Mounts": [{"Type": "volume", "Target": "/own"}]}),
        ),
        host(
            "folder-of-the-host",
            json!({"Binds": [format!("{folder}:/own")]}),
        ),
        host(
            "folder-read-only",
            json!({"Binds": [format!("{folder}:/own:ro,rprivate")]}),
        ),
        host(
            "folder-mount",
            json!({"Mounts": [{"Type": "bind", "Source": folder, "Target": "/own", "ReadOnly": true, "BindOptions": {"Propagation": "rprivate"}}]}),
        ),
        host(
            "memory-mount",
            json!({"Mounts": [{"Type": "tmpfs", "Target": "/own", "TmpfsOptions": {"SizeBytes": 1 << 20, "Mode": 0o700}}]}),
        ),
        host("memory-folder", json!({"Tmpfs": {"/cache": "size=2m"}})),
        host(
            "volumes-from",
            json!({"VolumesFrom": [format!("{}:ro", around.neighbour)]}),
        ),
    ]
}

fn networks(around: &Around<'_>) -> Vec<Shape> {
    let at = |number: u8| json!({"IPv4Address": format!("{}.{number}", around.prefix)});
    let on = |name: &'static str, endpoint: Value| {
        let mut made = host(name, json!({"NetworkMode": around.network}));
        made.body["NetworkingConfig"] = json!({"EndpointsConfig": {around.network: endpoint}});
        made
    };
    let mut two = on("two-networks", json!({"Aliases": ["first"]}));
    two.joins.push((
        around.other.to_owned(),
        json!({"Aliases": ["second", "third"]}),
    ));
    let mut fixed_twice = on("two-networks-fixed", json!({"IPAMConfig": at(61)}));
    fixed_twice.joins.push((
        around.other.to_owned(),
        json!({"DriverOpts": {"com.example.option": "1"}}),
    ));
    let mut mac = on("hardware-address", json!({}));
    mac.body["MacAddress"] = json!("02:11:22:33:44:55");
    vec![
        host("host", json!({"NetworkMode": "host"})),
        host("no-network", json!({"NetworkMode": "none"})),
        host(
            "network-of-another",
            json!({"NetworkMode": format!("container:{}", around.neighbour)}),
        ),
        host(
            "processes-of-another",
            json!({"PidMode": format!("container:{}", around.neighbour)}),
        ),
        host(
            "names-of-hosts",
            json!({"ExtraHosts": ["nas:192.0.2.7", "printer:192.0.2.8"], "NetworkMode": around.network}),
        ),
        host(
            "dns",
            json!({"Dns": ["192.0.2.53"], "DnsSearch": ["home.example"], "DnsOptions": ["ndots:2"]}),
        ),
        shape(
            "port",
            json!({"ExposedPorts": {"80/tcp": {}}, "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "41871"}]}}}),
        ),
        shape(
            "ports",
            json!({"ExposedPorts": {"80/tcp": {}, "53/udp": {}}, "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "41872"}, {"HostIp": "127.0.0.1", "HostPort": "41873"}], "53/udp": [{"HostIp": "", "HostPort": "41874"}]}}}),
        ),
        shape(
            "port-of-the-engine",
            json!({"ExposedPorts": {"80/tcp": {}}, "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": ""}]}}}),
        ),
        host("all-ports", json!({"PublishAllPorts": true})),
        on("alias", json!({"Aliases": ["web", "www"]})),
        on("fixed-address", json!({"IPAMConfig": at(60)})),
        on(
            "own-link",
            json!({"Links": [format!("{}:db", around.neighbour)]}),
        ),
        mac,
        two,
        fixed_twice,
    ]
}
