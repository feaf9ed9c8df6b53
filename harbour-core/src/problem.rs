//! What is wrong with a request, field by field, with a way out where there is one.

use crate::risk::Risk;

/// One problem on one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Address of the field in the request, such as `ports.0.host`.
    pub field: String,
    /// Stable code.
    pub code: ProblemCode,
    /// Text for the person.
    pub message: String,
    /// For [`ProblemCode::RiskNotConfirmed`]: the exact text that confirms it.
    pub risk: Option<String>,
    /// A value that would do.
    pub suggestion: Option<Suggestion>,
}

/// A value to put into the field instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Text of the button.
    pub label: String,
    /// The value.
    pub value: SuggestionValue,
}

/// A suggested value as text or number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuggestionValue {
    /// A name or path.
    Text(String),
    /// A port.
    Number(u64),
}

/// Kinds of problems; the texts are part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// Something must be given.
    Required,
    /// The value breaks a rule.
    Invalid,
    /// Another container has the name.
    NameTaken,
    /// Someone holds the port.
    PortTaken,
    /// The path does not exist.
    PathMissing,
    /// The same thing twice in one request.
    Duplicate,
    /// No network has that name.
    UnknownNetwork,
    /// A risk must be confirmed by name.
    RiskNotConfirmed,
}

impl ProblemCode {
    /// The code as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Invalid => "invalid",
            Self::NameTaken => "name_taken",
            Self::PortTaken => "port_taken",
            Self::PathMissing => "path_missing",
            Self::Duplicate => "duplicate",
            Self::UnknownNetwork => "unknown_network",
            Self::RiskNotConfirmed => "risk_not_confirmed",
        }
    }
}

impl Problem {
    /// A problem without a suggestion.
    pub fn new(field: impl Into<String>, code: ProblemCode, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
            risk: None,
            suggestion: None,
        }
    }

    /// The problem of a risk nobody confirmed.
    pub fn unconfirmed(field: impl Into<String>, risk: &Risk) -> Self {
        let name = risk.name();
        let message = format!("{} Confirm “{name}” to go on.", risk.explain());
        Self {
            risk: Some(name),
            ..Self::new(field, ProblemCode::RiskNotConfirmed, message)
        }
    }

    /// Offers a text.
    #[must_use]
    pub fn suggest_text(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.suggestion = Some(Suggestion {
            label: label.into(),
            value: SuggestionValue::Text(value.into()),
        });
        self
    }

    /// Offers a number.
    #[must_use]
    pub fn suggest_number(mut self, label: impl Into<String>, value: u64) -> Self {
        self.suggestion = Some(Suggestion {
            label: label.into(),
            value: SuggestionValue::Number(value),
        });
        self
    }
}

/// A value from outside as it may stand in a message: short, on one line, without control characters.
pub(crate) fn shown(value: &str) -> String {
    const LONGEST: usize = 80;
    let mut text: String = value
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if value.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_values_are_short_and_harmless() {
        assert_eq!(shown("a\nb\0"), "a\u{fffd}b\u{fffd}");
        assert_eq!(shown(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(shown(&"é".repeat(81)), format!("{}…", "é".repeat(80)));
    }

    #[test]
    fn an_unconfirmed_risk_says_what_to_confirm() {
        let problem = Problem::unconfirmed("capAdd.0", &Risk::Capability("NET_ADMIN".into()));
        assert_eq!(problem.risk.as_deref(), Some("capability:NET_ADMIN"));
        assert_eq!(problem.code.as_str(), "risk_not_confirmed");
        assert!(
            problem.message.contains("“capability:NET_ADMIN”"),
            "{}",
            problem.message
        );
    }
}
