//! Networks, fixed addresses, and names that are resolved.

use super::*;

fn network(name: &str) -> NetworkDraft {
    NetworkDraft {
        name: name.into(),
        ..NetworkDraft::default()
    }
}

fn on(networks: Vec<NetworkDraft>) -> CreateDraft {
    CreateDraft {
        networks,
        ..draft()
    }
}

#[test]
fn several_networks_with_names_and_addresses() {
    let first = NetworkDraft {
        aliases: vec!["app".into(), "web_1".into()],
        ipv4_address: Some("10.1.0.9".into()),
        ipv6_address: Some("fd00::9".into()),
        ..network("lan")
    };
    let plan = plan_create(&on(vec![first, network("wan")]), &world()).unwrap();
    assert_eq!(plan.spec.network.as_deref(), Some("lan"));
    assert_eq!(plan.spec.networks.len(), 2);
    assert_eq!(
        plan.spec.networks[0].ipv4,
        Some("10.1.0.9".parse().unwrap())
    );
}

#[test]
fn networks_that_can_not_be() {
    check(
        on(vec![
            network(""),
            network("host"),
            network("nowhere"),
            network("lan"),
            network("lan"),
            network("container:web"),
        ]),
        &[
            "networks.0.name required",
            "networks.1.name invalid",
            "networks.2.name unknown_network",
            "networks.4.name duplicate",
            "networks.5.name invalid",
        ],
    );
    check(
        CreateDraft {
            network: Some("lan".into()),
            ..on(vec![network("wan")])
        },
        &["network invalid"],
    );
    let fixed = |name: &str, v4: &str, v6: &str| NetworkDraft {
        ipv4_address: Some(v4.into()),
        ipv6_address: Some(v6.into()),
        ..network(name)
    };
    check(
        on(vec![fixed("lan", "10.2.0.1", "10.1.0.1")]),
        &[
            "networks.0.ipv4Address invalid",
            "networks.0.ipv6Address invalid",
        ],
    );
    // What is not known of a network is left to the engine.
    check(on(vec![fixed("wan", "10.9.9.9", "")]), &[]);
    check(
        on(vec![NetworkDraft {
            aliases: vec!["x".into(), "x".into(), "a b".into()],
            ..fixed("bridge", "10.1.0.1", "")
        }]),
        &[
            "networks.0.aliases invalid",
            "networks.0.aliases.1 duplicate",
            "networks.0.aliases.2 invalid",
            "networks.0.ipv4Address invalid",
        ],
    );
}

#[test]
fn another_containers_network_brings_its_own() {
    let joined = |name: &str| CreateDraft {
        network: Some(format!("container:{name}")),
        ..draft()
    };
    check(joined("web"), &[]);
    check(joined("nobody"), &["network invalid"]);
    check(joined("open"), &["network risk_not_confirmed"]);
    check(
        CreateDraft {
            confirm_risks: vec!["host-network".into()],
            ..joined("open")
        },
        &[],
    );
    check(
        CreateDraft {
            ports: vec![port(80, None)],
            process: ProcessDraft {
                hostname: Some("x".into()),
                ..ProcessDraft::default()
            },
            ..joined("web")
        },
        &["ports invalid", "hostname invalid"],
    );
}

#[test]
fn names_and_servers() {
    let host = |host: &str, ip: &str| HostDraft {
        host: host.into(),
        ip: ip.into(),
    };
    let lookup = |lookup| CreateDraft { lookup, ..draft() };
    check(
        lookup(LookupDraft {
            extra_hosts: vec![
                host("nas", "10.0.0.2"),
                host("me", "host-gateway"),
                host("a b", "x"),
            ],
            dns: vec!["1.1.1.1".into(), "one".into()],
            dns_search: vec![".".into(), "lan.".into(), "a b".into()],
            dns_options: vec!["ndots:1".into(), String::new()],
        }),
        &[
            "extraHosts.2.host invalid",
            "extraHosts.2.ip invalid",
            "dns.1 invalid",
            "dnsSearch.2 invalid",
            "dnsOptions.1 invalid",
        ],
    );
}
