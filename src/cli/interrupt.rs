//! Ctrl-C and SIGTERM. A long command checks between transactions whether to stop. A second signal ends the process at
//! once, and the database rolls back the open transaction. SIGHUP is not handled, so that `nohup` works.

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

/// A request to stop, which all clones share.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Installs handlers of SIGINT and SIGTERM for the rest of the process. Not for `serve`, whose web server handles
    /// them.
    ///
    /// # Errors
    /// Returns a [`Failure`] when the handlers cannot be installed.
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

    /// Returns whether a stop was requested.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Checks between two transactions whether a stop was requested, for use with `?`.
    ///
    /// # Errors
    /// Returns a failure with exit code 130 if a stop was requested.
    pub fn check(&self) -> Result<(), Failure> {
        if self.is_set() {
            Err(Failure::interrupted(
                "interrupted; what was done so far is complete",
            ))
        } else {
            Ok(())
        }
    }

    /// Requests a stop, like a signal. Returns `true` if one was requested before.
    pub fn trigger(&self) -> bool {
        self.0.swap(true, Ordering::SeqCst)
    }

    async fn wait(self, mut int: Signal, mut term: Signal) {
        loop {
            select(pin!(int.recv()), pin!(term.recv())).await;
            if self.trigger() {
                std::process::exit(CODE);
            }
            // A closed stderr does not matter.
            let _ = writeln!(
                io::stderr(),
                "stopping after the current step; once more stops at once"
            );
        }
    }
}

/// Registers the handlers before the thread runs, so that no signal is lost in between.
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
