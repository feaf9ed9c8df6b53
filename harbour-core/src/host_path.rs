//! Paths on the server as text: normalising and comparing without looking at the disk.

/// Removes doubled and trailing slashes and `.`, and resolves `..` by text.
///
/// A relative path is read from the root, as the engine would read it, so the
/// answer is always absolute. Symbolic links are not followed.
pub fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// True if a part of the path is `..`.
pub fn climbs(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

/// True if `path` lies strictly below `root`; both must be normalised.
pub fn is_below(path: &str, root: &str) -> bool {
    if root == "/" {
        return path != "/";
    }
    path.strip_prefix(root)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Last part of a normalised path; empty for `/`.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn normalises() {
        let check =
            |input: &str, expected: &str| assert_eq!(normalise(input), expected, "{input:?}");
        check("/etc/../etc/", "/etc");
        check("//srv///a/./b/", "/srv/a/b");
        check("/../../etc", "/etc");
        check("/", "/");
        check("", "/");
        check("etc", "/etc");
        check("/a/...", "/a/...");
    }

    #[test]
    fn below_is_strict_and_by_whole_parts() {
        assert!(is_below("/srv/appdata/x", "/srv/appdata"));
        assert!(!is_below("/srv/appdata", "/srv/appdata"));
        assert!(!is_below("/srv/appdata2", "/srv/appdata"));
        assert!(is_below("/etc", "/"));
        assert!(!is_below("/", "/"));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(path in "[/.a]{0,40}|\\PC*") {
            let once = normalise(&path);
            prop_assert_eq!(normalise(&once), once.clone());
            prop_assert!(once.starts_with('/') && !climbs(&once) && !once.contains("//"));
            prop_assert!(once == "/" || !once.ends_with('/'));
        }
    }
}
