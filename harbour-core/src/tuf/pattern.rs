//! Path patterns of delegations: `*`, `?` and `[…]` within one directory.

/// Whether the path is one that the pattern names. Neither `*`, `?` nor a set
/// stands for a `/` (TUF section 4.5, "PATHPATTERN").
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), parts.next()) {
            (None, None) => return true,
            (Some(pattern), Some(part)) if part_matches(pattern, part) => {}
            _ => return false,
        }
    }
}

/// One name. A `*` that turns out too short takes one letter more, so the
/// time is at most the product of both lengths.
fn part_matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut of) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while of < name.len() {
        if pattern.get(at) == Some(&'*') {
            retry = Some((at, of));
            at += 1;
        } else if let Some(after) = one(&pattern, at, name[of]) {
            at = after;
            of += 1;
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            at = star + 1;
            of = from + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

/// Where the pattern goes on when its element at `at` stands for the letter.
fn one(pattern: &[char], at: usize, letter: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => match set(pattern, at) {
            Some((negated, members, after)) => {
                let inside = contains(members, letter);
                (inside != negated).then_some(after)
            }
            // Without its end it is a letter like others.
            None => (letter == '[').then_some(at + 1),
        },
        same => (*same == letter).then_some(at + 1),
    }
}

/// Whether the set at `at` is turned round, what is in it, and what follows.
fn set(pattern: &[char], at: usize) -> Option<(bool, &[char], usize)> {
    let negated = pattern.get(at + 1) == Some(&'!');
    let from = at + 1 + usize::from(negated);
    // A `]` right at the start is a member.
    let end = from
        + 1
        + pattern
            .get(from + 1..)?
            .iter()
            .position(|letter| *letter == ']')?;
    Some((negated, &pattern[from..end], end + 1))
}

fn contains(members: &[char], letter: char) -> bool {
    let mut rest = members;
    while let [first, more @ ..] = rest {
        if let ['-', last, after @ ..] = more {
            if (*first..=*last).contains(&letter) {
                return true;
            }
            rest = after;
        } else {
            if *first == letter {
                return true;
            }
            rest = more;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_shell() {
        for (pattern, path, expected) in [
            ("*", "a", true),
            ("*", "", true),
            ("*", "a/b", false),
            ("apps/immich/*", "apps/immich/app.yaml", true),
            ("apps/immich/*", "apps/immich/", true),
            ("apps/immich/*", "apps/immich", false),
            ("apps/immich/*", "apps/immich/a/b", false),
            ("apps/immich/*", "apps/immich2/a", false),
            ("apps/*/app.yaml", "apps/x/app.yaml", true),
            ("releases/*/*", "releases/x/x_v1", true),
            ("*.doc", "a.doc", true),
            ("*.doc", ".doc", true),
            ("*.doc", "a.docx", false),
            ("?", "ü", true),
            ("?", "", false),
            ("?", "/", false),
            ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "a1b2b3", false),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("[!a-c]x", "dx", true),
            ("[!a-c]x", "ax", false),
            ("[]]", "]", true),
            ("[a-]", "-", true),
            ("[", "[", true),
            ("[", "a", false),
            ("[ab", "[ab", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_ends_soon() {
        let pattern = "*a".repeat(500);
        assert!(!matches(&pattern, &"a".repeat(499)));
        assert!(!matches(&format!("{pattern}b"), &"a".repeat(1_000)));
    }
}
