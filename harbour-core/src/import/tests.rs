use proptest::prelude::*;

use super::*;

fn every_format(files: &[File<'_>]) {
    for (_, format) in Format::ALL {
        let source = Source {
            name: "template",
            files,
        };
        for import in import(format, &source) {
            if let Ok(converted) = import.outcome {
                let again = crate::manifest::parse(converted.yaml.as_bytes());
                assert_eq!(
                    again.as_ref(),
                    Ok(&converted.manifest),
                    "{}",
                    converted.yaml
                );
            }
        }
    }
}

/// Pieces of templates, so that more than the first check is reached.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "services:\n",
        "  web:\n",
        "    image: a/b:1\n",
        "    image: ${X:-a}\n",
        "    volumes:\n",
        "      - a:/b\n",
        "      - ./x.conf:/c:ro\n",
        "    ports: [\"80:80\", \"${P:-1}:2/udp\"]\n",
        "    environment:\n",
        "      - A=$B\n",
        "      C: ${D:?e}\n",
        "    deploy: {replicas: 2, resources: {limits: {memory: 1g}}}\n",
        "    depends_on: [web]\n",
        "    healthcheck: {test: x, interval: 1m}\n",
        "    network_mode: service:web\n",
        "    command: a 'b\n",
        "    container_name: c\n",
        "    labels: {a: b}\n",
        "x-casaos: {main: web, port_map: 80}\n",
        "volumes: {a: }\n",
        "{\"services\": {\"{ServiceName}\": {\"image\": \"a\"}}}",
        "{if Context.a}",
        "{/if}",
        "{Context.b}",
        "<Container><Name>a</Name><Repository>b</Repository>",
        "<Config Type=\"Port\" Target=\"80\"/>",
        "</Container>",
        "{\"templates\": [{\"title\": \"a\", \"image\": \"b\", \"env\": [{\"name\": \"C\"}]}]}",
        "&a ",
        "*a",
        "<<: *a\n",
        "é",
    ];
    prop_oneof![
        6 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn any_files_are_judged_without_a_panic(
        first in prop::collection::vec(piece(), 0..16),
        second in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let text = first.concat();
        let names = [
            "docker-compose.yml", "config.json", "docker-compose.json", "template.toml", "meta.json",
            "cosmos-compose.json", "description.json", "template.xml", "templates.json",
        ];
        let all: Vec<File<'_>> = names.iter().map(|path| File { path, bytes: text.as_bytes() }).collect();
        every_format(&all);
        let mixed: Vec<File<'_>> = names
            .iter()
            .enumerate()
            .map(|(index, path)| File { path, bytes: if index % 2 == 0 { text.as_bytes() } else { &second } })
            .collect();
        every_format(&mixed);
        for path in names {
            every_format(&[File { path, bytes: text.as_bytes() }]);
        }
    }
}
