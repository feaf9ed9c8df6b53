//! Apps from manifests to plans.

use std::collections::BTreeMap;

use super::*;
use crate::manifest::{Condition, Manifest, parse};
use crate::plan::World;
use crate::port::{PortHolder, Protocol};

const STACK: &str = include_str!("../../../fixtures/runnable/stack.yaml");
const WEB: &str = include_str!("../../../fixtures/runnable/web.yaml");
const DIGEST: &str = "sha256:9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0";

fn situation(manifest: &Manifest) -> Situation {
    let image = PinnedImage {
        tag: "1".into(),
        digest: Digest::parse(DIGEST).unwrap(),
        size: Some(10),
    };
    Situation {
        app_data_root: "/data/apps".into(),
        platform: Platform {
            tz: "Europe/Paris".into(),
            uid: 1000,
            gid: 100,
            host: "home.lan".into(),
        },
        images: manifest
            .services
            .iter()
            .map(|s| (s.name.clone(), image.clone()))
            .collect(),
        install: "ID".into(),
        ..Situation::default()
    }
}

fn world(situation: &Situation) -> World {
    World {
        container_names: situation.container_names.clone(),
        ports: situation.ports.clone(),
        networks: situation.networks.clone(),
        app_data_root: situation.app_data_root.clone(),
        ..World::default()
    }
}

fn preview(
    text: &str,
    answers: &Answers,
    change: impl FnOnce(&mut Situation),
    confirm: &[&str],
) -> AppPreview {
    let manifest = parse(text.as_bytes()).unwrap();
    let mut situation = situation(&manifest);
    change(&mut situation);
    let random = vec![7; bytes_needed(&manifest)];
    let draft = draft_app(&manifest, answers, &situation, &random);
    let confirm: Vec<String> = confirm.iter().map(|&risk| risk.to_owned()).collect();
    plan_app(draft, &world(&situation), &confirm)
}

fn fields(preview: &AppPreview) -> Vec<String> {
    let word =
        |problem: &crate::problem::Problem| format!("{} {}", problem.field, problem.code.as_str());
    preview.problems.iter().map(word).collect()
}

#[test]
fn a_stack_starts_in_order_and_shares_its_secret() {
    let plan = preview(STACK, &Answers::default(), |_| {}, &[])
        .into_plan()
        .unwrap();
    assert_eq!(
        (plan.name.as_str(), plan.network.as_deref()),
        ("stack", Some("stack"))
    );
    let names: Vec<&str> = plan
        .containers
        .iter()
        .map(|c| c.plan.spec.name.as_str())
        .collect();
    assert_eq!(names, ["stack-database", "stack-setup", "stack-web"]);
    let web = &plan.containers[2];
    assert_eq!(
        web.waits,
        [
            Wait {
                service: "database".into(),
                condition: Condition::Healthy
            },
            Wait {
                service: "setup".into(),
                condition: Condition::CompletedSuccessfully
            },
        ]
    );
    assert!(plan.containers[1].setup && !web.setup);
    assert_eq!(web.plan.spec.networks[0].aliases, ["web"]);
    assert_eq!(
        web.plan.spec.image.canonical(),
        format!("docker.io/hm-test/app@{DIGEST}")
    );
    assert_eq!(web.extras.configs[0].content, "title = Stack\n");
    let secret = &plan.made[0];
    assert_eq!(
        (secret.key.as_str(), secret.value.len()),
        ("DB_PASSWORD", 24)
    );
    for container in &plan.containers[..2] {
        let env = &container.plan.spec.env;
        assert!(
            env.contains(&("PASSWORD".into(), secret.value.clone())),
            "{}",
            container.service
        );
    }
    // `$$` is a dollar sign for the shell in the container.
    assert!(plan.containers[0].plan.spec.command[2].contains("\"$PASSWORD\""));
    assert!(!format!("{plan:?}").contains(&format!("value: \"{}", secret.value)));
    let volumes: Vec<&str> = plan.volumes.iter().map(|v| v.name.as_str()).collect();
    assert_eq!(volumes, ["stack_data", "stack_site"]);
    assert_eq!(plan.url.as_deref(), Some("http://home.lan:8080/"));
    assert_eq!(
        plan.chosen_ports,
        BTreeMap::from([("web:80/tcp".into(), 8080)])
    );
}

