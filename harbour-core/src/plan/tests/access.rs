//! Capabilities and devices.

use super::*;

#[test]
fn capabilities_and_devices() {
    let caps = |names: &[&str]| CreateDraft {
        cap_add: names.iter().map(|name| (*name).to_owned()).collect(),
        confirm_risks: vec!["capability:NET_ADMIN".into(), "capability:ALL".into()],
        ..draft()
    };
    check(caps(&["CAP_NET_ADMIN", "all"]), &[]);
    check(
        caps(&["net_admin", "", "NET_ADMIN", "FLY"]),
        &[
            "capAdd.1 required",
            "capAdd.2 duplicate",
            "capAdd.3 invalid",
        ],
    );
    check(caps(&["SYS_ADMIN"]), &["capAdd.0 risk_not_confirmed"]);

    let device = |host: &str, container: &str, permissions: &str| DeviceDraft {
        host: host.into(),
        container: Some(container.into()),
        permissions: Some(permissions.into()),
    };
    let devices = |devices: &[DeviceDraft]| CreateDraft {
        devices: devices.to_vec(),
        confirm_risks: vec!["device:/dev/sda".into()],
        ..draft()
    };
    check(devices(&[device("/dev//sda", "", "")]), &[]);
    check(
        devices(&[device("sda", "", "")]),
        &["devices.0.host invalid"],
    );
    check(devices(&[device("", "", "")]), &["devices.0.host required"]);
    check(
        devices(&[device("/dev/sda", "sda", "x")]),
        &[
            "devices.0.container invalid",
            "devices.0.permissions invalid",
        ],
    );
    check(
        devices(&[device("/dev/sda", "", "rr")]),
        &["devices.0.permissions invalid"],
    );
    check(
        devices(&[
            device("/dev/sda", "/dev/a", "r"),
            device("/dev/sda", "/dev/a/", "w"),
        ]),
        &["devices.1.container duplicate"],
    );
    check(
        devices(&[device("/dev/../dev/sdb", "", "")]),
        &["devices.0.host risk_not_confirmed"],
    );
}
