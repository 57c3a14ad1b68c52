//! Errors in the input of a request, each with its location.

use std::fmt;

/// An error in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The location of the error.
    pub at: Location,
    /// A stable code in snake_case.
    pub code: &'static str,
    /// A description of the error and of the expected input.
    pub detail: String,
}

/// A location in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A JSON Pointer (RFC 6901) into the body.
    Pointer(String),
    /// A query parameter.
    Parameter(String),
    /// A request header.
    Header(&'static str),
}

impl Fault {
    /// Creates an error at a JSON Pointer into the body.
    pub fn pointer(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            at: Location::Pointer(pointer.into()),
            code,
            detail: detail.into(),
        }
    }

    /// Creates an error in a request header.
    pub fn header(name: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            at: Location::Header(name),
            code,
            detail: detail.into(),
        }
    }

    /// Creates an error for an id in the body that identifies no resource. `pointer` is a JSON Pointer.
    pub fn unknown(pointer: &str, what: &str) -> Self {
        let detail = format!("there is no such {what}");
        Self::pointer(pointer, "unknown_reference", detail)
    }

    /// Creates an error in a query parameter.
    pub fn parameter(
        name: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            at: Location::Parameter(name.into()),
            code,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Location::Pointer(at) | Location::Parameter(at) => write!(f, "{at}: {}", self.detail),
            Location::Header(at) => write!(f, "{at}: {}", self.detail),
        }
    }
}
