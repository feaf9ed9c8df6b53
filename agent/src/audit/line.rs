//! One line of the log: its fields, its text and its place in the chain.
//!
//! The text is the JSON object of [`AuditLine`] in the order of its fields, without white space.
//! `hash` is its last member: the SHA-256, in lower-case hexadecimal, of the UTF-8 bytes of the
//! same object with the `hash` member absent. `prev` is the `hash` of the line before, over file
//! borders too; the first line ever has 64 zeros.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::BrokenReason;
use crate::secrets::hex;

/// `prev` of the first line ever.
pub(super) const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Longest value kept, in bytes of UTF-8 before JSON escaping.
const MAX_VALUE: usize = 512;
/// Longest line that can come out of this program: every byte of eight values escaped as `\u00xx`,
/// and room for names, numbers and hashes. Readers refuse longer ones instead of growing.
pub(super) const MAX_LINE: usize = 8 * 6 * MAX_VALUE + 1024;

/// Whether a line was written before or after the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// About to happen.
    Before,
    /// Has happened, or failed.
    After,
}

/// What a caller gives. It has these fields and no free-form ones, so that no secret strays in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditEntry {
    /// Id of the request, the same before and after.
    pub request_id: String,
    /// Who.
    pub user: String,
    /// From which address.
    pub remote: String,
    /// What, such as `container.stop`.
    pub action: String,
    /// On what, such as a container's name.
    pub target: String,
    /// `ok` or `failed`; only after.
    pub outcome: Option<String>,
    /// Code of the error; only after.
    pub code: Option<String>,
    /// How long it took, in milliseconds; only after.
    pub duration_ms: Option<u64>,
}

/// A line as written and as read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditLine {
    /// Number of the line, from 0, without gaps.
    pub seq: u64,
    /// When, RFC 3339 in UTC with milliseconds.
    pub at: String,
    /// Before or after the action.
    pub phase: Phase,
    /// Id of the request, the same before and after.
    pub request_id: String,
    /// Who.
    pub user: String,
    /// From which address.
    pub remote: String,
    /// What.
    pub action: String,
    /// On what.
    pub target: String,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Code of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How long it took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Hash of the line before.
    pub prev: String,
    /// Hash of this line; empty only while it is being made.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hash: String,
}

/// Where the chain stands: what the next line must continue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) next_seq: u64,
    pub(super) prev: String,
}

impl Head {
    /// Before the first line ever.
    pub(super) fn origin() -> Self {
        Self {
            next_seq: 0,
            prev: ORIGIN.to_owned(),
        }
    }
}

/// Makes the next line, with its line feed, and the head after it.
pub(super) fn make(
    head: &Head,
    at: Timestamp,
    phase: Phase,
    entry: &AuditEntry,
) -> Result<(Vec<u8>, Head), serde_json::Error> {
    let line = AuditLine {
        seq: head.next_seq,
        at: format!("{at:.3}"),
        phase,
        request_id: clean(&entry.request_id),
        user: clean(&entry.user),
        remote: clean(&entry.remote),
        action: clean(&entry.action),
        target: clean(&entry.target),
        outcome: entry.outcome.as_deref().map(clean),
        code: entry.code.as_deref().map(clean),
        duration_ms: entry.duration_ms,
        prev: head.prev.clone(),
        hash: String::new(),
    };
    let mut text = serde_json::to_vec(&line)?;
    let hash = hex(&Sha256::digest(&text));
    text.pop(); // The closing brace comes back after the hash.
    text.extend_from_slice(format!(",\"hash\":\"{hash}\"}}\n").as_bytes());
    let next = Head {
        next_seq: head.next_seq + 1,
        prev: hash,
    };
    Ok((text, next))
}

/// Reads a line (without its line feed) and checks it by itself; the chain is the caller's.
pub(super) fn check(text: &[u8]) -> Result<AuditLine, BrokenReason> {
    let line: AuditLine =
        serde_json::from_slice(text).map_err(|error| BrokenReason::NotALine(error.to_string()))?;
    let suffix = format!(",\"hash\":\"{}\"}}", line.hash);
    let Some(body) = text.strip_suffix(suffix.as_bytes()) else {
        return Err(BrokenReason::HashMismatch);
    };
    let mut hasher = Sha256::new();
    hasher.update(body);
    hasher.update(b"}");
    if hex(&hasher.finalize()) == line.hash {
        Ok(line)
    } else {
        Err(BrokenReason::HashMismatch)
    }
}

