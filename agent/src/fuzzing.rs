//! The parsers of strangers' bytes, by themselves: for the fuzz targets.

use bytes::{Bytes, BytesMut};
use harbour_core::log_frame::LogStream;

use crate::docker::take_frames;
pub use crate::http::terminal_message_is_known;

/// Splits the engine's framed stream, as the log reader does.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct EngineFrames {
    unread: BytesMut,
    frames: Vec<(LogStream, Bytes)>,
    refused: bool,
}

impl EngineFrames {
    /// Takes the next bytes. After nonsense it takes no more.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.refused {
            return;
        }
        self.unread.extend_from_slice(bytes);
        let frames = &mut self.frames;
        let each = |stream, content: &[u8]| frames.push((stream, Bytes::copy_from_slice(content)));
        if take_frames(&mut self.unread, each).is_err() {
            self.refused = true;
            self.unread.clear();
        }
    }
}
