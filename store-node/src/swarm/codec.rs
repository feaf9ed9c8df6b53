//! Messages of `/harbour/files/1` on a stream: each side sends one and closes.

use std::io;

use futures_util::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use harbour_core::store::wire::{FileAnswer, FileName, MAX_ANSWER, MAX_REQUEST};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;

/// Reads and writes the messages, within their limits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FilesCodec;

async fn read_all<T: AsyncRead + Unpin + Send>(io: &mut T, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    // One more than allowed, so that too much can be told from all.
    io.take(limit + 1).read_to_end(&mut bytes).await?;
    match u64::try_from(bytes.len()) {
        Ok(count) if count <= limit => Ok(bytes),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the message is longer than allowed",
        )),
    }
}

fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl Codec for FilesCodec {
    type Protocol = StreamProtocol;
    type Request = FileName;
    type Response = FileAnswer;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<FileName>
    where
        T: AsyncRead + Unpin + Send,
    {
        let bytes = read_all(io, MAX_REQUEST).await?;
        FileName::from_bytes(&bytes).map_err(malformed)
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<FileAnswer>
    where
        T: AsyncRead + Unpin + Send,
    {
        let bytes = read_all(io, MAX_ANSWER).await?;
        FileAnswer::from_bytes(bytes).map_err(malformed)
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        request: FileName,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&request.to_bytes()).await?;
        io.close().await
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        answer: FileAnswer,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&answer.to_bytes()).await?;
        io.close().await
    }
}
