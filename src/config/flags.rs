//! The command-line flags. Each setting that is not secret has one, which is generated from the table of settings.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::setting::Setting;
use super::settings;

/// The flags that were given, by the name of their setting.
#[derive(Debug, Clone, Default)]
pub struct Flags(BTreeMap<&'static str, String>);

impl Flags {
    /// Returns the value of a flag.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        command.args(flagged().map(arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = flagged().filter_map(|setting| {
            Some((
                setting.name,
                matches.get_one::<String>(setting.name)?.clone(),
            ))
        });
        Ok(Flags(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

fn flagged() -> impl Iterator<Item = &'static Setting> {
    settings().filter(|setting| !setting.secret)
}

fn arg(setting: &Setting) -> Arg {
    // The short help of a command describes only the command.
    Arg::new(setting.name)
        .long(setting.name)
        .value_name(setting.accepts.value_name())
        .help(help(setting))
        .help_heading(setting.section)
        .action(ArgAction::Set)
        .allow_hyphen_values(true)
        .global(true)
        .hide_short_help(true)
}

fn help(setting: &Setting) -> String {
    let default = setting.default_note();
    format!(
        "{}\nTakes {}\n[env: {}]{default}",
        setting.doc, setting.accepts, setting.env
    )
}
