//! Which tags are later ones of the same kind.
//!
//! A tag is read as letters, numbers joined by dots, and a suffix:
//! `v` `1.25.3` `-alpine3.20`. Another tag is of the same channel when
//!
//! - its letters are the same, it has as many numbers, and its suffix differs at
//!   most in numbers: `-alpine3.20` goes with `-alpine3.21`, and neither `-rc1`
//!   nor `-alpine` with none, so that a stable version never becomes a
//!   pre-release or another build;
//! - it is compatible as semantic versioning has it: the first number is the
//!   same, and while that is 0 the second one, too. A first number that is a
//!   year may grow: `2025.12.1` goes with `2026.1.0`.
//!
//! A tag with one number (`16`, `v3`) or none (`latest`) is moved by its
//! publisher; it stays, only its digest changes. To step to another major
//! version is the publisher's decision, by a new manifest.

/// Longest suffix and letters that are compared, in bytes.
const MAX_TAG: usize = crate::image_ref::MAX_TAG_LEN;
/// Most numbers.
const MAX_NUMBERS: usize = 6;
/// First numbers that are years.
const YEARS: std::ops::RangeInclusive<u64> = 1_990..=2_199;

/// A tag, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    letters: &'a str,
    numbers: Vec<u64>,
    suffix: &'a str,
}

/// Whether a tag may give way to a newer one of its channel.
pub fn moves(tag: &str) -> bool {
    Parts::of(tag).is_some_and(|parts| parts.numbers.len() > 1)
}

/// The newest tag of the channel of `current`; `current` when none is newer.
pub fn newest<'a>(current: &'a str, tags: impl IntoIterator<Item = &'a str>) -> &'a str {
    let Some(now) = Parts::of(current).filter(|parts| parts.numbers.len() > 1) else {
        return current;
    };
    let mut best = (now.rank(), current);
    for tag in tags {
        let Some(parts) = Parts::of(tag).filter(|parts| now.goes_with(parts)) else {
            continue;
        };
        let rank = parts.rank();
        if rank > best.0 {
            best = (rank, tag);
        }
    }
    best.1
}

impl<'a> Parts<'a> {
    fn of(tag: &'a str) -> Option<Self> {
        if tag.len() > MAX_TAG {
            return None;
        }
        let start = tag.find(|c: char| c.is_ascii_digit())?;
        let (letters, rest) = tag.split_at(start);
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        // A dot before the suffix belongs to it: `1.2.x`.
        let numbers = rest[..end].trim_end_matches('.');
        let suffix = &rest[numbers.len()..];
        // The beginning of a hash looks like a number, too.
        if suffix.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let numbers: Option<Vec<u64>> = numbers.split('.').map(|part| part.parse().ok()).collect();
        let numbers = numbers.filter(|numbers| numbers.len() <= MAX_NUMBERS)?;
        Some(Self {
            letters,
            numbers,
            suffix,
        })
    }

    fn goes_with(&self, other: &Parts<'_>) -> bool {
        let (a, b) = (&self.numbers, &other.numbers);
        let compatible = match (a[0], b[0]) {
            (0, 0) => a.get(1) == b.get(1),
            (a, b) if a == b => true,
            (a, b) => YEARS.contains(&a) && YEARS.contains(&b),
        };
        a.len() == b.len()
            && compatible
            && self.letters == other.letters
            && words(self.suffix).eq(words(other.suffix))
    }

    /// Numbers of the version, then those of the suffix.
    fn rank(&self) -> (Vec<u64>, Vec<u64>) {
        let runs = self.suffix.split(|c: char| !c.is_ascii_digit());
        let runs = runs.filter(|run| !run.is_empty());
        // A run of digits that is no number is a hash; it decides nothing.
        let suffix = runs.map(|run| run.parse().unwrap_or(0)).collect();
        (self.numbers.clone(), suffix)
    }
}

/// What stands between the numbers of a suffix; how many digits there are in
/// each number does not matter.
fn words(suffix: &str) -> impl Iterator<Item = &str> {
    let mut runs = Vec::new();
    let mut rest = suffix;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        if digits > 0 {
            runs.push("0");
        }
        rest = &rest[digits..];
        let word = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        if word > 0 {
            runs.push(&rest[..word]);
        }
        rest = &rest[word..];
    }
    runs.into_iter()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_newest_tag_of_the_same_channel_is_chosen() {
        for (current, tags, expected) in [
            // Semantic versions, however many digits.
            (
                "1.2.3",
                &["1.2.10", "1.10.0", "1.9.9", "2.0.0"][..],
                "1.10.0",
            ),
            ("v1.2.3", &["v1.3.0", "1.4.0", "V1.5.0"], "v1.3.0"),
            ("0.4.2", &["0.4.9", "0.5.0", "1.0.0"], "0.4.9"),
            // Never to a pre-release, nor from one line of builds to another.
            (
                "1.2.3",
                &["1.3.0-rc1", "1.3.0-beta.2", "1.2.4-alpine"],
                "1.2.3",
            ),
            (
                "1.3.0-rc1",
                &["1.3.0-rc2", "1.3.0", "1.3.0-beta9"],
                "1.3.0-rc2",
            ),
            (
                "1.25-alpine",
                &["1.27-alpine", "1.28", "1.27.1-alpine"],
                "1.27-alpine",
            ),
            (
                "16.3-alpine3.19",
                &["16.4-alpine3.20", "16.4-alpine3.9", "17.0-alpine3.20"],
                "16.4-alpine3.20",
            ),
            ("1.2.3-ls99", &["1.2.3-ls100", "1.2.3-ls20"], "1.2.3-ls100"),
            // As many numbers.
            ("1.25", &["1.25.3", "1.26", "2"], "1.26"),
            // Years.
            (
                "2025.12.1",
                &["2026.1.0", "2026.1.1.1", "3000.1.1"],
                "2026.1.0",
            ),
            ("24.04", &["24.10", "26.04"], "24.10"),
            // What its publisher moves stays.
            ("16", &["17", "16.1"], "16"),
            ("latest", &["1.0.0", "stable"], "latest"),
            (
                "14-vectorchord0.4.3",
                &["16-vectorchord0.4.3", "14-vectorchord0.5.0"],
                "14-vectorchord0.4.3",
            ),
            // Hashes and dates that look like numbers.
            ("1.2.3", &["1.2.4f", "1.99999999999999999999999.0"], "1.2.3"),
            ("sha-0a1b2c3", &["sha-9f86d08"], "sha-0a1b2c3"),
            ("1.2.3-0a1b2c3", &["1.2.4-9f86d08"], "1.2.3-0a1b2c3"),
            (
                "version-1.2.0",
                &["version-1.3.0", "1.4.0"],
                "version-1.3.0",
            ),
        ] {
            assert_eq!(newest(current, tags.iter().copied()), expected, "{current}");
        }
    }

    proptest! {
        #[test]
        fn no_tag_is_too_strange(current in "\\PC{0,40}", tags in prop::collection::vec("\\PC{0,40}", 0..5)) {
            let found = newest(&current, tags.iter().map(String::as_str));
            prop_assert!(found == current || tags.iter().any(|tag| tag == found));
            // The choice is stable: the newest has no newer one.
            prop_assert_eq!(newest(found, tags.iter().map(String::as_str)), found);
        }
    }
}
