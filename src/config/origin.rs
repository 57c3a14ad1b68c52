//! The places a setting may come from, and the one it does come from.

use std::fmt;

/// Where a value may come from, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    Default,
    Dotenv,
    Environment,
    Flag,
}

/// Where a value does come from. Shown as the source in `tribuna config`.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub layer: Layer,
    pub name: String,
    pub file: Option<String>,
}

impl Origin {
    /// The name as the user wrote it.
    pub fn written(&self) -> String {
        match self.layer {
            Layer::Dotenv => format!("{} in .env", self.name),
            Layer::Default | Layer::Environment | Layer::Flag => self.name.clone(),
        }
    }

    /// Where a value comes from that nobody gave.
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
