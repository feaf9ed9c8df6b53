//! Tags so that those that look newest come first. It is a guess by their
//! texts: registries do not say when a tag was made.

use std::cmp::{Ordering, Reverse};

/// Most parts of a version that are compared.
const PARTS: usize = 8;

/// `latest`, then versions from high to low, then everything else by name.
pub(crate) fn newest_first(tags: &mut [String]) {
    tags.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.cmp(b)));
}

type Key<'a> = (u8, Reverse<Vec<u64>>, Suffix<'a>);

fn key(tag: &str) -> Key<'_> {
    if tag == "latest" {
        return (0, Reverse(Vec::new()), Suffix(""));
    }
    match version(tag) {
        Some((parts, suffix)) => (1, Reverse(parts), Suffix(suffix)),
        None => (2, Reverse(Vec::new()), Suffix(tag)),
    }
}

/// What follows a version's number. None is before any, and a release before
/// what led to it.
#[derive(PartialEq, Eq)]
struct Suffix<'a>(&'a str);

impl Ord for Suffix<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let early = |text: &str| {
            let lower = text.to_ascii_lowercase();
            ["alpha", "beta", "rc", "dev", "pre", "nightly"]
                .iter()
                .any(|word| lower.contains(word))
        };
        (early(self.0), self.0).cmp(&(early(other.0), other.0))
    }
}

impl PartialOrd for Suffix<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Numbers joined by dots, perhaps after a `v`, and the rest.
fn version(tag: &str) -> Option<(Vec<u64>, &str)> {
    let text = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (numbers, suffix) = text.split_at(end);
    // A digest or the like begins with digits by accident.
    if suffix.starts_with(|c: char| c.is_ascii_alphanumeric()) && !numbers.contains('.') {
        return None;
    }
    let parts: Vec<u64> = numbers
        .split('.')
        .filter(|part| !part.is_empty())
        .take(PARTS)
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    (!parts.is_empty()).then_some((parts, suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_looking_tags_come_first() {
        let expected = [
            "latest",
            "1.27.3",
            "1.27.3-alpine",
            "1.27.3-rc1",
            "v1.27",
            "1.27-alpine",
            "1.9.9",
            "1",
            "alpine",
            "edge",
            "sha-0a1b2c3",
            "9f86d08",
        ];
        let mut tags: Vec<String> = expected.iter().rev().map(|tag| (*tag).to_owned()).collect();
        newest_first(&mut tags);
        let mut wanted: Vec<&str> = expected.to_vec();
        // Names by their text.
        wanted[8..].sort_unstable();
        assert_eq!(tags, wanted);
    }
}
