//! `tribuna health`: asks the server at the configured address whether it is ready. It serves containers, which have no
//! curl.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Failure;
use crate::config::Config;

/// The time limit of each step.
const PATIENCE: Duration = Duration::from_secs(3);

/// Succeeds if the server responds that it is ready.
///
/// # Errors
/// Returns a failure with exit code 69 if the server does not respond, or responds that it is not ready.
pub fn run(config: &Config) -> Result<(), Failure> {
    let address = reachable(config.server.listen);
    let status = ask(address)
        .map_err(|error| Failure::unavailable(format_args!("http://{address}: {error}")))?;
    if status.split_whitespace().nth(1) == Some("200") {
        return Ok(());
    }
    let status = status.trim_end();
    Err(Failure::unavailable(format_args!(
        "http://{address}/health/ready: {status}"
    )))
}

/// Returns the address to connect to. A server that listens on all addresses is reachable on the loopback address.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// Returns the first line of the response.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status)?;
    Ok(status)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::net::TcpListener;

    use super::*;

    /// Starts a server that sends one response. Returns its address.
    fn answering(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // The whole request is read, because closing the connection with unread data would reset it.
            let head = BufReader::new(&stream).lines().map(Result::unwrap);
            head.take_while(|line| !line.is_empty()).for_each(drop);
            stream.write_all(answer.as_bytes()).unwrap();
        });
        address
    }

    #[test]
    fn the_status_line_is_what_the_server_says() {
        let address = answering("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        assert_eq!(
            ask(address).unwrap(),
            "HTTP/1.1 503 Service Unavailable\r\n"
        );
    }

    #[test]
    fn a_server_on_all_addresses_is_asked_on_the_loopback_one() {
        assert_eq!(
            reachable("0.0.0.0:8080".parse().unwrap()).to_string(),
            "127.0.0.1:8080"
        );
        assert_eq!(
            reachable("[::]:80".parse().unwrap()).to_string(),
            "[::1]:80"
        );
        assert_eq!(
            reachable("10.0.0.1:80".parse().unwrap()).to_string(),
            "10.0.0.1:80"
        );
    }
}
