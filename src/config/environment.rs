//! The environment and the `.env` file as plain values, so that tests can supply their own and nothing is written to
//! the environment of the process. An empty value counts as absent, because Compose files pass unset variables that
//! way.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;

use super::origin::Layer;
use super::{BadSetting, dotenv, settings};

const PREFIX: &str = "TRIBUNA_";

/// The sources of settings other than the command line.
#[derive(Debug, Default)]
pub struct Environment {
    process: BTreeMap<String, OsString>,
    dotenv: BTreeMap<String, String>,
    bad: Vec<BadSetting>,
}

impl Environment {
    /// Reads the environment of this process and the `.env` file in the working directory.
    pub fn of_process() -> Self {
        let process =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        match std::fs::read_to_string(".env") {
            Ok(content) => Environment::new(process, &content),
            Err(error) => {
                let mut environment = Environment::new(process, "");
                if error.kind() != ErrorKind::NotFound {
                    environment
                        .bad
                        .push(BadSetting::new(".env", format!("cannot be read: {error}")));
                }
                environment
            }
        }
    }

    /// Creates an environment from variables and the content of a `.env` file.
    pub fn new(process: impl IntoIterator<Item = (String, OsString)>, dotenv: &str) -> Self {
        let mut environment = Environment {
            process: process.into_iter().collect(),
            ..Environment::default()
        };
        (environment.dotenv, environment.bad) = dotenv::parse(dotenv);
        environment
    }

    /// Returns the problems of the environment itself: malformed lines, and unknown names with the prefix of settings.
    pub(super) fn bad_settings(&self) -> Vec<BadSetting> {
        let process = self
            .process
            .iter()
            .filter(|(name, value)| !is_service_link(name, value))
            .map(|(name, _)| (name, ""));
        let dotenv = self.dotenv.keys().map(|name| (name, " in .env"));
        let unknown = process
            .chain(dotenv)
            .filter(|(name, _)| name.starts_with(PREFIX) && !is_known(name));
        let unknown = unknown.map(|(name, place)| {
            BadSetting::new(
                format!("{name}{place}"),
                match nearest(name) {
                    Some(nearest) => format!("is not a setting; the nearest is {nearest}"),
                    None => "is not a setting".to_owned(),
                },
            )
        });
        self.bad.iter().cloned().chain(unknown).collect()
    }

    /// Returns the value of a variable in one layer. The error describes what is wrong with the value.
    pub(super) fn get(&self, layer: Layer, name: &str) -> Result<Option<String>, String> {
        let value = match layer {
            Layer::Environment => match self.process.get(name) {
                Some(value) => Some(value.to_str().ok_or("is not valid UTF-8")?.to_owned()),
                None => None,
            },
            Layer::Dotenv => self.dotenv.get(name).cloned(),
            Layer::Default | Layer::Flag => None,
        };
        Ok(value.filter(|value| !value.is_empty()))
    }
}

fn is_known(name: &str) -> bool {
    settings().any(|setting| setting.env == name || setting.file_env().as_deref() == Some(name))
}

/// Returns whether Kubernetes or Docker set the variable: for a service called "tribuna" they set variables that start
/// with the prefix of settings.
fn is_service_link(name: &str, value: &OsString) -> bool {
    let value = value.to_string_lossy();
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || ["tcp://", "udp://", "sctp://"]
            .iter()
            .any(|scheme| value.starts_with(scheme))
        || ["_TCP_", "_UDP_", "_SCTP_"]
            .iter()
            .any(|part| name.contains("_PORT_") && name.contains(part))
}

/// Returns the setting that was probably meant: of those that share a word or more than half of their letters with `name`,
/// the one that is most alike.
fn nearest(name: &str) -> Option<String> {
    let bare = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
    let name = bare(name);
    let words: Vec<&str> = name.split('_').filter(|word| word.len() > 2).collect();
    let shares_a_word = |known: &str| known.split('_').any(|word| words.contains(&word));
    let envs = settings().map(|setting| setting.env.to_owned());
    let files = settings().filter_map(|setting| setting.file_env());
    let further = settings().filter_map(|setting| setting.further_env.map(str::to_owned));
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(&bare(known), &name);
    envs.chain(files)
        .chain(further)
        .filter(|known| likeness(known) > 0.5 || shares_a_word(&bare(known)))
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn process(vars: &[(&str, &str)]) -> Environment {
        Environment::new(
            vars.iter()
                .map(|(name, value)| ((*name).to_owned(), OsString::from(value))),
            "",
        )
    }

    fn dotenv(content: &str) -> Environment {
        Environment::new([], content)
    }

    fn complaints(environment: &Environment) -> Vec<String> {
        environment
            .bad_settings()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest_one() {
        let nearest = |name: &str| {
            complaints(&process(&[(name, "x")]))[0]
                .rsplit_once(' ')
                .unwrap()
                .1
                .to_owned()
        };
        assert_eq!(nearest("TRIBUNA_LISTN"), "TRIBUNA_LISTEN");
        assert_eq!(nearest("TRIBUNA_DATABASE_URL"), "DATABASE_URL");
        assert_eq!(nearest("TRIBUNA_PORT"), "PORT");
        assert_eq!(
            nearest("TRIBUNA_ADMIN_PASSWORD_FIEL"),
            "TRIBUNA_ADMIN_PASSWORD_FILE"
        );
        assert_eq!(nearest("TRIBUNA_LOG_FILTER"), "TRIBUNA_LOG_FORMAT");
        for name in ["TRIBUNA_ZORK", "TRIBUNA_X", "TRIBUNA_", "TRIBUNA_QUUX_QUUX"] {
            let complaint = complaints(&process(&[(name, "1")])).join("");
            assert_eq!(complaint, format!("{name}: is not a setting"));
        }
    }

    #[test]
    fn an_unknown_name_in_dotenv_is_refused_and_other_names_are_not_ours() {
        assert_eq!(
            complaints(&dotenv("TRIBUNA_BODYLIMIT=1\nOTHER=2")),
            ["TRIBUNA_BODYLIMIT in .env: is not a setting; the nearest is TRIBUNA_BODY_LIMIT"]
        );
        assert!(complaints(&process(&[("HOME", "/root"), ("TRIBUNAL", "x")])).is_empty());
    }

    #[test]
    fn the_links_of_a_kubernetes_service_are_not_settings() {
        let links = [
            ("TRIBUNA_SERVICE_HOST", "10.0.0.1"),
            ("TRIBUNA_SERVICE_PORT_HTTP", "80"),
            ("TRIBUNA_PORT", "tcp://10.0.0.1:80"),
            ("TRIBUNA_PORT_80_TCP", "tcp://10.0.0.1:80"),
            ("TRIBUNA_PORT_80_TCP_PROTO", "tcp"),
            ("TRIBUNA_DB_PORT_5432_TCP_ADDR", "10.0.0.2"),
        ];
        assert!(complaints(&process(&links)).is_empty());
    }
}