#[test]
fn switches_turn_services_on_and_waits_follow() {
    let on = Answers {
        params: [("extra".into(), "true".into())].into(),
        ..Answers::default()
    };
    let plan = preview(STACK, &on, |_| {}, &[]).into_plan().unwrap();
    assert_eq!(plan.containers.last().unwrap().service, "extra");
    let text = "schema: v2\nname: A\nslug: a\nparams: [{key: db, label: D, type: boolean}]\nservices:\n  db: {image: x, defaultTag: \"1\", profiles: [db]}\n  web: {image: x, defaultTag: \"1\", depends_on: [db]}\n";
    let plan = preview(text, &Answers::default(), |_| {}, &[])
        .into_plan()
        .unwrap();
    assert!(plan.containers.len() == 1 && plan.containers[0].waits.is_empty());
}

#[test]
fn what_is_taken_is_told_on_its_field_with_a_way_out() {
    let busy = |s: &mut Situation| {
        s.container_names.push("web".into());
        s.ports.push(PortUse {
            host: 9000,
            protocol: Protocol::Tcp,
            ip: "0.0.0.0".parse().unwrap(),
            holder: PortHolder::Container {
                name: "other".into(),
            },
        });
        s.volumes.insert("web-2_data".into(), None);
    };
    let mut answers = Answers {
        name: Some("web".into()),
        ..Answers::default()
    };
    answers.ports.insert(
        "web:80/tcp".into(),
        PortAnswer {
            host: Some(9000),
            ..PortAnswer::default()
        },
    );
    let taken = preview(WEB, &answers, busy, &[]);
    // The container's name is told once more by the checks of containers.
    assert_eq!(
        fields(&taken),
        [
            "name name_taken",
            "name name_taken",
            "ports.web:80/tcp port_taken"
        ]
    );
    let free = taken.problems[2].suggestion.as_ref().unwrap();
    assert_eq!(free.label, "Use 9001");
    answers = Answers::default();
    let named = preview(WEB, &answers, busy, &[]);
    assert_eq!(named.shown.name, "web-2");
    assert_eq!(fields(&named), ["volumes.web:/data name_taken"]);
    answers.volumes.insert(
        "web:/data".into(),
        VolumeAnswer {
            source: Some("mine".into()),
            ..VolumeAnswer::default()
        },
    );
    let plan = preview(WEB, &answers, busy, &[]).into_plan().unwrap();
    assert_eq!(plan.volumes[0].name, "mine");
    answers.params.insert("NO".into(), "1".into());
    answers.params.insert("GREETING".into(), "x".repeat(9000));
    answers.volumes.insert(
        "web:/data".into(),
        VolumeAnswer {
            off: true,
            source: None,
        },
    );
    let wrong = preview(WEB, &answers, |_| {}, &[]);
    assert_eq!(
        fields(&wrong),
        [
            "params.NO invalid",
            "params.GREETING invalid",
            "volumes.web:/data required"
        ]
    );
}

#[test]
fn folders_follow_the_root_and_the_name() {
    let text = "schema: v1\nname: N\nslug: notes\nimage: x\ndefaultTag: \"1\"\nvolumes:\n  - {container: /a, hostDefault: /srv/appdata/notes/data}\n  - {container: /m, hostDefault: /srv/media, required: false}\n  - {container: /own}\nparams: [{key: TZ, label: T, type: string, default: \"${HM_TZ}\"}]\nenvironment: {URL: \"${HM_URL}\", ME: \"${HM_UID}:${HM_GID}\"}\n";
    let second = |s: &mut Situation| s.install_names.push("notes".into());
    let plan = preview(text, &Answers::default(), second, &[])
        .into_plan()
        .unwrap();
    assert_eq!(plan.make_dirs, ["/data/apps/notes-2/data"]);
    let spec = &plan.containers[0].plan.spec;
    assert_eq!(spec.mounts.len(), 2, "the optional folder is not there");
    assert_eq!(spec.mounts[1].source, "notes-2_data");
    let env: Vec<String> = spec.env.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(
        env,
        ["TZ=Europe/Paris", "URL=http://home.lan", "ME=1000:100"]
    );
}

