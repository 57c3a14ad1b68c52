//! Reads each setting from the source with the highest precedence, and records the effective values and all problems.

use std::fs::File;
use std::io::Read;
use std::time::Duration;

use super::effective::{Effective, EffectiveSetting};
use super::origin::{Layer, Origin};
use super::setting::{DefaultValue, Setting};
use super::setting_value::SettingValue;
use super::{BadSetting, Environment, Flags, parse};

/// The maximum length of a file with a secret. Without a limit, `/dev/zero` would exhaust the memory.
const LONGEST_FILE: u64 = 64 * 1024;

/// A value as the user wrote it, with its source.
pub(super) struct Found {
    pub text: String,
    pub origin: Origin,
}

/// Indicates a setting whose problem has been recorded.
#[derive(Debug)]
pub(super) struct Bad;

pub(super) struct SettingsReader<'a> {
    flags: &'a Flags,
    environment: &'a Environment,
    bad: Vec<BadSetting>,
    effective: Vec<EffectiveSetting>,
}

impl<'a> SettingsReader<'a> {
    pub fn new(flags: &'a Flags, environment: &'a Environment) -> Self {
        SettingsReader {
            flags,
            environment,
            bad: environment.bad_settings(),
            effective: Vec::new(),
        }
    }

    pub fn finish(self) -> (Effective, Vec<BadSetting>) {
        (Effective(self.effective), self.bad)
    }

    /// Calls the `read` function of a setting.
    pub fn apply<T>(
        &mut self,
        setting: &Setting,
        read: impl FnOnce(&mut Self, &Setting) -> Result<T, Bad>,
    ) -> Result<T, Bad> {
        read(self, setting)
    }

    /// Reads a setting whose default is a text.
    pub fn read<T: SettingValue>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Bad> {
        let found = self.find_or_default(setting)?;
        let value = self.parse(setting, &found, parse)?;
        self.show(setting, Some(&value), found.origin.to_string());
        Ok(value)
    }

