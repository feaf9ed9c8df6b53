//! Published ports.

use super::*;

#[test]
fn ports_are_numbers_free_and_listed_once() {
    let ports = |ports: &[PortDraft]| CreateDraft {
        ports: ports.to_vec(),
        ..draft()
    };
    let on = |ip: &str| PortDraft {
        host_ip: Some(ip.into()),
        ..port(80, Some(9000))
    };
    check(
        ports(&[port(1, Some(65_535)), port(65_535, Some(1)), port(80, None)]),
        &[],
    );
    check(
        ports(&[port(-1, Some(65_536)), port(i64::MAX, Some(0))]),
        &[
            "ports.0.container invalid",
            "ports.0.host invalid",
            "ports.1.container invalid",
            "ports.1.host invalid",
        ],
    );
    check(
        ports(&[PortDraft {
            protocol: Some("sctp".into()),
            ..port(80, None)
        }]),
        &["ports.0.protocol invalid"],
    );
    check(ports(&[on("localhost")]), &["ports.0.hostIp invalid"]);
    check(
        ports(&[
            on("127.0.0.1"),
            on("127.0.0.2"),
            PortDraft {
                protocol: Some("udp".into()),
                ..on("127.0.0.1")
            },
        ]),
        &[],
    );
    check(
        ports(&[on("127.0.0.1"), on("")]),
        &["ports.1.host duplicate"],
    );
    check(
        ports(&[port(80, None), port(80, None)]),
        &["ports.1.container duplicate"],
    );
    check(ports(&[port(80, Some(9000)), port(80, Some(9001))]), &[]);

    // The place counted is the one in the request, also after an unreadable entry.
    let found = plan_create(
        &ports(&[
            port(0, None),
            port(80, Some(8080)),
            port(81, Some(8082)),
            port(82, Some(8082)),
        ]),
        &world(),
    )
    .unwrap_err();
    let found: Vec<_> = found
        .iter()
        .map(|p| (p.field.as_str(), p.suggestion.as_ref().map(|s| &s.value)))
        .collect();
    assert_eq!(
        found,
        [
            ("ports.0.container", None),
            ("ports.1.host", Some(&SuggestionValue::Number(8083))),
            ("ports.3.host", Some(&SuggestionValue::Number(8084))),
        ]
    );
    let problem = only_problem(&ports(&[port(80, Some(8081))]), &world());
    assert_eq!(
        problem.message,
        "Port 8081/tcp is already used by another process on this server. The next free one is 8082."
    );

    let network = |name: &str, confirm: &str| CreateDraft {
        network: Some(name.into()),
        confirm_risks: vec![confirm.into()],
        ..ports(&[port(80, Some(9000))])
    };
    check(network("none", ""), &["ports invalid"]);
    check(network("host", "host-network"), &["ports invalid"]);
    check(
        network("host", ""),
        &["ports invalid", "network risk_not_confirmed"],
    );
    check(network("bridge", ""), &[]);
}
