//! The error for one setting.

use std::fmt;

/// A setting that cannot be used. It never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting {
    /// The setting as the user wrote it: a flag, an environment name, a name in `.env`.
    pub name: String,
    /// The problem and the expected value.
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
