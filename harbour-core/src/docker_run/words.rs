//! A command line into words, as a POSIX shell splits it (Shell Command
//! Language, sections 2.2 and 2.3). Nothing is filled in: a word that the shell
//! would change says so.

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Without its quotes.
    pub(super) text: String,
    /// The first thing in it that the shell would fill in: `$(pwd)`, `${HOME}`, `~`.
    pub(super) fills_in: Option<String>,
}

/// The words of the first command, and what stands behind its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) words: Vec<Word>,
    /// Everything from the first `;`, `|`, `&`, `>`, `<` or new line on.
    pub(super) rest: Option<String>,
}

/// A quote that is not closed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OpenQuote(pub(super) char);

/// Splits a line.
pub(super) fn split(line: &str) -> Result<Line, OpenQuote> {
    Splitter {
        left: line.trim(),
        words: Vec::new(),
        word: None,
    }
    .run()
}

struct Splitter<'a> {
    left: &'a str,
    words: Vec<Word>,
    word: Option<Word>,
}

impl Splitter<'_> {
    fn run(mut self) -> Result<Line, OpenQuote> {
        while let Some(c) = self.left.chars().next() {
            match c {
                '\'' => self.single()?,
                '"' => self.double()?,
                '\\' => self.escape(),
                '\n' | '\r' if self.left.trim_start().is_empty() => break,
                ';' | '|' | '&' | '<' | '>' | '(' | ')' | '\n' | '\r' => {
                    self.end_word();
                    let rest = Some(self.left.trim().to_owned());
                    return Ok(Line {
                        words: self.words,
                        rest,
                    });
                }
                '#' if self.word.is_none() => {
                    // A comment, up to the end of its line.
                    let end = self.left.find('\n').unwrap_or(self.left.len());
                    self.left = &self.left[end..];
                }
                c if c.is_whitespace() => {
                    self.end_word();
                    self.left = &self.left[c.len_utf8()..];
                }
                '$' | '`' => self.fill_in(),
                '~' if self.word.is_none() => {
                    self.word().fills_in.get_or_insert_with(|| "~".to_owned());
                    self.take(1);
                }
                c => self.take(c.len_utf8()),
            }
        }
        self.end_word();
        Ok(Line {
            words: self.words,
            rest: None,
        })
    }

    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_with(|| Word {
            text: String::new(),
            fills_in: None,
        })
    }

    fn end_word(&mut self) {
        self.words.extend(self.word.take());
    }

    /// Takes so many bytes over as they are.
    fn take(&mut self, bytes: usize) {
        let (text, left) = self.left.split_at(bytes);
        self.left = left;
        self.word().text.push_str(text);
    }

    fn single(&mut self) -> Result<(), OpenQuote> {
        let inner = &self.left[1..];
        let end = inner.find('\'').ok_or(OpenQuote('\''))?;
        self.left = &inner[end + 1..];
        self.word().text.push_str(&inner[..end]);
        Ok(())
    }

    fn double(&mut self) -> Result<(), OpenQuote> {
        self.left = &self.left[1..];
        self.word();
        while let Some(c) = self.left.chars().next() {
            match c {
                '"' => {
                    self.left = &self.left[1..];
                    return Ok(());
                }
                '\\' => {
                    let next = self.left[1..].chars().next();
                    match next {
                        Some('\n') => self.left = &self.left[2..],
                        Some(next @ ('"' | '\\' | '$' | '`')) => {
                            self.left = &self.left[2..];
                            self.word().text.push(next);
                        }
                        _ => self.take(1),
                    }
                }
                '$' | '`' => self.fill_in(),
                c => self.take(c.len_utf8()),
            }
        }
        Err(OpenQuote('"'))
    }

    /// A backslash outside quotes: the next character as it is, and nothing at
    /// all at the end of a line.
    fn escape(&mut self) {
        self.left = &self.left[1..];
        match self.left.chars().next() {
            Some('\n') => self.left = &self.left[1..],
            Some('\r') if self.left[1..].starts_with('\n') => self.left = &self.left[2..],
            Some(next) => self.take(next.len_utf8()),
            None => self.word().text.push('\\'),
        }
    }

    /// Something that the shell fills in, taken over as it is written. A lone
    /// `$` is itself.
    fn fill_in(&mut self) {
        let length = length_of_expansion(self.left);
        if length > 1 {
            let text = self.left[..length].to_owned();
            self.word().fills_in.get_or_insert(text);
        }
        self.take(length);
    }
}

