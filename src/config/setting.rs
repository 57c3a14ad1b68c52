//! The description of a setting: one row of the table of settings.

use std::fmt;

/// A year in seconds: the longest lifetime that a setting accepts.
pub const YEAR: u64 = 31_536_000;

/// One row of the table of settings. The flags, the help, `tribuna config` and `docs/settings.md` are generated from
/// it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The name of the flag without the dashes, which is also the name in `tribuna config`.
    pub name: &'static str,
    /// The name of the environment variable.
    pub env: &'static str,
    /// An additional environment variable that sets a part of the value.
    pub further_env: Option<&'static str>,
    /// A description in one sentence, without a full stop.
    pub doc: &'static str,
    /// The accepted values.
    pub accepts: Accepts,
    /// The value of the setting if it is not set.
    pub default: DefaultValue,
    /// The heading in the help under which the setting is listed.
    pub section: &'static str,
    /// True if the value is secret. Secrets have no flag, because other users of the machine can read the flags of a
    /// process; they may be read from a file, and are never displayed.
    pub secret: bool,
}

/// The values that a setting accepts.
#[derive(Debug, Clone, Copy)]
pub enum Accepts {
    /// Text. The first member is the name of the value in the help, the second describes its format.
    Text(&'static str, &'static str),
    /// Text whose format a function describes. The first member is the name of the value in the help.
    Described(&'static str, fn() -> String),
    /// An integer, with its unit, minimum and maximum.
    Whole(&'static str, u64, u64),
    /// One of these words.
    OneOf(fn() -> Vec<&'static str>),
}

/// The default value of a setting.
#[derive(Debug, Clone, Copy)]
pub enum DefaultValue {
    /// A text, which is parsed like any other value.
    Text(&'static str),
    /// A text that a function writes, and that is parsed like any other value.
    Written(fn() -> String),
    /// A value that is computed at the start; this text describes it.
    Computed(&'static str),
    /// No value.
    Nothing,
}

impl Setting {
    /// An empty row, which `settings!` fills in.
    pub const BARE: Self = Self {
        name: "",
        env: "",
        further_env: None,
        doc: "",
        accepts: Accepts::OneOf(Vec::new),
        default: DefaultValue::Nothing,
        section: "",
        secret: false,
    };

    /// Returns the environment variable for the path of a file that contains the value; only secrets have one.
    pub fn file_env(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.env))
    }

    /// Returns the flag with the dashes; secrets have none.
    pub fn flag(&self) -> Option<String> {
        (!self.secret).then(|| format!("--{}", self.name))
    }

    /// Returns ` [default: …]`, or an empty string if there is no default.
    pub fn default_note(&self) -> String {
        match self.default {
            DefaultValue::Text(text) | DefaultValue::Computed(text) => {
                format!(" [default: {text}]")
            }
            DefaultValue::Written(text) => format!(" [default: {}]", text()),
            DefaultValue::Nothing => String::new(),
        }
    }

    /// Returns the smallest and the largest integer that the setting accepts.
    pub fn bounds(&self) -> (u64, u64) {
        match self.accepts {
            Accepts::Whole(_, least, most) => (least, most),
            Accepts::Text(..) | Accepts::Described(..) | Accepts::OneOf(_) => (0, u64::MAX),
        }
    }
}

impl Accepts {
    /// Returns the name of the value in the help.
    pub fn value_name(&self) -> &'static str {
        match self {
            Accepts::Text(name, _) | Accepts::Described(name, _) => name,
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
            Accepts::Described(_, form) => f.write_str(&form()),
            Accepts::Whole(unit, least, most) => {
                write!(f, "a whole number of {unit} from {least} to {most}")
            }
            Accepts::OneOf(words) => f.write_str(&words().join(" or ")),
        }
    }
}

/// The two words of a setting that is on or off.
pub fn true_or_false() -> Vec<&'static str> {
    vec!["true", "false"]
}

/// Joins words as in a sentence: `a, b and c`.
pub fn listed(words: impl IntoIterator<Item = &'static str>) -> String {
    let words: Vec<_> = words.into_iter().collect();
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => words.concat(),
    }
}
