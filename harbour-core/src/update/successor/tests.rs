use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn made(container: &Value, image: &Value) -> Successor {
    let old = Old {
        container,
        image,
        api: (1, 48),
        machine: Some("server"),
        lenders: &[],
    };
    successor(&old, "nginx:1@sha256:00", |label| label == "own")
}

/// How the engine mixes what a container is made with and what its image sets
/// (moby, `daemon/commit.go`, `merge`), as far as it matters here.
fn mixed(body: &Value, image: &Value) -> Value {
    let mut config = body.clone();
    for key in ["User", "WorkingDir", "StopSignal"] {
        if text(&config[key]).is_none() {
            config[key] = image[key].clone();
        }
    }
    for key in ["ExposedPorts", "Volumes", "Labels"] {
        let mut map = image[key].as_object().cloned().unwrap_or_default();
        map.extend(config[key].as_object().cloned().unwrap_or_default());
        config[key] = map.into();
    }
    let own = texts(&config["Env"])
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let name = |entry: &str| entry.split('=').next().unwrap_or_default().to_owned();
    let more = texts(&image["Env"])
        .into_iter()
        .filter(|entry| !own.iter().any(|o| name(o) == name(entry)));
    config["Env"] = own.iter().map(String::as_str).chain(more).collect();
    let entry = texts(&config["Entrypoint"]);
    if entry.is_empty() {
        if texts(&config["Cmd"]).is_empty() {
            config["Cmd"] = image["Cmd"].clone();
        }
        config["Entrypoint"] = image["Entrypoint"].clone();
    } else if entry == [""] {
        config["Entrypoint"] = Value::Null;
    }
    if config["Healthcheck"].is_null() {
        config["Healthcheck"] = image["Healthcheck"].clone();
    } else if image["Healthcheck"].is_object() {
        for key in HEALTH {
            let empty = &config["Healthcheck"][key];
            if empty.is_null() || *empty == 0 || *empty == json!([]) {
                let value = image["Healthcheck"][key].clone();
                if !value.is_null() {
                    config["Healthcheck"][key] = value;
                }
            }
        }
    }
    config
}

#[test]
fn what_the_image_set_is_left_to_the_new_one() {
    let image = json!({"Env": ["PATH=/bin", "V=1"], "Cmd": ["serve"], "Entrypoint": ["/run"], "User": "app",
        "WorkingDir": "/srv", "Labels": {"v": "1", "l": "x"}, "ExposedPorts": {"80/tcp": {}, "81/tcp": {}},
        "Volumes": {"/data": {}}, "StopSignal": "SIGQUIT", "Healthcheck": {"Test": ["CMD", "a"], "Interval": 5}});
    let container = json!({"Id": ID, "Config": {"Hostname": "0123456789ab", "Env": ["MINE=1", "V=2", "PATH=/bin"],
        "Cmd": ["serve"], "Entrypoint": ["/run"], "User": "app", "WorkingDir": "/srv",
        "Labels": {"v": "1", "l": "y", "mine": "m", "own": "o"}, "StopSignal": "SIGQUIT", "Tty": true,
        "ExposedPorts": {"80/tcp": {}, "81/tcp": {}, "90/udp": {}}, "Volumes": {"/data": {}, "/more": {}},
        "Healthcheck": {"Test": ["CMD", "a"], "Interval": 9}},
        "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}, "NetworkMode": "bridge", "Unknown": 7},
        "NetworkSettings": {"Networks": {"bridge": {"Aliases": null, "IPAddress": "172.17.0.2"}}}});
    let found = made(&container, &image);
    assert_eq!(
        found.body,
        json!({"Image": "nginx:1@sha256:00", "Env": ["MINE=1", "V=2"], "Labels": {"l": "y", "mine": "m"}, "Tty": true,
            "ExposedPorts": {"80/tcp": {}, "90/udp": {}}, "Volumes": {"/more": {}}, "Healthcheck": {"Interval": 9},
            "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}, "NetworkMode": "bridge", "Unknown": 7},
            "NetworkingConfig": {"EndpointsConfig": {"bridge": {}}}})
    );
    assert_eq!(found.connect, []);
}

