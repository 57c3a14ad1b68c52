//! Failures of commands: an exit code for each kind, from `sysexits.h` where possible, and a line on stderr for each
//! problem.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::config::BadSetting;

/// The failure of a command. `main` prints it and exits with its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// Creates a failure with exit code 1, for any other problem.
    pub fn general(message: impl fmt::Display) -> Self {
        Failure::new(1, message)
    }

    /// Creates a failure with exit code 2: the arguments are wrong.
    pub fn usage(message: impl fmt::Display) -> Self {
        Failure::new(2, message)
    }

    /// Creates a failure with exit code 65 (`EX_DATAERR`): an input file is malformed.
    pub fn data(message: impl fmt::Display) -> Self {
        Failure::new(65, message)
    }

    /// Creates a failure with exit code 69 (`EX_UNAVAILABLE`): the database cannot be reached or refuses the
    /// connection.
    pub fn unavailable(message: impl fmt::Display) -> Self {
        Failure::new(69, message)
    }

    /// Creates a failure with exit code 78 (`EX_CONFIG`): settings are wrong. The failure lists all of them.
    pub fn settings(bad: &[BadSetting]) -> Self {
        Failure::new(
            78,
            bad.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        )
    }

    /// Creates a failure with exit code 130: the user or the system requested a stop. Everything done so far is
    /// complete.
    pub fn interrupted(message: impl fmt::Display) -> Self {
        Failure::new(130, message)
    }

    /// Returns the exit code.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Prints the failure to stderr and returns the exit code.
    pub fn report(&self) -> ExitCode {
        // A closed stderr must not change the exit code.
        let _ = writeln!(io::stderr(), "{self}");
        ExitCode::from(self.code)
    }

    fn new(code: u8, message: impl fmt::Display) -> Self {
        Failure {
            code,
            message: message.to_string(),
        }
    }
}

/// Writes `error: …`, one line for each problem.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self
            .message
            .lines()
            .map(|line| format!("error: {}", line.trim_end()));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bad_setting_has_a_line() {
        let bad = ["PORT", "RUST_LOG"].map(|name| BadSetting {
            name: name.to_owned(),
            problem: "is wrong".to_owned(),
        });
        let failure = Failure::settings(&bad);
        assert_eq!(
            failure.to_string(),
            "error: PORT: is wrong\nerror: RUST_LOG: is wrong"
        );
        assert_eq!(failure.code(), 78);
    }
}
