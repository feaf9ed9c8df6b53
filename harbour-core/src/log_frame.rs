//! Turns the engine's log messages into records that a page can index by line.
//!
//! A record is one line of output: a tag, with timestamps the time and a space,
//! the line's own bytes, LF. Tags are `o`, `e` and `t` for stdout, stderr and a
//! terminal. A line longer than [`MAX_RECORD`] is cut; its further pieces carry
//! `O`, `E` or `T`, no time, and follow the last record of their own stream.

mod line;
mod stamp;
mod tty;

use line::Line;
use stamp::split_stamp;
use tty::TtyReader;

/// Most content bytes of one record; cut a little earlier where a character
/// or a carriage return would be torn off.
pub const MAX_RECORD: usize = 16 * 1024;

/// Content bytes after which the engine splits a line into several messages.
pub(crate) const ENGINE_SPLIT: usize = 16 * 1024;

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// The terminal of a container that has one; it carries both.
    Tty,
}

/// Makes records from one container's log.
///
/// Feed it the engine's answer *with timestamps switched on*, whatever the
/// reader wants: without them the pieces of a long line can not be told from
/// lines. It keeps at most [`MAX_RECORD`] bytes and a few more per stream.
#[derive(Debug)]
pub struct LogFramer {
    timestamps: bool,
    tty: Option<TtyReader>,
    stdout: FrameReader,
    stderr: FrameReader,
    terminal: Line,
}

impl LogFramer {
    /// `tty`: the container has a terminal, so input comes in chunks cut anywhere;
    /// otherwise each push is one message of the engine. `timestamps`: records carry the time.
    pub fn new(tty: bool, timestamps: bool) -> Self {
        Self {
            timestamps,
            tty: tty.then(TtyReader::default),
            stdout: FrameReader::new(Line::new(b'o')),
            stderr: FrameReader::new(Line::new(b'e')),
            terminal: Line::new(b't'),
        }
    }

    /// Takes input and appends every record it completes to `out`.
    ///
    /// With a terminal the stream does not matter, for there is only one.
    pub fn push(&mut self, stream: LogStream, bytes: &[u8], out: &mut Vec<u8>) {
        let mut sink = Sink {
            timestamps: self.timestamps,
            out,
        };
        match (&mut self.tty, stream) {
            (Some(reader), _) => reader.push(bytes, &mut self.terminal, &mut sink),
            (None, LogStream::Stdout) => self.stdout.push(bytes, &mut sink),
            (None, LogStream::Stderr) => self.stderr.push(bytes, &mut sink),
            // Nobody announced a terminal, but the message is one all the same.
            (None, LogStream::Tty) => {
                let (stamp, content) = split_stamp(bytes);
                self.terminal.begin(stamp);
                self.terminal.content(content, &mut sink);
            }
        }
    }

    /// The log has ended: appends what is left of unfinished lines.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let mut sink = Sink {
            timestamps: self.timestamps,
            out,
        };
        if let Some(reader) = &mut self.tty {
            reader.finish(&mut self.terminal, &mut sink);
        }
        for line in [
            &mut self.stdout.line,
            &mut self.stderr.line,
            &mut self.terminal,
        ] {
            line.finish(&mut sink);
        }
    }
}

/// Where records go.
pub(crate) struct Sink<'a> {
    pub(crate) timestamps: bool,
    pub(crate) out: &'a mut Vec<u8>,
}

/// One stream of a container without a terminal: a message per push.
#[derive(Debug)]
struct FrameReader {
    line: Line,
    /// The last message had no end of line: was it as long as the engine's buffer?
    open_full: Option<bool>,
}

impl FrameReader {
    fn new(line: Line) -> Self {
        Self {
            line,
            open_full: None,
        }
    }

    fn push(&mut self, frame: &[u8], sink: &mut Sink<'_>) {
        let (stamp, content) = split_stamp(frame);
        // The engine gives all pieces of a line the first one's time and fills each but
        // the last. A short piece with another time after it is the end of an earlier run.
        if self.open_full == Some(false) && stamp.is_some_and(|stamp| stamp != self.line.stamp()) {
            self.line.finish(sink);
        }
        self.line.begin(stamp);
        self.line.content(content, sink);
        let full = content.len() >= ENGINE_SPLIT;
        if self.open_full == Some(true) && !full {
            // The last piece. Docker 20.10 leaves out its end of line with the
            // `local` log driver, and then it may even be empty.
            self.line.finish(sink);
            self.open_full = None;
        } else if !content.is_empty() {
            self.open_full = (!content.ends_with(b"\n")).then_some(full);
        }
    }
}

#[cfg(test)]
mod tests;
