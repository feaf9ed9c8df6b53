//! What is written is read back by a YAML parser that is not ours.

use super::*;
use crate::docker_run;
use proptest::prelude::*;
use saphyr::{LoadableYamlNode, YamlOwned};

fn read(text: &str) -> YamlOwned {
    let mut documents = YamlOwned::load_from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

fn is_text(node: &YamlOwned, expected: &str) -> bool {
    node.as_str() == Some(expected)
}

#[test]
fn a_file_of_a_real_container() {
    let parsed = docker_run::parse(
        "docker run --name web -p 127.0.0.1:8080:80 -p 5000-5002:5000-5002/udp -e A=yes -e 'B=a$b' -v data:/data \
         -v /srv/x:/x:ro --net lan --restart on-failure:3 --memory 64m --cpus 1.5 --health-cmd true --health-interval 1m \
         --ulimit nofile=10 --gpus all nginx:1.27 serve",
    )
    .unwrap();
    assert_eq!(
        to_yaml(&parsed.draft),
        r#"services:
  web:
    image: nginx:1.27
    container_name: web
    command:
      - serve
    restart: on-failure:3
    environment:
      A: "yes"
      B: "a$$b"
    ports:
      - "127.0.0.1:8080:80"
      - "5000-5002:5000-5002/udp"
    volumes:
      - type: volume
        source: data
        target: /data
      - type: bind
        source: /srv/x
        target: /x
        read_only: true
        bind:
          create_host_path: true
    networks:
      - lan
    healthcheck:
      test:
        - CMD-SHELL
        - "true"
      interval: "60s"
    deploy:
      resources:
        reservations:
          devices:
            - count: all
              capabilities:
                - gpu
    mem_limit: 67108864
    cpus: 1.5
    ulimits:
      nofile:
        soft: 10
        hard: 10
networks:
  lan:
    external: true
    name: lan
volumes:
  data:
    name: data
"#
    );
}

#[test]
fn texts_stay_texts() {
    for value in [
        "",
        " ",
        "yes",
        "No",
        "on",
        "~",
        "null",
        "NULL",
        "true",
        "1",
        "1.10",
        "0777",
        "0o17",
        "1e3",
        ".5",
        "-",
        "- a",
        "a: b",
        "a:",
        "a #b",
        "#",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "{a}",
        "[a]",
        "'a'",
        "\"a\"",
        "a\\b",
        "a\nb",
        "a\n",
        "\ta",
        " a ",
        "12:30",
        "2026-01-01",
        "0x1f",
        ".inf",
        ".nan",
        "=",
        "<<",
        "é",
        "日本",
        "\u{2028}",
        "\u{85}",
        "\u{feff}a",
        "?",
        "? a",
        "a,b",
        "---",
        "...",
        "no",
        "y",
        "N",
        "+1",
        "1_000",
        "\u{1}",
    ] {
        let text = yaml::write(&Yaml::Map(vec![
            ("k".into(), Yaml::Text(value.into())),
            (value.into(), Yaml::List(vec![Yaml::Text(value.into())])),
        ]));
        let node = read(&text);
        let map = node.as_mapping().unwrap();
        assert_eq!(map.len(), 2, "{value:?}: {text}");
        let (_, first) = map.iter().next().unwrap();
        assert!(
            is_text(first, value),
            "{value:?} became {first:?} in {text}"
        );
        let (key, list) = map.iter().nth(1).unwrap();
        assert!(is_text(key, value), "{value:?} became the key {key:?}");
        assert!(is_text(&list.as_vec().unwrap()[0], value), "{value:?}");
    }
}

#[test]
fn numbers_and_nothing() {
    let node = read(&yaml::write(&Yaml::Map(vec![
        ("n".into(), Yaml::Number(-1)),
        ("f".into(), Yaml::Float(1.5)),
        ("b".into(), Yaml::Bool(false)),
        ("l".into(), Yaml::List(Vec::new())),
        ("m".into(), Yaml::Map(Vec::new())),
    ])));
    let map = node.as_mapping().unwrap();
    let values: Vec<_> = map.values().collect();
    assert_eq!(values[0].as_integer(), Some(-1));
    assert_eq!(values[1].as_floating_point(), Some(1.5));
    assert_eq!(values[2].as_bool(), Some(false));
    assert!(values[3].as_vec().unwrap().is_empty());
    assert!(values[4].as_mapping().unwrap().is_empty());
}

proptest! {
    #[test]
    fn any_text_is_read_back(name in "\\PC{1,20}", value in "[\\x00-\\x7f\\x80-\\u{10ffff}]{0,30}") {
        let draft = CreateDraft {
            image: "a".into(),
            env: vec![crate::draft::EnvDraft { name: name.clone(), value: value.clone() }],
            ..CreateDraft::default()
        };
        let node = read(&to_yaml(&draft));
        let env = &node["services"]["a-app"]["environment"];
        let (key, text) = env.as_mapping().unwrap().iter().next().unwrap();
        prop_assert_eq!(key.as_str(), Some(name.as_str()));
        let expected = value.replace('$', "$$");
        prop_assert_eq!(text.as_str(), Some(expected.as_str()));
    }
}
