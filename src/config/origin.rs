//! The sources of settings.

use std::fmt;

/// The kinds of sources, in ascending order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    Default,
    Dotenv,
    Environment,
    Flag,
}

/// The source of a value, as displayed by `tribuna config`.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub layer: Layer,
    pub name: String,
    pub file: Option<String>,
}

impl Origin {
    /// Returns the name as the user wrote it.
    pub fn written(&self) -> String {
        match self.layer {
            Layer::Dotenv => format!("{} in .env", self.name),
            Layer::Default | Layer::Environment | Layer::Flag => self.name.clone(),
        }
    }

    /// Returns the source of a default value.
    pub fn default() -> Self {
        Origin {
            layer: Layer::Default,
            name: String::new(),
            file: None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.layer, &self.file) {
            (_, Some(path)) => write!(f, "file {path} ({})", self.written()),
            (Layer::Default, None) => f.write_str("default"),
            (Layer::Dotenv, None) => f.write_str(".env"),
            (Layer::Environment, None) => write!(f, "environment {}", self.name),
            (Layer::Flag, None) => write!(f, "flag {}", self.name),
        }
    }
}
