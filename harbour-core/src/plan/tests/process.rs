//! How the main process runs, and where its output goes.

use super::*;

#[test]
fn process_settings() {
    let process = |process| CreateDraft { process, ..draft() };
    let plan = plan_create(
        &process(ProcessDraft {
            entrypoint: vec!["/init".into()],
            user: Some("1000:www-data".into()),
            working_dir: Some("/srv//app/".into()),
            hostname: Some("my_box-1.lan".into()),
            domainname: Some(String::new()),
            init: Some(true),
            stop_signal: Some("SIGRTMIN+3".into()),
            stop_grace_seconds: Some(0),
            tty: true,
            stdin_open: true,
        }),
        &world(),
    )
    .unwrap();
    assert_eq!(plan.spec.process.working_dir.as_deref(), Some("/srv/app"));
    assert_eq!(
        (plan.spec.process.stop_grace, plan.spec.process.domainname),
        (Some(0), None)
    );
    check(
        process(ProcessDraft {
            entrypoint: vec![String::new()],
            user: Some("a b".into()),
            working_dir: Some("app".into()),
            hostname: Some("-x".into()),
            domainname: Some("a..b".into()),
            stop_signal: Some("kill".into()),
            stop_grace_seconds: Some(-1),
            ..ProcessDraft::default()
        }),
        &[
            "entrypoint invalid",
            "user invalid",
            "hostname invalid",
            "domainname invalid",
            "stopSignal invalid",
            "stopGraceSeconds invalid",
            "workingDir invalid",
        ],
    );
}

#[test]
fn a_container_that_goes_is_not_started_again() {
    let removed = |policy: &str| CreateDraft {
        auto_remove: true,
        restart: Some(RestartDraft {
            policy: policy.into(),
            max_retries: None,
        }),
        ..draft()
    };
    check(removed("no"), &[]);
    check(removed("always"), &["autoRemove invalid"]);
}

#[test]
fn log_drivers() {
    let logging = |driver: &str, options: &[(&str, &str)]| CreateDraft {
        logging: Some(LoggingDraft {
            driver: driver.into(),
            options: options
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }),
        ..draft()
    };
    check(
        logging("json-file", &[("max-size", "10m"), ("max-file", "3")]),
        &[],
    );
    check(logging("grafana/loki-docker-driver:latest", &[]), &[]);
    check(logging("", &[]), &["logging.driver required"]);
    check(
        logging(
            "a b",
            &[("", "x"), ("tag", "\0"), ("mode", "x"), ("mode", "y")],
        ),
        &[
            "logging.driver invalid",
            "logging.options. invalid",
            "logging.options.tag invalid",
            "logging.options.mode duplicate",
        ],
    );
}
