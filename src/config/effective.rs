//! The effective value and the source of every setting, with secrets masked.

use std::fmt;

use serde::Serialize;

/// Every setting, in the order of the table. `Display` writes aligned columns; serialisation produces a list of
/// objects.
#[derive(Debug, Clone, Serialize)]
pub struct Effective(pub(super) Vec<EffectiveSetting>);

/// The effective value of one setting.
#[derive(Debug, Clone, Serialize)]
pub struct EffectiveSetting {
    /// The name of the setting.
    pub name: &'static str,
    /// The name of the environment variable.
    pub env: &'static str,
    /// The value, masked if it is secret; `None` if the setting has none.
    pub value: Option<String>,
    /// The source of the value, such as `flag --listen` or `default`.
    pub source: String,
}

impl Effective {
    /// Returns one row for each setting.
    pub fn rows(&self) -> &[EffectiveSetting] {
        &self.0
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |row: &EffectiveSetting| {
            row.value
                .clone()
                .filter(|value| !value.is_empty())
                .unwrap_or_else(|| "-".to_owned())
        };
        let rows = self
            .0
            .iter()
            .map(|row| (row.env, value(row), row.source.as_str()));
        let lines: Vec<_> = std::iter::once(("SETTING", "VALUE".to_owned(), "SOURCE"))
            .chain(rows)
            .collect();
        let first = lines
            .iter()
            .map(|(env, ..)| env.len())
            .max()
            .unwrap_or_default();
        let second = lines
            .iter()
            .map(|(_, value, _)| value.chars().count())
            .max()
            .unwrap_or_default();
        for (env, value, source) in lines {
            writeln!(f, "{env:first$}  {value:second$}  {source}")?;
        }
        Ok(())
    }
}
