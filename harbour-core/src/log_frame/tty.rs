//! Finds the engine's messages in the byte stream of a terminal's log, where
//! nothing but the times in front of them tells where one begins.

use super::line::Line;
use super::stamp::{MAX_STAMP, is_stamp, is_stamp_byte};
use super::{ENGINE_SPLIT, Sink};

/// A message grows when the engine stores bytes that are no UTF-8: each may
/// become a character of three. Beyond this no seam is looked for.
const LAST_SEAM: usize = 3 * ENGINE_SPLIT;

/// Reads the stream in chunks cut anywhere; every chunking gives the same lines.
#[derive(Debug)]
pub(super) struct TtyReader {
    place: Place,
    /// Bytes that may turn out to be a time.
    head: Vec<u8>,
    /// Content bytes of the current message so far.
    count: usize,
    /// The current message is a further piece of its line.
    further: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A message begins, on a new line.
    Start,
    /// Exactly as many bytes as the engine takes at once: the next piece of the line may begin.
    Full,
    /// In a further piece, at its beginning or after a carriage return. Docker 20.10
    /// leaves out the end of line here with the `local` log driver, so the next line may begin.
    MayEnd,
    /// In the content; from [`ENGINE_SPLIT`] on the line's own time may turn up again.
    Content,
}

impl Default for TtyReader {
    fn default() -> Self {
        Self {
            place: Place::Start,
            head: Vec::with_capacity(MAX_STAMP + 1),
            count: 0,
            further: false,
        }
    }
}

impl TtyReader {
    pub(super) fn push(&mut self, mut bytes: &[u8], line: &mut Line, sink: &mut Sink<'_>) {
        while let Some(&byte) = bytes.first() {
            let held = !self.head.is_empty();
            if self.place == Place::Content && !held && !self.may_be_seam(byte, line) {
                let taken = self.plain(bytes, line, sink);
                bytes = &bytes[taken..];
            } else {
                bytes = &bytes[1..];
                self.examine(byte, line, sink);
            }
        }
    }

    pub(super) fn finish(&mut self, line: &mut Line, sink: &mut Sink<'_>) {
        line.content(&self.head, sink);
        *self = Self::default();
    }

    /// True if the line's own time may begin with this byte of the content.
    fn may_be_seam(&self, byte: u8, line: &Line) -> bool {
        (ENGINE_SPLIT..=LAST_SEAM).contains(&self.count) && line.stamp().first() == Some(&byte)
    }

    /// Passes content on, up to and including the next byte after which to look closely.
    fn plain(&mut self, bytes: &[u8], line: &mut Line, sink: &mut Sink<'_>) -> usize {
        let limit = if self.count < ENGINE_SPLIT {
            ENGINE_SPLIT - self.count
        } else if self.count <= LAST_SEAM {
            let next = bytes
                .iter()
                .skip(1)
                .position(|byte| Some(byte) == line.stamp().first());
            next.map_or(bytes.len(), |position| position + 1)
        } else {
            bytes.len()
        };
        let window = &bytes[..bytes.len().min(limit)];
        let stop = window
            .iter()
            .position(|&b| b == b'\n' || (b == b'\r' && self.further));
        let taken = stop.map_or(window.len(), |position| position + 1);
        line.content(&window[..taken], sink);
        self.count += taken;
        self.settle(window[taken - 1]);
        taken
    }

    /// Finds the place after content that ended in `last`.
    fn settle(&mut self, last: u8) {
        if last == b'\n' {
            self.further = false;
            self.next_message(Place::Start);
        } else if self.count == ENGINE_SPLIT {
            self.place = Place::Full;
        } else if last == b'\r' && self.further {
            self.place = Place::MayEnd;
        } else {
            self.place = Place::Content;
        }
    }

    /// Takes one byte where a time may stand.
    fn examine(&mut self, byte: u8, line: &mut Line, sink: &mut Sink<'_>) {
        if self.place == Place::Content {
            self.head.push(byte);
            let seam = line.stamp().iter().chain(b" ");
            if self.head.iter().eq(seam.clone()) {
                self.further = true;
                self.next_message(Place::MayEnd);
            } else if !seam.take(self.head.len()).eq(&self.head) {
                self.again(line, sink);
            }
            return;
        }
        if byte == b' ' && is_stamp(&self.head) && self.stamp_fits(line) {
            if self.place == Place::MayEnd {
                line.finish(sink);
            }
            line.begin(Some(&self.head));
            self.further = self.place == Place::Full;
            self.next_message(if self.further {
                Place::MayEnd
            } else {
                Place::Content
            });
            return;
        }
        self.head.push(byte);
        if !is_stamp_byte(byte) || self.head.len() > MAX_STAMP {
            // No time, so what was held back is content; look through it again as such.
            self.again(line, sink);
        }
    }

    /// Inside a line a program may write times itself; only a later one in
    /// exactly the engine's form counts as the next line's.
    fn stamp_fits(&self, line: &Line) -> bool {
        self.place != Place::MayEnd
            || (self.head.len() == line.stamp().len() && self.head.as_slice() > line.stamp())
    }

    /// Passes on the first byte that was held back and examines the others anew.
    fn again(&mut self, line: &mut Line, sink: &mut Sink<'_>) {
        let head = std::mem::take(&mut self.head);
        let Some((first, rest)) = head.split_first() else {
            return;
        };
        line.content(std::slice::from_ref(first), sink);
        self.count += 1;
        self.settle(*first);
        self.push(rest, line, sink);
    }

    fn next_message(&mut self, place: Place) {
        self.place = place;
        self.head.clear();
        self.count = 0;
    }
}
