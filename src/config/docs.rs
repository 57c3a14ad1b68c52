//! The table of settings as Markdown, for `docs/settings.md` and the README.

use super::setting::{DefaultValue, Setting};
use super::settings;

/// Returns the table, with one row for each setting and a trailing newline. The documentation contains it verbatim,
/// which a test verifies.
pub fn markdown_table() -> String {
    let head = "| environment | flag | default | what it does | accepts |\n|---|---|---|---|---|\n"
        .to_owned();
    settings().fold(head, |table, setting| table + &row(setting))
}

/// Describes the settings without a flag, for the end of the help.
pub fn secrets_help() -> String {
    let secrets = settings().filter(|setting| setting.secret);
    let lines = secrets.map(|setting| {
        let file = setting.file_env().unwrap_or_default();
        let (env, doc, default) = (setting.env, setting.doc, setting.default_note());
        let accepts = setting.accepts;
        format!("  {env}, or {file} with the path of a file that contains the value\n          {doc}\n          Takes {accepts}{default}")
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

fn row(setting: &Setting) -> String {
    let further = setting
        .file_env()
        .or(setting.further_env.map(str::to_owned))
        .map_or_else(String::new, |name| format!(", `{name}`"));
    let flag = setting
        .flag()
        .map_or_else(|| "none".to_owned(), |flag| format!("`{flag}`"));
    let default = match setting.default {
        DefaultValue::Text(text) => format!("`{text}`"),
        DefaultValue::Written(text) => format!("`{}`", text()),
        DefaultValue::Computed(text) => text.to_owned(),
        DefaultValue::Nothing => "none".to_owned(),
    };
    format!(
        "| `{}`{further} | {flag} | {default} | {} | {} |\n",
        setting.env, setting.doc, setting.accepts
    )
}