#[test]
fn programs_stay_what_they_are() {
    let image = json!({"Cmd": ["serve"], "Entrypoint": ["/run"]});
    for (entry, command) in [
        (json!(["/run"]), json!(["serve"])),
        (json!(["/run"]), json!(["mine"])),
        (json!(["/run"]), json!(null)),
        (json!(["/own"]), json!(null)),
        (json!(["/own"]), json!(["serve"])),
        (json!(null), json!(["sh"])),
        (json!([]), json!(["serve"])),
    ] {
        let container = json!({"Config": {"Entrypoint": entry, "Cmd": command}});
        let again = mixed(&made(&container, &image).body, &image);
        assert_eq!(
            texts(&again["Entrypoint"]),
            texts(&entry),
            "{entry} {command}"
        );
        assert_eq!(texts(&again["Cmd"]), texts(&command), "{entry} {command}");
    }
}

#[test]
fn volumes_without_names_come_along() {
    let container = json!({"Id": ID, "Config": {"Volumes": {"/data": {}, "/mine": {}}},
        "HostConfig": {"Binds": ["named:/n:ro", "/one", "/srv:/srv"], "Tmpfs": {"/run": ""},
            "Mounts": [{"Type": "volume", "Target": "/two/"}, {"Type": "tmpfs", "Target": "/t"}], "VolumesFrom": ["lender", "gone:ro"]},
        "Mounts": [
            {"Type": "volume", "Name": "v-data", "Destination": "/data", "RW": true},
            {"Type": "volume", "Name": "v-mine", "Destination": "/mine", "RW": true},
            {"Type": "volume", "Name": "v-one", "Destination": "/one", "RW": true},
            {"Type": "volume", "Name": "v-two", "Destination": "/two", "RW": true},
            {"Type": "volume", "Name": "named", "Destination": "/n", "RW": false},
            {"Type": "bind", "Source": "/srv", "Destination": "/srv", "RW": true},
            {"Type": "volume", "Name": "lent", "Destination": "/lent", "RW": true},
            {"Type": "bind", "Source": "/old", "Destination": "/old", "RW": false},
            {"Type": "tmpfs", "Destination": "/t", "RW": true}]});
    let lenders = [
        (
            "lender".to_owned(),
            Some(json!([{"Type": "volume", "Name": "lent", "Destination": "/lent", "RW": true}])),
        ),
        ("gone:ro".to_owned(), None),
    ];
    let image = json!({"Volumes": {"/data": {}}});
    let old = Old {
        container: &container,
        image: &image,
        api: (1, 48),
        machine: None,
        lenders: &lenders,
    };
    let host = successor(&old, "x", |_| false).body["HostConfig"].clone();
    assert_eq!(
        host["Binds"],
        json!(["named:/n:ro", "v-one:/one", "/srv:/srv"])
    );
    assert_eq!(host["VolumesFrom"], json!(["lender"]));
    let volume = |name: &str, to: &str| json!({"Type": "volume", "Source": name, "Target": to, "ReadOnly": false, "VolumeOptions": {"NoCopy": true}});
    assert_eq!(
        host["Mounts"],
        json!([{"Type": "volume", "Target": "/two/", "Source": "v-two"}, {"Type": "tmpfs", "Target": "/t"},
            volume("v-data", "/data"), volume("v-mine", "/mine"),
            {"Type": "bind", "Source": "/old", "Target": "/old", "ReadOnly": true}])
    );
}

#[test]
fn networks_keep_what_was_asked_for() {
    let container = json!({"Id": ID, "Config": {"Hostname": "chosen", "MacAddress": "02:42:ac:11:00:02"}, "HostConfig": {"NetworkMode": "front", "Links": ["/db:/web/database"]},
        "NetworkSettings": {"Networks": {
            "back": {"Aliases": ["b", "0123456789ab"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}, "DriverOpts": {"k": "v"}, "Links": ["x:y"],
                "GwPriority": 5, "MacAddress": "aa:bb:cc:00:11:22", "IPAddress": "10.0.0.9", "EndpointID": "e"},
            "front": {"IPAMConfig": null, "MacAddress": "02:42:0a:00:00:02", "GwPriority": 0}}}});
    let found = made(&container, &json!({}));
    assert_eq!(
        found.body["NetworkingConfig"],
        json!({"EndpointsConfig": {"front": {"GwPriority": 0}}})
    );
    assert_eq!(
        found.connect,
        [(
            "back".to_owned(),
            json!({"Aliases": ["b"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}, "DriverOpts": {"k": "v"},
            "Links": ["x:y"], "GwPriority": 5, "MacAddress": "aa:bb:cc:00:11:22"})
        )]
    );
    assert_eq!(found.body["HostConfig"]["Links"], json!(["db:database"]));
    assert_eq!(
        (&found.body["Hostname"], found.body.get("MacAddress")),
        (&json!("chosen"), None)
    );
    let mut off = container.clone();
    off["NetworkSettings"]["Networks"]
        .as_object_mut()
        .unwrap()
        .remove("front");
    assert_eq!(
        made(&off, &json!({})).body["HostConfig"]["NetworkMode"],
        "back"
    );
}

