//! A receiver of webhooks, which accepts everything.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use limit::http::{Head, read_body};
use serde_json::Value;
use tribuna::timestamp::Timestamp;

use crate::Outcome;

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// The id of the delivery.
    pub id: String,
    /// The id of the post.
    pub post: String,
    /// The time of the change.
    pub changed: Timestamp,
    /// The time of its arrival.
    pub at: Instant,
}

/// The receiver, until the process ends.
pub struct Receiver {
    pub url: String,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Receiver {
    /// Starts it on a free port.
    pub fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}/", listener.local_addr()?);
        let messages = Arc::default();
        let shared = Arc::clone(&messages);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let messages = Arc::clone(&shared);
                thread::spawn(move || {
                    if let Err(error) = receive(stream, &messages) {
                        eprintln!("the receiver: {error}");
                    }
                });
            }
        });
        Ok(Self { url, messages })
    }

    /// Returns what has arrived, in the order of arrival.
    pub fn messages(&self) -> Vec<Message> {
        lock(&self.messages).clone()
    }
}

fn lock(messages: &Mutex<Vec<Message>>) -> MutexGuard<'_, Vec<Message>> {
    messages.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts the messages of a connection.
fn receive(mut stream: TcpStream, messages: &Mutex<Vec<Message>>) -> Outcome<()> {
    stream.set_nodelay(true)?;
    let mut from = BufReader::new(stream.try_clone()?);
    loop {
        let head = match Head::read(&mut from) {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(()),
            // The server was ended.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let body: Value = serde_json::from_slice(&read_body(&mut from, &head, false)?)?;
        let text = |value: &Value| {
            value
                .as_str()
                .map(str::to_owned)
                .ok_or("a member is missing")
        };
        let changed = text(&body["timestamp"])?.parse();
        let message = Message {
            id: head.header("webhook-id").ok_or("no id")?.to_owned(),
            post: text(&body["data"]["id"])?,
            changed: changed.map_err(|_| "no time")?,
            at: Instant::now(),
        };
        lock(messages).push(message);
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
    }
}

/// Returns the number of messages that arrived again.
pub fn repeated(messages: &[Message]) -> usize {
    let ids: BTreeSet<&str> = messages.iter().map(|one| one.id.as_str()).collect();
    messages.len() - ids.len()
}

/// Returns the number of messages that arrived after a message about a later change to the same post.
pub fn out_of_order(messages: &[Message]) -> usize {
    let mut last: BTreeMap<&str, Timestamp> = BTreeMap::new();
    let mut late = 0;
    for message in messages {
        let before = last.insert(&message.post, message.changed);
        late += usize::from(before.is_some_and(|before| before >= message.changed));
    }
    late
}