/// How many bytes of `text`, which begins with `$` or a backtick, are filled in.
fn length_of_expansion(text: &str) -> usize {
    let closing = |open: char, close: char, from: usize| {
        let mut depth = 0_u32;
        for (at, c) in text[from..].char_indices() {
            if c == open {
                depth += 1;
            } else if c == close {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return from + at + c.len_utf8();
                }
            }
        }
        text.len()
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some('`'), _) => text[1..].find('`').map_or(text.len(), |end| end + 2),
        (_, Some('(')) => closing('(', ')', 1),
        (_, Some('{')) => closing('{', '}', 1),
        (_, Some(c)) if c.is_ascii_alphabetic() || c == '_' => {
            let name = text[1..]
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                .count();
            1 + name
        }
        (_, Some(c)) if c.is_ascii_digit() || "@*#?-$!".contains(c) => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        split(line)
            .unwrap()
            .words
            .into_iter()
            .map(|w| w.text)
            .collect()
    }

    #[test]
    fn words_are_split_as_a_shell_does() {
        let check = |line: &str, expected: &[&str]| assert_eq!(texts(line), expected, "{line}");
        check("a  b\tc", &["a", "b", "c"]);
        check("a 'b  c' \"d  e\"", &["a", "b  c", "d  e"]);
        check("a\\ b c\\\n d \\\r\n e", &["a b", "c", "d", "e"]);
        check("-e A='x y'\"z\"w", &["-e", "A=x yzw"]);
        check(
            r#"'\n' "\n" "\"" "a\
b""#,
            &[r"\n", r"\n", "\"", "ab"],
        );
        check("'' \"\"", &["", ""]);
        check("a # comment\n", &["a"]);
        check("a#b", &["a#b"]);
        check("a \\", &["a", "\\"]);
        check("ü '日本'", &["ü", "日本"]);
        assert_eq!(split("a 'b"), Err(OpenQuote('\'')));
        assert_eq!(split("a \"b"), Err(OpenQuote('"')));
    }

    #[test]
    fn what_the_shell_fills_in_is_told() {
        let check = |line: &str, text: &str, filled: Option<&str>| {
            let line = split(line).unwrap();
            assert_eq!(line.words.len(), 1, "{line:?}");
            assert_eq!(line.words[0].text, text);
            assert_eq!(line.words[0].fills_in.as_deref(), filled, "{text}");
        };
        check("$(pwd)/x:/y", "$(pwd)/x:/y", Some("$(pwd)"));
        check(
            "\"$(id -u):$(id -g)\"",
            "$(id -u):$(id -g)",
            Some("$(id -u)"),
        );
        check("${A:-${B}}", "${A:-${B}}", Some("${A:-${B}}"));
        check("$HOME/a", "$HOME/a", Some("$HOME"));
        check("`pwd`", "`pwd`", Some("`pwd`"));
        check("~/x", "~/x", Some("~"));
        check("'$HOME'", "$HOME", None);
        check("\\$HOME", "$HOME", None);
        check("a$", "a$", None);
        check("a~", "a~", None);
        check("$(never closed", "$(never closed", Some("$(never closed"));
    }

    #[test]
    fn only_the_first_command_is_split() {
        let line = split("a b && c; d").unwrap();
        assert_eq!(line.words.len(), 2);
        assert_eq!(line.rest.as_deref(), Some("&& c; d"));
        assert_eq!(split("a\nb").unwrap().rest.as_deref(), Some("b"));
        assert_eq!(split("a\n\n").unwrap().rest, None);
    }
}
