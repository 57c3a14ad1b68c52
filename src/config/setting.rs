//! A setting before it has a value: one row of the table of settings.

use std::fmt;

/// One row of the table of settings. Flags, the help, `tribuna config` and `docs/settings.md` come from it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The name of its flag without the dashes, and of its row in `tribuna config`.
    pub name: &'static str,
    /// Its environment name.
    pub env: &'static str,
    /// A further environment name that sets a part of it.
    pub further_env: Option<&'static str>,
    /// One sentence without a full stop.
    pub doc: &'static str,
    /// The accepted values.
    pub accepts: Accepts,
    /// The value when nobody sets it.
    pub default: DefaultValue,
    /// The heading of the help that it stands under.
    pub section: &'static str,
    /// Secrets have no flag (other users of the machine can read those), may come from a file, and are never shown.
    pub secret: bool,
}

/// The values a setting takes.
#[derive(Debug, Clone, Copy)]
pub enum Accepts {
    /// Text of a form that is described by the second member; the first names it in the help.
    Text(&'static str, &'static str),
    /// A whole number of the unit, from and up to.
    Whole(&'static str, u64, u64),
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// The value of a setting that nobody set.
#[derive(Debug, Clone, Copy)]
pub enum DefaultValue {
    /// This text, read like any other.
    Text(&'static str),
    /// Found out at start; described here.
    Computed(&'static str),
    /// No value.
    Nothing,
}

impl Setting {
    /// A row that says nothing yet: `settings!` fills it in.
    pub const BARE: Self = Self {
        name: "",
        env: "",
        further_env: None,
        doc: "",
        accepts: Accepts::OneOf(&[]),
        default: DefaultValue::Nothing,
        section: "",
        secret: false,
    };

    /// The environment name that holds the path of a file with the value; only secrets have one.
    pub fn file_env(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.env))
    }

    /// Its flag with the dashes; secrets have none.
    pub fn flag(&self) -> Option<String> {
        (!self.secret).then(|| format!("--{}", self.name))
    }

    /// ` [default: …]`, or nothing.
    pub fn default_note(&self) -> String {
        match self.default {
            DefaultValue::Text(text) | DefaultValue::Computed(text) => {
                format!(" [default: {text}]")
            }
            DefaultValue::Nothing => String::new(),
        }
    }

    /// The smallest and the largest number it takes.
    pub fn bounds(&self) -> (u64, u64) {
        match self.accepts {
            Accepts::Whole(_, least, most) => (least, most),
            Accepts::Text(..) | Accepts::OneOf(_) => (0, u64::MAX),
        }
    }
}

impl Accepts {
    /// The name of the value in the help.
    pub fn value_name(&self) -> &'static str {
        match self {
            Accepts::Text(name, _) => name,
            Accepts::Whole(..) => "N",
            Accepts::OneOf(_) => "WORD",
        }
    }
}

/// Completes "expected …".
impl fmt::Display for Accepts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Accepts::Text(_, form) => f.write_str(form),
            Accepts::Whole(unit, least, most) => {
                write!(f, "a whole number of {unit} from {least} to {most}")
            }
            Accepts::OneOf(words) => f.write_str(&words.join(" or ")),
        }
    }
}
