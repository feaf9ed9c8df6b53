//! A command written as one line, into words: quotes and backslashes as in a
//! shell, and nothing else. `;`, `&` and `|` are characters: no shell runs.

/// A quote that is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the quote {0} is not closed")]
pub struct OpenQuote(char);

/// Splits a line.
///
/// # Errors
/// When a quote is not closed.
pub fn split(line: &str) -> Result<Vec<String>, OpenQuote> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' | '"' => quoted(c, &mut chars, word.get_or_insert_default())?,
            '\\' => match chars.next() {
                Some('\n') => {}
                Some(next) => word.get_or_insert_default().push(next),
                None => word.get_or_insert_default().push('\\'),
            },
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Takes everything up to the closing quote; within `"` a backslash escapes `"` and itself.
fn quoted(
    quote: char,
    chars: &mut std::str::Chars<'_>,
    word: &mut String,
) -> Result<(), OpenQuote> {
    while let Some(c) = chars.next() {
        match c {
            c if c == quote => return Ok(()),
            '\\' if quote == '"' => match chars.next() {
                Some(next @ ('"' | '\\')) => word.push(next),
                Some(next) => word.extend(['\\', next]),
                None => return Err(OpenQuote(quote)),
            },
            c => word.push(c),
        }
    }
    Err(OpenQuote(quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_and_nothing_is_run() {
        let check = |line: &str, expected: &[&str]| {
            assert_eq!(split(line).unwrap(), expected, "{line}");
        };
        check("serve  --port 80", &["serve", "--port", "80"]);
        check("sh -c 'a && b; c'", &["sh", "-c", "a && b; c"]);
        check("a && b", &["a", "&&", "b"]);
        check(r#"a "b \"c\" \n" d\ e"#, &["a", r#"b "c" \n"#, "d e"]);
        check("'' x", &["", "x"]);
        check("", &[]);
        check("${KEY} $$", &["${KEY}", "$$"]);
        assert_eq!(split("a 'b"), Err(OpenQuote('\'')));
        assert_eq!(split("a \"b\\"), Err(OpenQuote('"')));
    }
}