#[test]
fn an_existing_install_keeps_its_name_volumes_and_ports() {
    let answers = Answers {
        params: [("DB_PASSWORD".into(), "kept".into())].into(),
        ..Answers::default()
    };
    let there = |s: &mut Situation| {
        s.volumes.insert("stack_data".into(), Some("ID".into()));
        s.existing = Some(Existing {
            name: "stack".into(),
            ports: [("web:80/tcp".into(), 8123)].into(),
        });
    };
    let preview = preview(STACK, &answers, there, &[]);
    assert!(
        preview
            .will_get
            .iter()
            .any(|w| w.contains("stack_data that is here already")),
        "{:?}",
        preview.will_get
    );
    let plan = preview.into_plan().unwrap();
    assert!(plan.made.is_empty() && plan.volumes[0].exists);
    assert_eq!(plan.url.as_deref(), Some("http://home.lan:8123/"));
    assert_eq!(plan.chosen_ports["web:80/tcp"], 8123);
}

#[test]
fn power_over_the_server_is_named_once_and_must_be_confirmed() {
    let text = "schema: v2\nname: A\nslug: a\nservices:\n  one: {image: x, defaultTag: \"1\", privileged: true, device_cgroup_rules: [\"c 189:* rwm\"]}\n  two: {image: x, defaultTag: \"1\", privileged: true, network_mode: \"service:one\", pid: \"service:one\"}\n  hub: {image: x, defaultTag: \"1\", network_mode: host, devices: [{container: /dev/x, required: false}, {container: /dev/y}]}\n";
    let open = preview(text, &Answers::default(), |_| {}, &[]);
    assert_eq!(
        fields(&open),
        [
            "devices.hub:/dev/y path_missing",
            "app risk_not_confirmed",
            "app risk_not_confirmed",
            "app risk_not_confirmed",
            "devices.hub:/dev/y risk_not_confirmed"
        ]
    );
    assert_eq!(open.risks[0].services, ["one", "two"]);
    assert_eq!(open.shown.containers.len(), 3, "shown all the same");
    assert!(open.into_plan().is_err());
    let here = |s: &mut Situation| {
        s.present.insert("/dev/y".into());
    };
    let all = [
        "privileged",
        "device-rule:c 189:* rwm",
        "host-network",
        "device:/dev/y",
    ];
    let plan = preview(text, &Answers::default(), here, &all)
        .into_plan()
        .unwrap();
    assert_eq!(
        plan.containers[1].plan.spec.network.as_deref(),
        Some("container:a-one")
    );
    assert_eq!(plan.containers[1].extras.pid_of.as_deref(), Some("one"));
    assert_eq!(plan.containers[2].plan.spec.devices.len(), 1);
    for missing in 0..all.len() {
        let mut some = all.to_vec();
        some.remove(missing);
        assert!(
            preview(text, &Answers::default(), here, &some)
                .into_plan()
                .is_err(),
            "{}",
            all[missing]
        );
    }
}

/// Every manifest of the catalogue becomes a plan once its questions are
/// answered; what stands in the way is only what this machine does not have.
#[test]
fn the_whole_catalogue_can_be_planned() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/catalogue");
    let mut planned = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ext| ext != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let open = preview(&text, &Answers::default(), |_| {}, &[]);
        for problem in &open.problems {
            let word = format!("{} {}", problem.field, problem.code.as_str());
            let of_this_machine =
                matches!(problem.code.as_str(), "path_missing" | "risk_not_confirmed")
                    || (problem.field.starts_with("params.")
                        && problem.code.as_str() == "required");
            assert!(
                of_this_machine,
                "{}: {word}: {}",
                path.display(),
                problem.message
            );
        }
        planned += 1;
    }
    assert!(planned >= 60, "{planned}");
}
