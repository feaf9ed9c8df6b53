//! The line of one stream that is still growing, and cutting it into records.

use super::{MAX_RECORD, Sink};

/// Carriage returns in a row that are kept until it is known whether the line
/// ends after them. More than these change nothing on any screen.
const MAX_HELD_RETURNS: usize = MAX_RECORD / 2;
/// Stands for a time the engine did not tell.
const NO_STAMP: &[u8] = b"0001-01-01T00:00:00Z";

#[derive(Debug)]
pub(super) struct Line {
    tag: u8,
    stamp: Vec<u8>,
    /// The line has content, if only a carriage return.
    open: bool,
    /// A first record of this line is out.
    continued: bool,
    content: Vec<u8>,
    held_returns: usize,
}

impl Line {
    pub(super) fn new(tag: u8) -> Self {
        Self {
            tag,
            stamp: NO_STAMP.to_vec(),
            open: false,
            continued: false,
            content: Vec::new(),
            held_returns: 0,
        }
    }

    /// The time of the current line, or of the last one.
    pub(super) fn stamp(&self) -> &[u8] {
        &self.stamp
    }

    /// A message begins; its time counts if it begins a line too.
    pub(super) fn begin(&mut self, stamp: Option<&[u8]>) {
        if !self.open
            && let Some(stamp) = stamp
        {
            self.stamp.clear();
            self.stamp.extend_from_slice(stamp);
        }
    }

    /// Bytes of memory held for content.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.content.capacity()
    }

    /// Takes content, line ends included.
    pub(super) fn content(&mut self, mut bytes: &[u8], sink: &mut Sink<'_>) {
        while !bytes.is_empty() {
            let run = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
            let found = bytes.get(run);
            if found == Some(&b'\n') && !self.open && run <= MAX_RECORD {
                // The usual line, which needs no keeping.
                self.write_record(&bytes[..run], sink);
                bytes = &bytes[run + 1..];
                continue;
            }
            self.append(&bytes[..run], sink);
            match found {
                Some(b'\n') => self.end(sink),
                Some(_) => {
                    self.open = true;
                    self.held_returns = (self.held_returns + 1).min(MAX_HELD_RETURNS);
                }
                None => return,
            }
            bytes = &bytes[run + 1..];
        }
    }

    /// Closes an unfinished line, if there is one.
    pub(super) fn finish(&mut self, sink: &mut Sink<'_>) {
        if self.open {
            self.end(sink);
        }
    }

    fn append(&mut self, run: &[u8], sink: &mut Sink<'_>) {
        if run.is_empty() {
            return;
        }
        self.open = true;
        // The returns were inside the line after all: a progress bar, say.
        for _ in 0..std::mem::take(&mut self.held_returns) {
            self.fill(b"\r", sink);
        }
        self.fill(run, sink);
    }

    fn fill(&mut self, mut run: &[u8], sink: &mut Sink<'_>) {
        while !run.is_empty() {
            if self.content.len() >= MAX_RECORD {
                self.cut(sink);
            }
            let room = MAX_RECORD - self.content.len();
            let (now, later) = run.split_at(run.len().min(room));
            self.content.extend_from_slice(now);
            run = later;
        }
    }

    /// Writes the first piece of a full line that goes on.
    fn cut(&mut self, sink: &mut Sink<'_>) {
        let whole = whole_characters(&self.content);
        // No record ends in a return; the next piece begins with it. Something
        // always remains, for a run of returns is at most half a record long.
        let returns = self.content[..whole]
            .iter()
            .rev()
            .take_while(|&&b| b == b'\r')
            .count();
        let at = whole - returns;
        self.write_record(&self.content[..at], sink);
        self.content.drain(..at);
        self.continued = true;
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        self.write_record(&self.content, sink);
        self.content.clear();
        self.held_returns = 0;
        self.open = false;
        self.continued = false;
    }

    fn write_record(&self, content: &[u8], sink: &mut Sink<'_>) {
        if self.continued {
            sink.out.push(self.tag.to_ascii_uppercase());
        } else {
            sink.out.push(self.tag);
            if sink.timestamps {
                sink.out.extend_from_slice(&self.stamp);
                sink.out.push(b' ');
            }
        }
        sink.out.extend_from_slice(content);
        sink.out.push(b'\n');
    }
}

/// Length without a UTF-8 character that is torn at the end; bytes that are no UTF-8 stay.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    for (index, &byte) in bytes.iter().enumerate().skip(tail).rev() {
        let needed = match byte {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            0x80..=0xBF => continue,
            _ => break,
        };
        return if index > 0 && index + needed > bytes.len() {
            index
        } else {
            bytes.len()
        };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_character_is_found() {
        let check =
            |bytes: &[u8], expected| assert_eq!(whole_characters(bytes), expected, "{bytes:?}");
        check("aé".as_bytes(), 3);
        check(&"aé".as_bytes()[..2], 1);
        check(&"a€".as_bytes()[..3], 1);
        check(&"a😀".as_bytes()[..4], 1);
        check("a😀".as_bytes(), 5);
        check(&[b'a', 0xFF], 2);
        check(&[b'a', 0x80, 0x80, 0x80, 0x80], 5);
        check(&[0xC3], 1);
        check(b"", 0);
    }
}
