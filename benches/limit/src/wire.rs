//! HTTP/1.1 as plainly as it can be spoken: blocking, and everything that was sent can be looked at.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first line of a message, and its headers as they were sent.
#[derive(Debug, Clone)]
pub struct Head {
    /// The request line, or the status line.
    pub first: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, without the chunks' frames but coded as it came.
    pub body: Vec<u8>,
}

/// A connection on which one request follows the other.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

/// Asks once, on a connection of its own.
///
/// # Errors
/// When there is no connection or no answer that can be read.
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
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::with_capacity(64 * 1024, stream);
        Ok(Self { stream })
    }

    /// Sends a request and does not wait.
    ///
    /// # Errors
    /// When the other side is gone.
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

    /// Waits for the answer to what was sent.
    ///
    /// # Errors
    /// When none comes, or none that can be read.
    pub fn receive(&mut self, method: &str) -> io::Result<Answer> {
        let head = Head::read(&mut self.stream)?.ok_or(io::ErrorKind::UnexpectedEof)?;
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

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// As [`Self::send`] and [`Self::receive`].
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
    /// The next message's; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read.
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

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The status of an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.first.split(' ').nth(1)?.parse().ok()
    }
}

impl Answer {
    /// A header's value.
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

/// The body that follows a head; without a length of any kind it is `to_the_end`, or there is none.
///
/// # Errors
/// When it ends too early or its chunks cannot be read.
pub fn read_body(from: &mut impl BufRead, head: &Head, to_the_end: bool) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if head
        .header("transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    {
        loop {
            let mut line = String::new();
            from.read_line(&mut line)?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| bad(&line))?;
            let read = from.by_ref().take(size).read_to_end(&mut body)?;
            from.read_line(&mut line)?;
            if size == 0 {
                return Ok(body);
            }
            if read as u64 != size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
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
