//! The table of settings as Markdown, for `docs/settings.md` and the README.

use super::setting::{Default, Setting};
use super::settings::{LISTEN, PORT, SETTINGS};

/// The table, one row for each setting, with a newline at its end. The documentation holds it word for word; a test
/// compares.
pub fn markdown_table() -> String {
    let head = "| environment | flag | default | what it does | accepts |\n|---|---|---|---|---|\n"
        .to_owned();
    SETTINGS
        .iter()
        .fold(head, |table, setting| table + &row(setting))
}

/// The settings without a flag, for the end of the help.
pub fn secrets_help() -> String {
    let secrets = SETTINGS.iter().filter(|setting| setting.secret);
    let lines = secrets.map(|setting| {
        let file = setting.file_env().unwrap_or_default();
        let (env, doc, default) = (setting.env, setting.doc, setting.default_note());
        let accepts = setting.accepts;
        format!("  {env}, or in {file} the path of a file with it\n          {doc}\n          Takes {accepts}{default}")
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

fn row(setting: &Setting) -> String {
    let further = match setting.file_env() {
        Some(file) => format!(", `{file}`"),
        None if setting.env == LISTEN.env => format!(", `{PORT}`"),
        None => String::new(),
    };
    let flag = setting
        .flag()
        .map_or_else(|| "none".to_owned(), |flag| format!("`{flag}`"));
    let default = match setting.default {
        Default::Text(text) => format!("`{text}`"),
        Default::Computed(text) => text.to_owned(),
        Default::Nothing => "none".to_owned(),
    };
    format!(
        "| `{}`{further} | {flag} | {default} | {} | {} |\n",
        setting.env, setting.doc, setting.accepts
    )
}
