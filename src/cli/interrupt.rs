//! Ctrl-C and SIGTERM: a long command polls between its transactions and stops where everything is whole. Who asks a second
//! time does not wait; then the database rolls back what was open. SIGHUP is left alone, so that `nohup` works.

use std::io::{self, Write};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures_util::future::select;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Failure;

const CODE: i32 = 130;

/// Whether somebody asked to stop. Clones share the answer.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes over SIGINT and SIGTERM for the rest of the process. Not where the web server handles them.
    pub fn install() -> Result<Self, Failure> {
        let interrupt = Interrupt::default();
        let handler = interrupt.clone();
        let listened = listen().and_then(|(runtime, int, term)| {
            let thread = thread::Builder::new().name("interrupt".to_owned());
            thread.spawn(move || runtime.block_on(handler.wait(int, term)))
        });
        listened
            .map_err(|error| Failure::general(format_args!("cannot handle Ctrl-C: {error}")))?;
        Ok(interrupt)
    }

    /// Whether to stop.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Fails with exit code 130 if it is time to stop; for `?` between two transactions.
    pub fn check(&self) -> Result<(), Failure> {
        if self.is_set() {
            Err(Failure::interrupted(
                "interrupted; what was done so far is complete",
            ))
        } else {
            Ok(())
        }
    }

    /// Asks to stop, as a signal does. Tells whether somebody had asked before.
    pub fn trigger(&self) -> bool {
        self.0.swap(true, Ordering::SeqCst)
    }

    async fn wait(self, mut int: Signal, mut term: Signal) {
        loop {
            select(pin!(int.recv()), pin!(term.recv())).await;
            if self.trigger() {
                std::process::exit(CODE);
            }
            // Nobody may be there to read it.
            let _ = writeln!(
                io::stderr(),
                "stopping after the current step; once more stops at once"
            );
        }
    }
}

/// Registers before the thread runs, so that no signal falls between.
fn listen() -> io::Result<(Runtime, Signal, Signal)> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let (int, term) = {
        let _inside = runtime.enter();
        (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        )
    };
    Ok((runtime, int, term))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clone_learns_that_it_is_time_to_stop() {
        let interrupt = Interrupt::default();
        let clone = interrupt.clone();
        assert_eq!(clone.check(), Ok(()));
        assert!(!interrupt.trigger());
        assert_eq!(clone.check().map_err(|failure| failure.code()), Err(130));
    }
}
