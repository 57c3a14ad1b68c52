//! Tests of the worker.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::mpsc::Sender;

use super::*;

/// The maximum time for which a test waits for a job.
const PATIENCE: Duration = Duration::from_secs(10);

fn away() -> Error {
    Error::Unavailable("away".into())
}

/// Reports each run to the test, and does what the test specifies.
struct Fake<F> {
    turns: Sender<u32>,
    turn: u32,
    work: F,
}

impl<F: FnMut(u32, &Stop) -> Result<Duration> + Send + 'static> Job for Fake<F> {
    const NAME: &'static str = "fake";
    const GRACE: Duration = Duration::from_millis(200);

    fn run(&mut self, stop: &Stop) -> Result<Duration> {
        self.turn += 1;
        let _ = self.turns.send(self.turn);
        (self.work)(self.turn, stop)
    }
}

fn start<F>(work: F) -> (Workers, Receiver<u32>)
where
    F: FnMut(u32, &Stop) -> Result<Duration> + Send + 'static,
{
    let (turns, told) = channel();
    let job = Fake {
        turns,
        turn: 0,
        work,
    };
    (Workers::new().start(job).unwrap(), told)
}

#[test]
fn a_job_runs_when_it_wants_to() {
    let (workers, turns) = start(|turn, _| match turn {
        1 | 2 => Ok(Duration::ZERO),
        _ => Ok(Duration::MAX),
    });
    for turn in 1..=3 {
        assert_eq!(turns.recv_timeout(PATIENCE), Ok(turn));
    }
    drop(workers);
    assert!(turns.recv_timeout(PATIENCE).is_err(), "it has stopped");
}

#[test]
fn a_job_that_fails_or_panics_is_tried_again() {
    let (_workers, turns) = start(|turn, _| match turn {
        1 => Err(away()),
        2 => panic!("of the test"),
        _ => Ok(Duration::MAX),
    });
    for turn in 1..=3 {
        assert_eq!(turns.recv_timeout(PATIENCE), Ok(turn));
    }
}

#[test]
fn a_long_turn_ends_when_asked_to() {
    let (workers, turns) = start(|_, stop| {
        while !stop.is_requested() {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(Duration::MAX)
    });
    turns.recv_timeout(PATIENCE).unwrap();
    drop(workers);
    assert!(turns.recv_timeout(PATIENCE).is_err(), "it has stopped");
}

#[test]
fn a_turn_that_does_not_end_is_not_waited_for() {
    let (hold, held) = channel::<()>();
    let (workers, turns) = start(move |_, _| {
        let _ = held.recv();
        Ok(Duration::MAX)
    });
    turns.recv_timeout(PATIENCE).unwrap();
    let begun = Instant::now();
    drop(workers);
    assert!(begun.elapsed() < PATIENCE);
    drop(hold);
}

#[test]
fn failures_are_told_once_and_tried_less_and_less_often() {
    let mut failures = Failures::default();
    let longest = Duration::from_secs(1);
    let mut pauses = Vec::new();
    for turn in 0..6 {
        let (pause, news) = failures.count(Err(away()), longest);
        pauses.push(pause.as_millis());
        assert_eq!(matches!(news, Some(News::Fails(_))), turn == 0);
    }
    assert_eq!(pauses, [100, 200, 400, 800, 1000, 1000]);
    let (pause, news) = failures.count(Ok(Duration::from_secs(7)), longest);
    assert_eq!(pause, Duration::from_secs(7));
    assert!(matches!(news, Some(News::Recovers)));
    assert!(failures.count(Ok(Duration::ZERO), longest).1.is_none());
    assert!(failures.count(Err(away()), longest).1.is_some());
}
