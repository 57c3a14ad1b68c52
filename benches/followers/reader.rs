//! A reader of a list, alone or beside something else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use limit::http::Connection;
use tribuna::cli::Interrupt;

use crate::Outcome;
use crate::harness::site::Site;
use crate::times::Times;

/// The list.
pub const LIST: &str = "/v1/posts";
/// The pause between two requests. The reader asks whether it is answered, and is no load.
const PAUSE: Duration = Duration::from_millis(10);

/// Measures the list while `work` runs. A response that is an error ends the benchmark.
pub fn beside<T>(site: &Site, work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Times)> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut client = Connection::open(&site.address)?;
            let mut times = Vec::new();
            while !over.load(Ordering::Relaxed) {
                times.push(timed(&mut client, LIST, &[], 200)?);
                thread::sleep(PAUSE);
            }
            Times::new(times)
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        let times = reading.join().map_err(|_| "the reader panicked")?;
        Ok((done?, times?))
    })
}

/// Measures the list for some seconds.
pub fn during(site: &Site, seconds: u64, interrupt: &Interrupt) -> Outcome<Times> {
    let ((), times) = beside(site, || wait(Duration::from_secs(seconds), interrupt))?;
    Ok(times)
}

/// Waits for some time.
pub fn wait(time: Duration, interrupt: &Interrupt) -> Outcome<()> {
    let begun = Instant::now();
    while begun.elapsed() < time {
        interrupt.check().map_err(|_| "interrupted")?;
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Sends a request, and returns the time until its response has arrived. Another status is an error.
pub fn timed(
    client: &mut Connection,
    target: &str,
    headers: &[(&str, &str)],
    status: u16,
) -> Outcome<Duration> {
    let begun = Instant::now();
    let answer = client.ask("GET", target, headers, b"")?;
    let took = begun.elapsed();
    match answer.status == status {
        true => Ok(took),
        false => Err(format!("{target}: {} {}", answer.status, answer.text()).into()),
    }
}
