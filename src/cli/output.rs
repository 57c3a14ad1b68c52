//! Standard output.

use std::io::{self, ErrorKind, Write};

use super::Failure;

/// Prints the text unchanged. A reader that closes the pipe early, as `head` does, is not a failure.
///
/// # Errors
/// Returns a [`Failure`] when standard output cannot be written.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::general(format_args!(
            "cannot write to standard output: {error}"
        ))),
        Ok(()) | Err(_) => Ok(()),
    }
}