/// Checks that a line continues the chain, and moves the head past it.
pub(super) fn follow(head: &mut Head, line: &AuditLine) -> Result<(), BrokenReason> {
    if line.seq != head.next_seq {
        return Err(BrokenReason::Sequence {
            expected: head.next_seq,
            found: line.seq,
        });
    }
    if line.prev != head.prev {
        return Err(BrokenReason::PrevMismatch);
    }
    head.next_seq += 1;
    head.prev.clone_from(&line.hash);
    Ok(())
}

/// A value as it is written: at most [`MAX_VALUE`] bytes, the cut marked with `…`. JSON escapes the
/// control characters below U+0020; the others, which a terminal may obey, are spelt out here.
fn clean(value: &str) -> String {
    const MARK: &str = "…";
    let mut text = String::with_capacity(value.len().min(MAX_VALUE));
    for c in value.chars() {
        if matches!(c, '\u{7f}'..='\u{9f}') {
            text.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            text.push(c);
        }
        if text.len() > MAX_VALUE {
            text.truncate(text.floor_char_boundary(MAX_VALUE - MARK.len()));
            text.push_str(MARK);
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(target: &str) -> AuditEntry {
        AuditEntry {
            request_id: "r1".to_owned(),
            user: "admin".to_owned(),
            remote: "127.0.0.1".to_owned(),
            action: "container.stop".to_owned(),
            target: target.to_owned(),
            ..AuditEntry::default()
        }
    }

    #[test]
    fn the_text_is_as_documented() {
        let at = "2026-11-24T01:02:03.004999Z".parse().unwrap();
        let (text, next) = make(&Head::origin(), at, Phase::Before, &entry("web")).unwrap();
        let body = format!(
            "{{\"seq\":0,\"at\":\"2026-11-24T01:02:03.004Z\",\"phase\":\"before\",\
             \"requestId\":\"r1\",\"user\":\"admin\",\"remote\":\"127.0.0.1\",\
             \"action\":\"container.stop\",\"target\":\"web\",\"prev\":\"{ORIGIN}\"}}"
        );
        let hash = hex(&Sha256::digest(body.as_bytes()));
        let expected = format!("{},\"hash\":\"{hash}\"}}\n", &body[..body.len() - 1]);
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        assert_eq!((next.next_seq, next.prev), (1, hash));
    }

    #[test]
    fn what_is_made_checks_and_follows() {
        let mut head = Head::origin();
        let mut end = entry("a \"quoted\"\nname\u{0}");
        end.outcome = Some("failed".to_owned());
        end.code = Some("port_taken".to_owned());
        end.duration_ms = Some(17);
        let (text, next) = make(&head, Timestamp::UNIX_EPOCH, Phase::After, &end).unwrap();
        assert_eq!(text.iter().filter(|b| **b == b'\n').count(), 1);
        let line = check(text.strip_suffix(b"\n").unwrap()).unwrap();
        assert_eq!(line.target, "a \"quoted\"\nname\u{0}");
        assert_eq!(line.duration_ms, Some(17));
        follow(&mut head, &line).unwrap();
        assert_eq!(head, next);
        assert!(matches!(
            follow(&mut head, &line),
            Err(BrokenReason::Sequence {
                expected: 1,
                found: 0
            })
        ));
    }

    #[test]
    fn values_are_cut_and_defanged() {
        assert_eq!(clean(&"a".repeat(512)), "a".repeat(512));
        assert_eq!(clean(&"a".repeat(513)), "a".repeat(509) + "…");
        let cut = clean(&"€".repeat(400));
        assert!(cut.len() <= 512 && cut.ends_with("€…"), "{cut}");
        assert_eq!(clean("x\u{9b}31m\u{7f}"), "x\\u009b31m\\u007f");
    }

    #[test]
    fn the_longest_line_is_within_its_bound() {
        let worst = "\u{1}".repeat(600);
        let entry = AuditEntry {
            request_id: worst.clone(),
            user: worst.clone(),
            remote: worst.clone(),
            action: worst.clone(),
            target: worst.clone(),
            outcome: Some(worst.clone()),
            code: Some(worst),
            duration_ms: Some(u64::MAX),
        };
        let head = Head {
            next_seq: u64::MAX - 1,
            prev: ORIGIN.to_owned(),
        };
        let (text, _) = make(&head, Timestamp::MAX, Phase::Before, &entry).unwrap();
        assert!(text.len() <= MAX_LINE, "{}", text.len());
    }
}
