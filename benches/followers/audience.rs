//! The listeners to events: thousands of connections on one thread.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc as channels};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};

use crate::Outcome;

/// The maximum number of listeners that connect at the same time.
const AT_ONCE: usize = 100;
/// The files that the server and the benchmark open besides the connections.
const OTHER_FILES: usize = 200;
/// The bytes that a listener reads at once. The memory of the benchmark itself should stay small, too.
const BUFFER: usize = 2048;
const REQUEST: &str =
    "GET /v1/events HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n";

/// Refuses more listeners than this shell allows open files. The server inherits the limit.
pub fn check_open_files(listeners: usize) -> Outcome<()> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let row = limits
        .lines()
        .find_map(|row| row.strip_prefix("Max open files"));
    let soft = row.and_then(|row| row.split_whitespace().next());
    let needed = listeners + OTHER_FILES;
    match soft.and_then(|soft| soft.parse::<usize>().ok()) {
        Some(soft) if soft < needed => Err(format!(
            "{listeners} listeners need {needed} open files, and this shell allows {soft}: run `ulimit -n {needed}` before"
        )
        .into()),
        Some(_) | None => Ok(()),
    }
}

/// The events that have arrived.
#[derive(Default)]
pub struct Arrivals {
    /// The listener and the time, by the id of the item.
    by_item: HashMap<String, Vec<(usize, Instant)>>,
    count: usize,
    /// The number of listeners whose streams have ended.
    pub disconnected: usize,
}

impl Arrivals {
    /// Returns the listeners to whom an event of this item has arrived, with the times.
    pub fn of(&self, id: &str) -> &[(usize, Instant)] {
        self.by_item.get(id).map_or(&[], Vec::as_slice)
    }
}

/// All listeners, connected. They end when this value is dropped.
pub struct Audience {
    arrivals: Arc<Mutex<Arrivals>>,
    end: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Audience {
    /// Connects the listeners. Returns when all of them listen.
    pub fn gather(address: &str, listeners: usize) -> Outcome<Self> {
        let arrivals = Arc::new(Mutex::new(Arrivals::default()));
        let (end, ended) = oneshot::channel();
        let (gathered, is_gathered) = channels::channel();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (address, shared) = (address.to_owned(), Arc::clone(&arrivals));
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                let _ = gathered.send(connect(&address, listeners, &shared).await);
                let _ = ended.await;
            });
        });
        is_gathered.recv()??;
        Ok(Self {
            arrivals,
            end,
            thread,
        })
    }

    /// Returns the number of events that have arrived.
    pub fn count(&self) -> usize {
        lock(&self.arrivals).count
    }

    /// Ends the listeners, and returns what they have heard.
    pub fn end(self) -> Arrivals {
        let arrivals = std::mem::take(&mut *lock(&self.arrivals));
        // The thread waits for it, unless it has panicked.
        let _ = self.end.send(());
        let _ = self.thread.join();
        arrivals
    }
}

fn lock(arrivals: &Mutex<Arrivals>) -> MutexGuard<'_, Arrivals> {
    arrivals.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn connect(
    address: &str,
    listeners: usize,
    arrivals: &Arc<Mutex<Arrivals>>,
) -> io::Result<()> {
    let (ready, mut is_ready) = mpsc::unbounded_channel::<io::Result<()>>();
    let gone = || io::Error::other("a listener said nothing");
    for number in 0..listeners {
        if number >= AT_ONCE {
            is_ready.recv().await.ok_or_else(gone)??;
        }
        let (address, arrivals, ready) = (address.to_owned(), Arc::clone(arrivals), ready.clone());
        tokio::spawn(async move {
            let mut is_listening = false;
            let listening = || {
                is_listening = true;
                let _ = ready.send(Ok(()));
            };
            let ended = listen(&address, number, &arrivals, listening).await;
            let error = ended
                .err()
                .unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into());
            match is_listening {
                true => lock(&arrivals).disconnected += 1,
                false => drop(ready.send(Err(error))),
            }
        });
    }
    for _ in 0..listeners.min(AT_ONCE) {
        is_ready.recv().await.ok_or_else(gone)??;
    }
    Ok(())
}

/// Listens until the stream ends. Calls `listening` when the server has begun it.
async fn listen(
    address: &str,
    number: usize,
    arrivals: &Mutex<Arrivals>,
    mut listening: impl FnMut(),
) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(REQUEST.as_bytes()).await?;
    let mut stream = BufReader::with_capacity(BUFFER, stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    if !line.starts_with("HTTP/1.1 200 ") {
        return Err(io::Error::other(line));
    }
    // The head, the frames of chunks and the events all consist of lines. A chunk is never a part of an event.
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        if line.starts_with("retry:") {
            listening();
        } else if let Some(id) = item(&line) {
            let mut arrivals = lock(arrivals);
            let of_item = arrivals.by_item.entry(id.to_owned()).or_default();
            of_item.push((number, Instant::now()));
            arrivals.count += 1;
        }
    }
}

/// Returns the id of the item, if this is the line with an item.
fn item(line: &str) -> Option<&str> {
    let (_, rest) = line.strip_prefix("data: ")?.split_once(r#""id":""#)?;
    rest.split('"').next()
}
