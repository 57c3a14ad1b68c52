//! A proxy between a cache and Tribuna. It passes requests on, records them, and can inject faults for some addresses.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use limit::http::{Answer, Head, ask, read_body};

/// The maximum time for which an answer is delayed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request from the cache, and Tribuna's answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub method: String,
    pub target: String,
    pub if_none_match: Option<String>,
    pub status: u16,
}

/// The faults that the proxy injects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Tribuna answers `503`: the database is unavailable.
    Unavailable,
    /// Nothing answers.
    Gone,
    /// The answer is delayed until the fault is removed.
    Slow,
}

#[derive(Clone)]
pub struct Tap {
    pub address: String,
    inside: Arc<Inside>,
}

struct Inside {
    origin: String,
    seen: Mutex<Vec<Exchange>>,
    /// Faults, each with a part of the addresses to which it applies.
    faults: Mutex<Vec<(String, Fault)>>,
    mended: Condvar,
}

impl Tap {
    pub fn open(origin: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let inside = Arc::new(Inside {
            origin: origin.to_owned(),
            seen: Mutex::default(),
            faults: Mutex::default(),
            mended: Condvar::new(),
        });
        let address = listener.local_addr().unwrap().to_string();
        let tap = Self {
            address,
            inside: Arc::clone(&inside),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inside = Arc::clone(&inside);
                // A cache that closes its connection is no error.
                thread::spawn(move || inside.pass(&stream).ok());
            }
        });
        tap
    }

    /// The exchanges whose address contains `part`.
    pub fn seen(&self, part: &str) -> Vec<Exchange> {
        let seen = self.inside.seen.lock().unwrap();
        seen.iter()
            .filter(|one| one.target.contains(part))
            .cloned()
            .collect()
    }

    /// The statuses of these exchanges.
    pub fn statuses(&self, part: &str) -> Vec<u16> {
        self.seen(part).iter().map(|one| one.status).collect()
    }

    /// Injects a fault for addresses that contain `part`.
    pub fn fail(&self, part: &str, fault: Fault) {
        self.inside
            .faults
            .lock()
            .unwrap()
            .push((part.to_owned(), fault));
    }

    pub fn mend(&self, part: &str) {
        self.inside
            .faults
            .lock()
            .unwrap()
            .retain(|(struck, _)| struck != part);
        self.inside.mended.notify_all();
    }
}

impl Inside {
    fn pass(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let Some(head) = Head::read(&mut reader)? else {
            return Ok(());
        };
        let body = read_body(&mut reader, &head, false)?;
        let mut words = head.first.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default().to_owned();
        let own = [
            "connection",
            "content-length",
            "transfer-encoding",
            "expect",
        ];
        let headers: Vec<(&str, &str)> = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| !own.contains(name))
            .collect();
        let answer = match self.fault(&target) {
            Some(Fault::Gone) => return Ok(()),
            Some(Fault::Unavailable) => unavailable(),
            Some(Fault::Slow) | None => ask(&self.origin, &method, &target, &headers, &body)?,
        };
        let if_none_match = head.header("if-none-match").map(str::to_owned);
        let status = answer.status;
        let seen = Exchange {
            method: method.clone(),
            target: target.clone(),
            if_none_match,
            status,
        };
        self.seen.lock().unwrap().push(seen);
        self.wait(&target);
        send(stream, &method, &answer)
    }

    fn fault(&self, target: &str) -> Option<Fault> {
        let faults = self.faults.lock().unwrap();
        let mut faults = faults.iter();
        let fault = faults.find(|(part, _)| target.contains(part.as_str()));
        fault.map(|(_, fault)| *fault)
    }

    fn wait(&self, target: &str) {
        let faults = self.faults.lock().unwrap();
        let slow = |faults: &mut Vec<(String, Fault)>| {
            faults
                .iter()
                .any(|(part, fault)| *fault == Fault::Slow && target.contains(part.as_str()))
        };
        drop(self.mended.wait_timeout_while(faults, PATIENCE, slow));
    }
}

fn unavailable() -> Answer {
    let headers = [
        ("cache-control", "no-store"),
        ("retry-after", "1"),
        ("content-type", "application/problem+json"),
    ];
    Answer {
        status: 503,
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        body: b"{\"status\":503}".to_vec(),
    }
}

fn send(mut stream: &TcpStream, method: &str, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Passed\r\nconnection: close\r\n", answer.status);
    let own = ["connection", "transfer-encoding", "content-length"];
    for (name, value) in &answer.headers {
        if !own.contains(&name.as_str()) || (method == "HEAD" && name == "content-length") {
            head += &format!("{name}: {value}\r\n");
        }
    }
    if method != "HEAD" && ![204, 304].contains(&answer.status) {
        head += &format!("content-length: {}\r\n", answer.body.len());
    }
    head += "\r\n";
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&answer.body);
    stream.write_all(&bytes)
}
