//! Ctrl-C and SIGTERM: a long command polls between its transactions and stops where everything is whole. Who asks a second
//! time does not wait; then the database rolls back what was open.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Failure;

const CODE: i32 = 130;

/// Whether somebody asked to stop. Clones share the answer.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes over SIGINT, SIGTERM and SIGHUP. Once in a process, and not where the web server handles them.
    pub fn install() -> Result<Self, Failure> {
        let interrupt = Interrupt::default();
        let handled = interrupt.clone();
        let installed = ctrlc::try_set_handler(move || {
            if handled.0.swap(true, Ordering::SeqCst) {
                std::process::exit(CODE);
            }
            eprintln!("stopping after the current step; once more stops at once");
        });
        installed
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

    /// Asks to stop, as a signal does.
    pub fn trigger(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clone_learns_that_it_is_time_to_stop() {
        let interrupt = Interrupt::default();
        let clone = interrupt.clone();
        assert_eq!(clone.check(), Ok(()));
        interrupt.trigger();
        assert_eq!(clone.check().map_err(|failure| failure.code()), Err(130));
    }
}
