//! A minimal, blocking HTTP/1.1 client that exposes every byte that was sent.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::chunks::Chunks;

/// The maximum time to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first line of a message and its headers.
#[derive(Debug, Clone)]
pub struct Head {
    /// The request line or the status line.
    pub first: String,
    /// The headers in order, with names in lower case.
    pub headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers in order, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body without chunk framing, still with its content coding.
    pub body: Vec<u8>,
}

/// A persistent connection, with one request at a time.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

/// Sends one request on a connection of its own.
///
/// # Errors
/// Returns an error if the connection fails or the answer is malformed.
pub fn ask(
    address: &str,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let mut connection = Connection::open(address)?;
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .copied()
        .chain([("connection", "close")])
        .collect();
    connection.send(method, target, &headers, body)?;
    connection.receive(method)
}

impl Connection {
    /// Opens a connection.
    ///
    /// # Errors
    /// Returns an error if nothing listens at `address`.
    pub fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::with_capacity(64 * 1024, stream);
        Ok(Self { stream })
    }

    /// Sends a request without waiting for the answer.
    ///
    /// # Errors
    /// Returns an error if the connection is closed.
    pub fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<()> {
        let mut request = format!("{method} {target} HTTP/1.1\r\n");
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            request += "host: localhost\r\n";
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            request += &format!("content-length: {}\r\n", body.len());
        }
        request += "\r\n";
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        self.stream.get_mut().write_all(&bytes)
    }

    /// Waits for the answer to the last request.
    ///
    /// # Errors
    /// Returns an error if no answer arrives or it is malformed.
    pub fn receive(&mut self, method: &str) -> io::Result<Answer> {
        let head = self.receive_head()?;
        let status = head.status().ok_or_else(|| bad(&head.first))?;
        let body = match (method, status) {
            ("HEAD", _) | (_, 100..=199 | 204 | 304) => Vec::new(),
            _ => read_body(&mut self.stream, &head, true)?,
        };
        Ok(Answer {
            status,
            headers: head.headers,
            body,
        })
    }

    /// Waits for the head of the answer to the last request. Its body follows.
    ///
    /// # Errors
    /// Returns an error if no answer arrives or it is malformed.
    pub fn receive_head(&mut self) -> io::Result<Head> {
        let head = Head::read(&mut self.stream)?;
        head.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// The body of the answer whose head was received, if it is chunked.
    pub fn chunks(&mut self) -> Chunks<&mut BufReader<TcpStream>> {
        Chunks::new(&mut self.stream)
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// Returns the errors of [`Self::send`] and [`Self::receive`].
    pub fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        self.send(method, target, headers, body)?;
        self.receive(method)
    }
}

impl Head {
    /// Reads the head of the next message, or `None` at the end of the stream.
    ///
    /// # Errors
    /// Returns an error if the head is malformed.
    pub fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim_end().to_owned();
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let mut lines = lines.into_iter();
        let first = lines.next().ok_or_else(|| bad("an empty head"))?;
        let pair = |line: String| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let headers = lines.filter_map(pair).collect();
        Ok(Some(Self { first, headers }))
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The status, if this is the head of an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.first.split(' ').nth(1)?.parse().ok()
    }
}

impl Answer {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Reads the body after a head. If the head announces no length, reads `to_the_end` of the stream, or nothing.
///
/// # Errors
/// Returns an error if the body ends too early or its chunks are malformed.
pub fn read_body(from: &mut impl BufRead, head: &Head, to_the_end: bool) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if head
        .header("transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    {
        Chunks::new(from).read_to_end(&mut body)?;
        return Ok(body);
    }
    if let Some(length) = head.header("content-length") {
        let length: u64 = length.parse().map_err(|_| bad(length))?;
        if from.take(length).read_to_end(&mut body)? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    } else if to_the_end {
        from.read_to_end(&mut body)?;
    }
    Ok(body)
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}
