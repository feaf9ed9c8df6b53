use super::*;

const LIMITS: Limits = Limits {
    bytes: 10_000,
    depth: 8,
    nodes: 100,
    aliases: true,
};

fn text(node: &Node, path: &[&str]) -> String {
    let mut node = node;
    for part in path {
        node = match part.parse::<usize>() {
            Ok(index) => &node.items()[index],
            Err(_) => node
                .get(part)
                .unwrap_or_else(|| panic!("{part} in {node:?}")),
        };
    }
    node.as_str().unwrap().to_owned()
}

fn error(input: &str, limits: &Limits) -> (String, String) {
    let error = read(input.as_bytes(), limits).expect_err(input);
    (error.mark.to_string(), error.message)
}

#[test]
fn places_are_lines_and_columns_from_one() {
    let root = read("a: 1\nb:\n  - x\n  - {ü: é, k: v}\n".as_bytes(), &LIMITS).unwrap();
    assert_eq!(root.mark, Mark::START);
    let second = &root.get("b").unwrap().items()[1];
    assert_eq!(second.mark, Mark { line: 4, column: 5 });
    let entry = &second.entries()[1];
    assert_eq!(
        entry.mark,
        Mark {
            line: 4,
            column: 12
        }
    );
    assert_eq!(
        entry.value.mark,
        Mark {
            line: 4,
            column: 15
        }
    );
}

#[test]
fn json_is_read_as_well() {
    let input = "{\n\t\"a\": [1, true, null, \"x\\u00e9\\n\"],\n\t\"b\": {}\n}";
    let root = read(input.as_bytes(), &LIMITS).unwrap();
    assert_eq!(text(&root, &["a", "3"]), "xé\n");
    assert!(root.get("a").unwrap().items()[2].is_null());
}

#[test]
fn aliases_and_merges_are_written_out() {
    let input = "base: &b {x: 1, y: 2}\none: {<<: *b, y: 3}\ntwo: {<<: [*b, {z: 4}]}\nlist: [&s word, *s]\n";
    let root = read(input.as_bytes(), &LIMITS).unwrap();
    assert_eq!(text(&root, &["one", "x"]), "1");
    assert_eq!(text(&root, &["one", "y"]), "3");
    assert_eq!(text(&root, &["two", "z"]), "4");
    assert_eq!(text(&root, &["list", "1"]), "word");
}

#[test]
fn limits_hold() {
    let (mark, message) = error("a: [[[[[[[[[]]]]]]]]]", &LIMITS);
    assert_eq!(
        (mark.as_str(), message.contains("8 deep")),
        ("1:11", true),
        "{message}"
    );
    let bomb =
        "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n";
    assert!(error(bomb, &LIMITS).1.contains("more than 100 values"));
    let none = Limits {
        aliases: false,
        ..LIMITS
    };
    assert_eq!(error("a: &x 1", &none).0, "1:4");
    assert!(
        error("a: *x", &none).1.contains("this is no YAML")
            || error("a: *x", &none).1.contains("aliases")
    );
    assert!(
        error("a: &a [*a]", &LIMITS)
            .1
            .contains("inside of what it repeats")
    );
    assert!(
        error(&"x".repeat(10_001), &LIMITS)
            .1
            .contains("10001 bytes")
    );
}

#[test]
fn what_is_ambiguous_is_refused() {
    assert_eq!(
        error("a: 1\na: 2", &LIMITS),
        (
            "2:1".to_owned(),
            "the key `a` stands twice in the same map".to_owned()
        )
    );
    assert!(error("? [a]\n: b", &LIMITS).1.contains("a single word"));
    assert!(error("a: !!binary x", &LIMITS).1.contains("the tag"));
    assert!(
        error("a: 1\n---\nb: 2", &LIMITS)
            .1
            .contains("second document")
    );
    assert!(error("", &LIMITS).1.contains("empty"));
    let bytes = read(b"a: \xff", &LIMITS).unwrap_err();
    assert_eq!(bytes.mark, Mark { line: 1, column: 4 });
}

#[test]
fn inputs_that_once_hung_a_parser_end() {
    for input in [
        "{---",
        "...",
        "{...",
        "[---",
        "? - ",
        "\u{feff}{---",
        "a: |\n\t",
        "%",
        "%YAML",
        "&",
        "*",
        "!",
        "\"\\x",
        "- - - [",
        "--- ---",
    ] {
        // Any answer will do.
        let _ = read(input.as_bytes(), &LIMITS);
    }
}
