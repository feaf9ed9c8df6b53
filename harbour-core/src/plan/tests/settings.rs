//! Environment, labels, command, restart policy and health check.

use super::*;

#[test]
fn environment_labels_and_command() {
    let env = |name: &str, value: &str| EnvDraft {
        name: name.into(),
        value: value.into(),
    };
    let long = "x".repeat(MAX_VALUE_LEN);
    check(
        CreateDraft {
            env: vec![env("A", &long), env("a", "")],
            ..draft()
        },
        &[],
    );
    check(
        CreateDraft {
            env: vec![
                env("A=B", ""),
                env("A\0", "\0"),
                env("A", &format!("{long}x")),
                env("A", ""),
            ],
            ..draft()
        },
        &[
            "env.0.name invalid",
            "env.1.name invalid",
            "env.1.value invalid",
            "env.2.value invalid",
            "env.3.name duplicate",
        ],
    );
    let labels = |keys: &[&str]| CreateDraft {
        labels: keys
            .iter()
            .map(|key| ((*key).to_owned(), "v".to_owned()))
            .collect(),
        ..draft()
    };
    check(
        labels(&[
            "a",
            "io.harbourmaster.icon",
            "io.harbourmaster.webui",
            "io.harbourmasterx",
        ]),
        &[],
    );
    check(
        labels(&[
            "",
            "io.harbourmaster.operation",
            "io.harbourmaster.icon.x",
            "k",
            "k",
        ]),
        &[
            "labels. required",
            "labels.io.harbourmaster.operation invalid",
            "labels.io.harbourmaster.icon.x invalid",
            "labels.k duplicate",
        ],
    );
    check(
        CreateDraft {
            command: vec!["sh".into(), "a\0".into()],
            ..draft()
        },
        &["command.1 invalid"],
    );
    check(
        CreateDraft {
            command: vec![String::new()],
            ..draft()
        },
        &["command invalid"],
    );
}

#[test]
fn restart_policies() {
    let restart = |policy: &str, max_retries| CreateDraft {
        restart: Some(RestartDraft {
            policy: policy.into(),
            max_retries,
        }),
        ..draft()
    };
    for policy in ["no", "always", "unless-stopped", "on-failure"] {
        let plan = plan_create(&restart(policy, None), &world()).unwrap();
        assert_eq!(plan.spec.restart.as_str(), policy);
        check(restart(policy, Some(0)), &[]);
        let with_number: &[&str] = if policy == "on-failure" {
            &[]
        } else {
            &["restart invalid"]
        };
        check(restart(policy, Some(5)), with_number);
    }
    for bad in [-1, i64::from(i32::MAX) + 1, i64::MAX] {
        check(restart("on-failure", Some(bad)), &["restart invalid"]);
    }
    check(restart("Always", None), &["restart invalid"]);
}

#[test]
fn health_checks() {
    let health = |check| CreateDraft {
        healthcheck: Some(check),
        ..draft()
    };
    let test = |words: &[&str]| {
        health(HealthcheckDraft {
            test: words.iter().map(|word| (*word).to_owned()).collect(),
            ..HealthcheckDraft::default()
        })
    };
    for good in [
        &["CMD", "curl", "-f"][..],
        &["CMD-SHELL", "true || false"],
        &["NONE"],
    ] {
        check(test(good), &[]);
    }
    check(test(&[]), &["healthcheck.test required"]);
    for bad in [
        &["CMD"][..],
        &["CMD", " "],
        &["CMD-SHELL"],
        &["CMD-SHELL", ""],
        &["CMD-SHELL", "a", "b"],
        &["NONE", "x"],
        &["curl", "x"],
        &["cmd", "x"],
    ] {
        check(test(bad), &["healthcheck.test invalid"]);
    }
    check(test(&["CMD", "a\0"]), &["healthcheck.test.1 invalid"]);
    for value in [-1, 0, 86_401, i64::MIN] {
        let mut expected = vec![
            "healthcheck.intervalSeconds invalid",
            "healthcheck.timeoutSeconds invalid",
            "healthcheck.startPeriodSeconds invalid",
            "healthcheck.retries invalid",
        ];
        if value == 0 {
            expected.remove(2);
        }
        let none = vec!["NONE".to_owned()];
        let wish = HealthcheckDraft {
            test: none,
            interval_seconds: Some(value),
            timeout_seconds: Some(value),
            retries: Some(value),
            start_period_seconds: Some(value),
        };
        check(health(wish), &expected);
    }
}
