//! Parser and JSON Schema over every fixture, good and bad.

use std::fs;
use std::path::Path;

use harbour_core::manifest::{self, FaultKind, SchemaVersion, limits};
use harbour_core::yaml::{self, Node, ScalarKind, Value};

use crate::{project, yaml_files};

/// The published schemas.
struct Schemas([jsonschema::Validator; 2]);

impl Schemas {
    fn load() -> Self {
        Self(["app-v1.json", "app-v2.json"].map(|name| {
            let text = fs::read_to_string(project("docs/schema").join(name)).unwrap();
            let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
            jsonschema::meta::validate(&schema).unwrap();
            jsonschema::validator_for(&schema).unwrap()
        }))
    }

    /// Whether the schema of its version takes a file; without a version both must refuse.
    fn take(&self, tree: &Node) -> bool {
        let value = json(tree);
        self.0.iter().any(|schema| schema.is_valid(&value))
    }
}

/// A tree as any other reader of YAML sees it (core schema).
fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), json(&entry.value)))
            .collect(),
        Value::Scalar(scalar) => match scalar.kind() {
            ScalarKind::Null => serde_json::Value::Null,
            ScalarKind::Bool(value) => value.into(),
            ScalarKind::Integer => match scalar.text.parse::<i64>() {
                Ok(number) => number.into(),
                Err(_) => serde_json::Value::Null,
            },
            ScalarKind::Float => scalar.text.parse::<f64>().unwrap().into(),
            ScalarKind::Text => scalar.text.clone().into(),
        },
    }
}

fn tree(path: &Path) -> Option<Node> {
    yaml::read(&fs::read(path).unwrap(), &limits::FILE).ok()
}

#[test]
fn good_fixtures_and_the_catalogue_hold_for_parser_and_schema() {
    let schemas = Schemas::load();
    for folder in [
        "fixtures/manifests/good",
        "fixtures/catalogue",
        "fixtures/runnable",
    ] {
        for path in yaml_files(&project(folder)) {
            let read = manifest::parse(&fs::read(&path).unwrap());
            let manifest = read.unwrap_or_else(|faults| panic!("{}: {faults:#?}", path.display()));
            assert!(
                schemas.take(&tree(&path).unwrap()),
                "the schema refuses {}",
                path.display()
            );
            let written = manifest::to_yaml(&manifest);
            let again = manifest::parse(written.as_bytes());
            assert_eq!(
                again.as_ref(),
                Ok(&manifest),
                "{}:\n{written}",
                path.display()
            );
        }
    }
}

#[test]
fn bad_fixtures_are_refused_where_and_why_they_say() {
    let schemas = Schemas::load();
    for path in yaml_files(&project("fixtures/manifests/bad")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let expected: Vec<(&str, &str, &str)> = text
            .lines()
            .map_while(|line| line.strip_prefix("# "))
            .map(|line| {
                let (kind, rest) = line.split_once(' ').unwrap();
                let (place, words) = rest.split_once(' ').unwrap();
                (kind, place, words)
            })
            .collect();
        assert!(
            !expected.is_empty(),
            "{name} does not say what is wrong with it"
        );
        let faults = manifest::parse(text.as_bytes()).expect_err(&name);
        assert_eq!(faults.len(), expected.len(), "{name}: {faults:#?}");
        for (fault, (kind, place, words)) in faults.iter().zip(&expected) {
            assert_eq!(fault.mark.to_string(), *place, "{name}: {fault}");
            assert!(fault.message.contains(words), "{name}: {fault}");
            let of_kind = match fault.kind {
                FaultKind::Syntax => "syntax",
                FaultKind::Schema => "schema",
                FaultKind::Rule => "rule",
            };
            assert_eq!(of_kind, *kind, "{name}: {fault}");
        }
        // The schema refuses exactly what it can see.
        if let Some(tree) = tree(&path) {
            let seen = faults.iter().any(|fault| fault.kind == FaultKind::Schema);
            assert_eq!(
                schemas.take(&tree),
                !seen,
                "the schema judges {name} otherwise"
            );
        }
    }
}

#[test]
fn both_schemas_mean_the_same_by_the_same_word() {
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(project("docs/schema").join(name)).unwrap())
            .unwrap()
    };
    let (v1, v2) = (read("app-v1.json"), read("app-v2.json"));
    // Only with several containers there are others to name.
    let differ = ["networkMode", "pid", "ipc"];
    for (name, definition) in v1["$defs"].as_object().unwrap() {
        if !differ.contains(&name.as_str()) {
            assert_eq!(definition, &v2["$defs"][name], "{name}");
        }
    }
    let container = v2["$defs"]["service"]["properties"].as_object().unwrap();
    for (key, definition) in container {
        if !["depends_on", "profiles"].contains(&key.as_str()) {
            assert_eq!(definition, &v1["properties"][key], "{key}");
        }
    }
}

#[test]
fn the_reference_names_every_key() {
    let text = fs::read_to_string(project("docs/manifest.md")).unwrap();
    let schema = fs::read_to_string(project("docs/schema/app-v2.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let definitions = schema["$defs"].as_object().unwrap();
    let objects = definitions.values().chain([&schema]);
    let keys = objects.filter_map(|object| object["properties"].as_object());
    for key in keys.flat_map(serde_json::Map::keys) {
        assert!(
            text.contains(&format!("`{key}`")),
            "docs/manifest.md does not explain `{key}`"
        );
    }
    let examples = text.split("```yaml\n").skip(1);
    let mut count = 0;
    for example in examples {
        let example = example.split("```").next().unwrap();
        if example.starts_with("schema:") {
            manifest::parse(example.as_bytes())
                .unwrap_or_else(|faults| panic!("{faults:#?}\n{example}"));
            count += 1;
        }
    }
    assert!(count >= 2, "the examples are gone");
}

#[test]
fn the_catalogue_is_large_complete_and_its_pictures_are_plain() {
    let files = yaml_files(&project("fixtures/catalogue"));
    assert!(files.len() >= 60, "{}", files.len());
    let (mut single, mut several) = (0, 0);
    for path in &files {
        let manifest = manifest::parse(&fs::read(path).unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy();
        assert_eq!(manifest.slug, name, "a file has the name of its slug");
        match manifest.schema {
            SchemaVersion::V1 => single += 1,
            SchemaVersion::V2 => several += 1,
        }
        let listing = &manifest.listing;
        let complete = listing.description.is_some()
            && listing.homepage.is_some()
            && !listing.categories.is_empty();
        assert!(
            complete,
            "{name} lacks a description, a homepage or a category"
        );
        let icon = path.with_file_name(listing.icon.as_deref().expect("an icon"));
        let picture =
            fs::read_to_string(&icon).unwrap_or_else(|error| panic!("{}: {error}", icon.display()));
        assert!(picture.len() < 2_048, "{name} has a large picture");
        for word in [
            "<script",
            "href",
            "onload",
            "<image",
            "<foreignObject",
            "<!",
        ] {
            assert!(!picture.contains(word), "the picture of {name} has {word}");
        }
    }
    assert!(
        single >= 30 && several >= 15,
        "{single} with one container, {several} with several"
    );
}

#[test]
fn the_runnable_apps_use_only_images_that_tests_build() {
    for path in yaml_files(&project("fixtures/runnable")) {
        let manifest = manifest::parse(&fs::read(&path).unwrap()).unwrap();
        for service in &manifest.services {
            let image = service.image.familiar_name();
            assert!(image.starts_with("hm-test/"), "{}: {image}", path.display());
        }
    }
}
