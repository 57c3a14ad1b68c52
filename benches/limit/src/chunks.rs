//! A chunked body, read as it arrives.

use std::io::{self, BufRead, Read};

/// The data of a chunked body. After the last chunk, the stream is at the next message.
pub struct Chunks<R> {
    from: R,
    /// The number of bytes of the present chunk that have not been read.
    left: u64,
    has_ended: bool,
}

impl<R: BufRead> Chunks<R> {
    /// Reads the chunks that begin here.
    pub fn new(from: R) -> Self {
        Self {
            from,
            left: 0,
            has_ended: false,
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.from.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line),
        }
    }

    /// Reads the line before a chunk, and the empty one after the last chunk.
    fn begin(&mut self) -> io::Result<()> {
        let line = self.line()?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let malformed = |_| io::Error::new(io::ErrorKind::InvalidData, line.clone());
        self.left = u64::from_str_radix(size, 16).map_err(malformed)?;
        if self.left == 0 {
            self.line()?;
            self.has_ended = true;
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() || self.has_ended {
            return Ok(0);
        }
        if self.left == 0 {
            self.begin()?;
        }
        if self.has_ended {
            return Ok(0);
        }
        let read = (&mut self.from).take(self.left).read(into)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        if self.left == 0 {
            self.line()?;
        }
        Ok(read)
    }
}
