//! Differences, by example.

use super::rows::words_shown;
use super::*;
use crate::draft::{EnvDraft, NetworkDraft, PortDraft, RestartDraft};

fn draft() -> CreateDraft {
    CreateDraft {
        image: "nginx".into(),
        ports: vec![PortDraft {
            container: 80,
            host: Some(8080),
            ..PortDraft::default()
        }],
        env: vec![EnvDraft {
            name: "TZ".into(),
            value: "UTC".into(),
        }],
        network: Some("lan".into()),
        ..CreateDraft::default()
    }
}

#[test]
fn the_same_in_other_words_is_no_change() {
    let other = CreateDraft {
        image: "docker.io/library/nginx:latest".into(),
        ports: vec![PortDraft {
            container: 80,
            host: Some(8080),
            protocol: Some("tcp".into()),
            host_ip: Some(String::new()),
            ..PortDraft::default()
        }],
        network: None,
        networks: vec![NetworkDraft {
            name: "lan".into(),
            ..NetworkDraft::default()
        }],
        restart: Some(RestartDraft {
            policy: "no".into(),
            max_retries: Some(0),
        }),
        confirm_risks: vec!["privileged".into()],
        pull: Some("always".into()),
        ..draft()
    };
    assert_eq!(changes(&draft(), &other), []);
}

#[test]
fn rows_say_what_was_and_what_will_be() {
    let mut after = draft();
    after.env[0].value = "Europe/Berlin".into();
    after.ports.clear();
    after.limits.memory_bytes = Some(64 << 20);
    let found = changes(&draft(), &after);
    let shown: Vec<_> = found
        .iter()
        .map(|c| {
            (
                c.group,
                c.label.as_str(),
                c.kind(),
                c.before.as_deref(),
                c.after.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (Group::Ports, "80/tcp", Kind::Removed, Some("8080"), None),
            (
                Group::Environment,
                "TZ",
                Kind::Changed,
                Some("UTC"),
                Some("Europe/Berlin")
            ),
            (
                Group::Limits,
                "Memory in bytes",
                Kind::Added,
                None,
                Some("67108864")
            ),
        ]
    );
}

#[test]
fn words_are_quoted_as_in_a_shell() {
    assert_eq!(
        words_shown(&["sh".into(), "-c".into(), "echo 'a b'".into(), String::new()]),
        r"sh -c 'echo '\''a b'\''' ''"
    );
}
