//! The error for a single setting.

use std::fmt;

/// A setting that cannot be used. It never contains the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting {
    /// The name that the user used: a flag, an environment variable, or a name in `.env`.
    pub name: String,
    /// The problem, followed by the expected value.
    pub problem: String,
}

impl BadSetting {
    pub(super) fn new(name: impl Into<String>, problem: impl Into<String>) -> Self {
        BadSetting {
            name: name.into(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.problem)
    }
}
