//! Later tags of the same kind, as hints: of `1.25.3-alpine` among others
//! `1.25.4-alpine` (patch), `1.27.0-alpine` (minor) and `2.0.0-alpine` (major),
//! never `1.27.0` or `1.27.0-rc1-alpine`.
//!
//! [`crate::store::channel`] says which of them a publisher's index may step to
//! by itself; this also knows the steps that a person decides.

use std::cmp::Ordering;

/// Most numbers of a tag.
const MAX_NUMBERS: usize = 6;
/// Largest share of a hash that is no version: digits with as many as these and
/// no dot are dates or revisions.
const MAX_DIGITS: usize = 8;

/// How large a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A later number than the second grows.
    Patch,
    /// The second number grows.
    Minor,
    /// The first number grows.
    Major,
}

/// `v` `1.25.3` `-alpine`: letters, numbers, suffix.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    letters: &'a str,
    numbers: Vec<u64>,
    suffix: &'a str,
}

/// For each size of step the latest tag that is later than `current`, the
/// smallest step first. Nothing for tags without two numbers, which their
/// publishers move.
pub fn newer<'a>(current: &str, tags: impl IntoIterator<Item = &'a str>) -> Vec<(Step, &'a str)> {
    let Some(now) = Parts::of(current).filter(|parts| parts.numbers.len() > 1) else {
        return Vec::new();
    };
    let mut best: [Option<(Parts<'a>, &'a str)>; 3] = [None, None, None];
    for tag in tags {
        let Some(parts) = Parts::of(tag) else {
            continue;
        };
        let Some(step) = now.step_to(&parts) else {
            continue;
        };
        let place = &mut best[step as usize];
        if place
            .as_ref()
            .is_none_or(|(best, _)| best.numbers < parts.numbers)
        {
            *place = Some((parts, tag));
        }
    }
    let steps = [Step::Patch, Step::Minor, Step::Major];
    let found = steps.into_iter().zip(best);
    found
        .filter_map(|(step, best)| Some((step, best?.1)))
        .collect()
}

/// The step from one tag to another of the same kind; `None` when it is not a later one.
pub fn step(from: &str, to: &str) -> Option<Step> {
    Parts::of(from)?.step_to(&Parts::of(to)?)
}

impl<'a> Parts<'a> {
    fn of(tag: &'a str) -> Option<Self> {
        if tag.len() > crate::image_ref::MAX_TAG_LEN {
            return None;
        }
        let start = tag.find(|c: char| c.is_ascii_digit())?;
        let (letters, rest) = tag.split_at(start);
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let written = rest[..end].trim_end_matches('.');
        let suffix = &rest[written.len()..];
        // `1a2b3c` is the beginning of a hash.
        if suffix.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        let number = |part: &str| {
            (part.len() <= MAX_DIGITS)
                .then(|| part.parse().ok())
                .flatten()
        };
        let numbers: Option<Vec<u64>> = written.split('.').map(number).collect();
        let numbers = numbers.filter(|numbers| numbers.len() <= MAX_NUMBERS)?;
        Some(Self {
            letters,
            numbers,
            suffix,
        })
    }

    fn step_to(&self, other: &Self) -> Option<Step> {
        let same_kind = self.letters == other.letters
            && self.suffix == other.suffix
            && self.numbers.len() == other.numbers.len();
        if !same_kind || self.numbers.cmp(&other.numbers) != Ordering::Less {
            return None;
        }
        let mut pairs = self.numbers.iter().zip(&other.numbers);
        match pairs.position(|(now, then)| now != then)? {
            0 => Some(Step::Major),
            1 => Some(Step::Minor),
            _ => Some(Step::Patch),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hints_stay_within_their_kind() {
        let tags = [
            "1.25.4",
            "1.25.10",
            "1.27.0",
            "1.26.9",
            "2.0.0",
            "2.1.0-rc1",
            "2.1.0-alpine",
            "latest",
            "3",
            "3.0",
            "1.25.3",
            "1.25.2",
            "20240101",
            "v9.9.9",
            "1.25.4-alpine",
            "9f8e7d6",
        ];
        assert_eq!(
            newer("1.25.3", tags),
            [
                (Step::Patch, "1.25.10"),
                (Step::Minor, "1.27.0"),
                (Step::Major, "2.0.0")
            ]
        );
        assert_eq!(
            newer("1.25.3-alpine", tags),
            [
                (Step::Patch, "1.25.4-alpine"),
                (Step::Major, "2.1.0-alpine")
            ]
        );
        for still in [
            "latest",
            "1",
            "v3",
            "20230101",
            "9f8e7d6",
            "",
            "1.2.3.4.5.6.7",
        ] {
            assert_eq!(newer(still, tags), [], "{still}");
        }
        assert_eq!(newer("v1.0.0", tags), [(Step::Major, "v9.9.9")]);
        assert_eq!(
            newer("16.1", ["16.10", "17.0"]),
            [(Step::Minor, "16.10"), (Step::Major, "17.0")]
        );
    }

    proptest! {
        #[test]
        fn a_hint_is_later_and_never_the_way_back(a in "[0-9]{1,3}(\\.[0-9]{1,3}){1,3}(-[a-z]{1,6})?", b in "[0-9]{1,3}(\\.[0-9]{1,3}){1,3}(-[a-z]{1,6})?") {
            let there = step(&a, &b);
            let back = step(&b, &a);
            prop_assert!(there.is_none() || back.is_none());
            prop_assert_eq!(newer(&a, [b.as_str()]).first().map(|found| found.0), there);
        }

        #[test]
        fn any_text_is_survived(a in "\\PC*", b in "\\PC*") {
            let _ = step(&a, &b);
        }
    }
}
