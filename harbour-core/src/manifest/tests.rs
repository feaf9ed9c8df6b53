use proptest::prelude::*;

use super::*;

const BASE: &str = "schema: v1\nname: App\nslug: app\nimage: example/app\n";

fn faults(text: &str) -> Vec<String> {
    match parse(text.as_bytes()) {
        Ok(manifest) => panic!("{text} is taken: {manifest:?}"),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_fault_says_where_what_and_what_to_do() {
    assert_eq!(
        faults(&format!("{BASE}defaultTag: 1.10\n")),
        ["5:13: defaultTag: must be a text; write it in quotes: \"1.10\""]
    );
    assert_eq!(
        faults(&format!(
            "{BASE}ports:\n  - {{container: 80, hostdefault: 80}}\n"
        )),
        ["6:21: ports.0.hostdefault: unknown key `hostdefault`; did you mean `hostDefault`?"]
    );
}

#[test]
fn columns_count_characters_and_not_bytes() {
    let text = format!("{BASE}ports:\n  - {{label: Größe 日本, container: no}}\n");
    assert_eq!(faults(&text).len(), 1);
    assert!(
        faults(&text)[0].starts_with("6:34: "),
        "{:?}",
        faults(&text)
    );
}

#[test]
fn quoted_numbers_and_numbers_of_the_environment_keep_their_digits() {
    let text = format!("{BASE}defaultTag: \"1.10\"\nenvironment: {{A: 1.10, B: 0777, C: true}}\n");
    let manifest = parse(text.as_bytes()).unwrap();
    let service = &manifest.services[0];
    assert_eq!(service.default_tag.as_deref(), Some("1.10"));
    let values: Vec<String> = service
        .environment
        .iter()
        .map(|(_, value)| value.to_string())
        .collect();
    assert_eq!(values, ["1.10", "0777", "true"]);
}

#[test]
fn answers_are_judged_by_the_param() {
    let text = format!(
        "{BASE}params:\n  - {{key: A, label: A, type: string, required: true, pattern: \"[a-z]+\", max: 3}}\n  - {{key: N, label: N, type: number, min: 1, max: 5}}\n  - {{key: B, label: B, type: boolean}}\n  - {{key: O, label: O, type: string, options: [x, y]}}\n"
    );
    let manifest = parse(text.as_bytes()).unwrap();
    let check = |key: &str, value: &str, holds: bool| {
        let answer = manifest.param(key).unwrap().check(value);
        assert_eq!(answer.is_ok(), holds, "{key}={value}: {answer:?}");
    };
    check("A", "abc", true);
    check("A", "", false);
    check("A", "abcd", false);
    check("A", "ab1", false);
    check("A", "ab\n", false);
    check("N", "2.5", true);
    check("N", "0", false);
    check("N", "NaN", false);
    check("N", "", true);
    check("B", "true", true);
    check("B", "yes", false);
    check("O", "y", true);
    check("O", "z", false);
}

#[test]
fn what_is_too_much_is_refused_before_it_costs_anything() {
    let many = format!("{BASE}notes: [{}]\n", "a,".repeat(limits::ENTRIES + 1));
    assert!(
        faults(&many)[0].contains("at most 500"),
        "{:?}",
        faults(&many)
    );
    let values = format!("{BASE}notes: [{}]\n", "a,".repeat(limits::FILE.nodes + 1));
    assert!(faults(&values)[0].contains("more than 20000 values"));
    let large = format!("{BASE}description: {}\n", "a".repeat(limits::FILE.bytes));
    assert!(faults(&large)[0].contains("at most 524288 are read"));
    let long = format!("{BASE}name: {}\n", "a".repeat(201)).replacen("name: App\n", "", 1);
    assert!(
        faults(&long)[0].contains("at most 200"),
        "{:?}",
        faults(&long)
    );
    let keys: String = (0..150).map(|n| format!("k{n}: 1\n")).collect();
    assert_eq!(faults(&format!("{BASE}{keys}")).len(), MAX_FAULTS);
}

#[test]
fn a_pattern_takes_time_in_proportion_only() {
    let text =
        format!("{BASE}params:\n  - {{key: A, label: A, type: string, pattern: \"(a|a)*b\"}}\n");
    let manifest = parse(text.as_bytes()).unwrap();
    let value = "a".repeat(limits::TEXT);
    assert!(manifest.param("A").unwrap().check(&value).is_err());
    let huge = text.replace("(a|a)*b", "((a{100}){100}){100}");
    assert!(
        faults(&huge)[0].contains("no regular expression"),
        "{:?}",
        faults(&huge)
    );
}

/// Pieces from which nearly valid manifests are put together.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "schema: v1\n",
        "schema: v2\n",
        "name: A\n",
        "slug: a\n",
        "image: a/b\n",
        "services:\n",
        "  web:\n",
        "    image: x\n",
        "ports:\n",
        "  - {container: 80}\n",
        "volumes: [{container: /a}]\n",
        "params:\n",
        "  - {key: A, label: B, type: string}\n",
        "environment: {A: \"${A}\"}\n",
        "restart: \"no\"\n",
        "- ",
        "  ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "\n",
        "\"",
        "'",
        "&a ",
        "*a ",
        "|\n",
        ">-\n",
        "#",
        "---\n",
        "${",
        "$$",
        "!!str ",
        "1.10",
        "null",
        "\t",
        "é",
        "\u{feff}",
        "%YAML 1.2\n",
        "? ",
        "<<: ",
    ];
    prop_oneof![
        4 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_judged_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn what_is_taken_is_written_and_taken_again(pieces in prop::collection::vec(piece(), 0..30)) {
        let text = pieces.concat();
        match parse(text.as_bytes()) {
            Ok(manifest) => prop_assert_eq!(parse(to_yaml(&manifest).as_bytes()), Ok(manifest)),
            Err(faults) => {
                prop_assert!(!faults.is_empty() && faults.len() <= MAX_FAULTS);
                for fault in faults {
                    prop_assert!(fault.mark.line >= 1 && fault.mark.column >= 1);
                    prop_assert!(!fault.to_string().contains('\n'), "{}", fault);
                }
            }
        }
    }
}