#[test]
fn borrowed_names_are_not_sent() {
    for (mode, uts, name, expected) in [
        ("host", "", "server", None),
        ("host", "", "chosen", Some("chosen")),
        ("container:x", "", "other", None),
        ("bridge", "host", "server", None),
        ("bridge", "", "0123456789ab", None),
        ("bridge", "", "server", Some("server")),
    ] {
        let container = json!({"Id": ID, "Config": {"Hostname": name, "Domainname": "d"}, "HostConfig": {"NetworkMode": mode, "UTSMode": uts}});
        let body = made(&container, &json!({})).body;
        assert_eq!(
            body.get("Hostname").and_then(Value::as_str),
            expected,
            "{mode} {uts} {name}"
        );
        assert_eq!(body.get("NetworkingConfig"), None);
    }
}

fn config() -> impl Strategy<Value = Value> {
    let words = || prop::collection::vec("[a-c]", 0..3);
    let env = prop::collection::btree_map("[A-C]", "[x-z]", 0..3).prop_map(|map| {
        map.into_iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect::<Vec<_>>()
    });
    let map = || prop::collection::btree_map("[a-c]", "[x-z]", 0..3);
    let set = || prop::collection::btree_map("[a-c]", Just(json!({})), 0..3);
    let health = prop::option::of(("[p-r]", 0..3_i64).prop_map(|(test, interval)| {
        let mut check = json!({"Test": ["CMD", test]});
        if interval > 0 {
            check["Interval"] = interval.into();
        }
        check
    }));
    (env, words(), words(), map(), set(), set(), prop::option::of("[u-w]"), health).prop_map(
        |(env, entry, command, labels, ports, volumes, user, health)| {
            json!({"Env": env, "Entrypoint": entry, "Cmd": command, "Labels": labels, "ExposedPorts": ports,
                "Volumes": volumes, "User": user, "Healthcheck": health})
        },
    )
}

/// The same in one order, without the ways to say nothing.
fn plain(config: &Value) -> Value {
    let mut env: Vec<String> = texts(&config["Env"])
        .into_iter()
        .map(str::to_owned)
        .collect();
    env.sort();
    let map = |key: &str| config[key].as_object().cloned().unwrap_or_default();
    json!([
        env,
        texts(&config["Entrypoint"]),
        texts(&config["Cmd"]),
        map("Labels"),
        map("ExposedPorts"),
        map("Volumes"),
        text(&config["User"]),
        config["Healthcheck"]
    ])
}

proptest! {
    /// Made again with the same image, the engine comes to the same
    /// configuration, whatever was asked for and whatever the image sets.
    #[test]
    fn with_the_same_image_nothing_changes(asked in config(), image in config()) {
        let was = mixed(&asked, &image);
        let body = made(&json!({"Id": ID, "Config": was}), &image).body;
        prop_assert_eq!(plain(&mixed(&body, &image)), plain(&was));
    }

    /// What was asked for and differs from the image is asked for again, with
    /// any other image.
    #[test]
    fn what_is_its_own_stays_its_own(asked in config(), image in config(), other in config()) {
        let was = mixed(&asked, &image);
        let body = made(&json!({"Id": ID, "Config": was}), &image).body;
        let is = mixed(&body, &other);
        for entry in texts(&was["Env"]).into_iter().filter(|entry| !texts(&image["Env"]).contains(entry)) {
            prop_assert!(texts(&is["Env"]).contains(&entry));
        }
        for (name, value) in was["Labels"].as_object().unwrap() {
            if image["Labels"].get(name) != Some(value) {
                prop_assert_eq!(&is["Labels"][name], value);
            }
        }
        if was["User"] != image["User"] && text(&was["User"]).is_some() {
            prop_assert_eq!(&is["User"], &was["User"]);
        }
        if texts(&was["Entrypoint"]) != texts(&image["Entrypoint"]) {
            prop_assert_eq!(texts(&is["Entrypoint"]), texts(&was["Entrypoint"]));
            prop_assert_eq!(texts(&is["Cmd"]), texts(&was["Cmd"]));
        }
    }
}