    /// Reads a setting whose default is computed at the start.
    pub fn read_or<T: SettingValue>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, String>,
        default: impl FnOnce() -> Result<T, Bad>,
    ) -> Result<T, Bad> {
        let (value, origin) = match self.find(setting)? {
            Some(found) => (self.parse(setting, &found, parse)?, found.origin),
            None => (default()?, Origin::default()),
        };
        self.show(setting, Some(&value), origin.to_string());
        Ok(value)
    }

    /// Reads a setting that may have no value.
    pub fn read_optional<T: SettingValue>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Bad> {
        let (value, origin) = match self.find(setting)? {
            Some(found) => (Some(self.parse(setting, &found, parse)?), found.origin),
            None => (None, Origin::default()),
        };
        self.show(setting, value.as_ref(), origin.to_string());
        Ok(value)
    }

    /// Reads a setting that is empty by default.
    pub fn read_or_empty<T: SettingValue + Default>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Bad> {
        let value = self.read_optional(setting, parse)?;
        Ok(value.unwrap_or_default())
    }

    /// Reads an integer within the bounds of the setting.
    pub fn whole<T: SettingValue + TryFrom<u64>>(&mut self, setting: &Setting) -> Result<T, Bad> {
        self.read(setting, |text| parse::whole(setting, text))
    }

    /// Reads an integer number of seconds within the bounds of the setting.
    pub fn seconds(&mut self, setting: &Setting) -> Result<Duration, Bad> {
        self.read(setting, |text| {
            parse::whole(setting, text).map(Duration::from_secs)
        })
    }

    /// Returns the value as the user wrote it, or the text of the default.
    pub fn find_or_default(&mut self, setting: &Setting) -> Result<Found, Bad> {
        let default = match setting.default {
            DefaultValue::Text(text) => text.to_owned(),
            DefaultValue::Written(text) => text(),
            DefaultValue::Computed(_) | DefaultValue::Nothing => String::new(),
        };
        let found = self.find(setting)?;
        Ok(found.unwrap_or_else(|| Found {
            text: default,
            origin: Origin::default(),
        }))
    }

    /// Returns the value of an additional environment variable, which has neither a flag nor a row in the table.
    pub fn find_name(&mut self, name: &str) -> Result<Option<Found>, Bad> {
        for layer in [Layer::Environment, Layer::Dotenv] {
            let origin = Origin {
                layer,
                name: name.to_owned(),
                file: None,
            };
            if let Some(text) = self.get(&origin)? {
                return Ok(Some(Found { text, origin }));
            }
        }
        Ok(None)
    }

    /// Parses a value. Records the problem, in the terms of the setting, if that fails.
    pub fn parse<T>(
        &mut self,
        setting: &Setting,
        found: &Found,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Bad> {
        parse(&found.text).map_err(|problem| {
            // A URL with a user part may contain a password even if the setting does not expect one.
            let hidden = setting.secret || (found.text.contains("://") && found.text.contains('@'));
            let value = if hidden {
                "the value".to_owned()
            } else {
                format!("{:?}", found.text)
            };
            let expected = match problem.ends_with('?') {
                true => " Expected ",
                false => "; expected ",
            };
            self.refuse(
                &found.origin,
                format!("{value} {problem}{expected}{}", setting.accepts),
            )
        })
    }

    /// Records a problem.
    pub fn refuse(&mut self, origin: &Origin, problem: impl Into<String>) -> Bad {
        self.bad.push(BadSetting::new(origin.written(), problem));
        Bad
    }

    /// Records that one of two settings is missing. Both are given by their environment names.
    pub fn miss(&mut self, missing: &str, given: &str) -> Bad {
        let problem = format!("is missing, though {given} is set; set both or neither");
        self.bad.push(BadSetting::new(missing, problem));
        Bad
    }

    /// Records the effective value.
    pub fn show<T: SettingValue>(&mut self, setting: &Setting, value: Option<&T>, source: String) {
        let value = value.map(SettingValue::display);
        self.effective.push(EffectiveSetting {
            name: setting.name,
            env: setting.env,
            value,
            source,
        });
    }

    fn find(&mut self, setting: &Setting) -> Result<Option<Found>, Bad> {
        if let Some(text) = self.flags.get(setting.name) {
            let name = format!("--{}", setting.name);
            return Ok(Some(Found {
                text: text.trim().to_owned(),
                origin: Origin {
                    layer: Layer::Flag,
                    name,
                    file: None,
                },
            }));
        }
        for layer in [Layer::Environment, Layer::Dotenv] {
            if let Some(found) = self.find_in(layer, setting)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn find_in(&mut self, layer: Layer, setting: &Setting) -> Result<Option<Found>, Bad> {
        let direct = Origin {
            layer,
            name: setting.env.to_owned(),
            file: None,
        };
        let text = self.get(&direct)?;
        let Some(file_env) = setting.file_env() else {
            return Ok(text.map(|text| Found {
                text: text.trim().to_owned(),
                origin: direct,
            }));
        };
        let by_file = Origin {
            layer,
            name: file_env,
            file: None,
        };
        match (text, self.get(&by_file)?) {
            (Some(_), Some(_)) => Err(self.refuse(
                &by_file,
                format!("is set together with {}; set only one of them", setting.env),
            )),
            (Some(text), None) => Ok(Some(Found {
                text,
                origin: direct,
            })),
            (None, Some(path)) => match read_file(&path) {
                Ok(text) => Ok(Some(Found {
                    text,
                    origin: Origin {
                        file: Some(path),
                        ..by_file
                    },
                })),
                Err(problem) => Err(self.refuse(&by_file, format!("the file {path:?} {problem}"))),
            },
            (None, None) => Ok(None),
        }
    }

    fn get(&mut self, origin: &Origin) -> Result<Option<String>, Bad> {
        self.environment
            .get(origin.layer, &origin.name)
            .map_err(|problem| self.refuse(origin, problem))
    }
}

fn read_file(path: &str) -> Result<String, String> {
    let mut text = String::new();
    let read =
        File::open(path).and_then(|file| file.take(LONGEST_FILE + 1).read_to_string(&mut text));
    let length = read.map_err(|error| format!("cannot be read: {error}"))?;
    if u64::try_from(length).is_ok_and(|length| length > LONGEST_FILE) {
        return Err(format!("is longer than {LONGEST_FILE} bytes"));
    }
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err("is empty".to_owned()),
        value => Ok(value.to_owned()),
    }
}
