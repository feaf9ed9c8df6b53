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

fn range(container: (i64, i64), host: Option<i64>, host_end: Option<i64>) -> PortDraft {
    PortDraft {
        container: container.0,
        container_end: Some(container.1),
        host,
        host_end,
        ..PortDraft::default()
    }
}

#[test]
fn ranges_become_one_binding_for_each_port() {
    let ports = |ports: &[PortDraft]| CreateDraft {
        ports: ports.to_vec(),
        ..draft()
    };
    let plan = plan_create(
        &ports(&[
            range((80, 82), Some(9000), Some(9002)),
            range((90, 91), Some(9100), None),
            range((100, 101), None, None),
        ]),
        &world(),
    )
    .unwrap();
    let found: Vec<_> = plan
        .spec
        .ports
        .iter()
        .map(|p| (p.container, p.host))
        .collect();
    assert_eq!(
        found,
        [
            (80, Some(9000)),
            (81, Some(9001)),
            (82, Some(9002)),
            (90, Some(9100)),
            (91, Some(9101)),
            (100, None),
            (101, None)
        ]
    );
    check(
        ports(&[
            range((80, 79), None, None),
            range((80, 81), Some(9000), Some(9003)),
            range((80, 81), Some(65_535), None),
            range((80, 81), None, Some(9000)),
            range((80, 70_000), None, None),
        ]),
        &[
            "ports.0.containerEnd invalid",
            "ports.1.hostEnd invalid",
            "ports.2.host invalid",
            "ports.3.host invalid",
            "ports.4.containerEnd invalid",
        ],
    );
    check(ports(&[range((1, 513), None, None)]), &["ports invalid"]);
    check(ports(&[range((1, 512), None, None)]), &[]);
}

#[test]
fn a_taken_range_is_one_problem_with_one_way_out() {
    // 8080 and 8081 are taken.
    let wish = CreateDraft {
        ports: vec![range((80, 89), Some(8075), None)],
        ..draft()
    };
    let problem = only_problem(&wish, &world());
    assert_eq!(
        (problem.field.as_str(), problem.code),
        ("ports.0.host", ProblemCode::PortTaken)
    );
    assert!(
        problem.message.contains("container web"),
        "{}",
        problem.message
    );
    let suggestion = problem.suggestion.unwrap();
    // Its own ports up to 8084 are promised to itself.
    assert_eq!(suggestion.value, SuggestionValue::Number(8085));
    assert_eq!(suggestion.label, "Use 8085 to 8094");
}
