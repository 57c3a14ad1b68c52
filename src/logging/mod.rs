//! Logging to stderr with env_logger, as text for people or as one JSON object per line for machines. A record is
//! exactly one line without control characters, so that logged text cannot forge other lines.

use std::fmt;
use std::io::{self, Write};
use std::panic;

use env_logger::fmt::Formatter;
use env_logger::{Builder, Target};
use log::kv::{self, Key, VisitSource, VisitValue};
use log::{Level, Log, Metadata, Record, SetLoggerError};
use serde_json::{Map, Value};

use crate::config::LogFormat;

/// The members of a JSON line that key-value pairs must not replace. The key of such a pair gets the suffix `_`.
const RESERVED: [&str; 4] = ["ts", "level", "target", "msg"];

/// Starts logging. `filter` has the syntax of env_logger.
///
/// # Errors
/// Returns [`SetLoggerError`] if the process already has a logger.
pub fn init(format: LogFormat, filter: &str) -> Result<(), SetLoggerError> {
    let mut builder = Builder::new();
    builder.parse_filters(filter).target(Target::Stderr);
    match format {
        LogFormat::Text => builder.format(write_text),
        LogFormat::Json => builder.format(write_json),
    };
    let logger = builder.build();
    let most = logger.filter();
    log::set_boxed_logger(Box::new(Judging(logger)))?;
    log::set_max_level(most);
    if format == LogFormat::Json {
        panic::set_hook(Box::new(|panic| log::error!(target: "panic", "{panic}")));
    }
    Ok(())
}

/// A logger that writes the complaints of the HTTP library about connections at the level `debug`. Clients cause them:
/// whoever can connect could otherwise raise an alarm. The handler of a streamed body has logged its failure before, with
/// the id of the request.
struct Judging<L>(L);

impl<L: Log> Log for Judging<L> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        if !is_about_a_connection(record) {
            return self.0.log(record);
        }
        let metadata = Metadata::builder()
            .level(Level::Debug)
            .target(record.target())
            .build();
        let demoted = record.to_builder().metadata(metadata).build();
        if self.0.enabled(demoted.metadata()) {
            self.0.log(&demoted);
        }
    }

    fn flush(&self) {
        self.0.flush();
    }
}

/// Returns whether the record is about what passed on one connection.
fn is_about_a_connection(record: &Record<'_>) -> bool {
    record.level() <= Level::Warn && record.target().starts_with("actix_http::h1")
}

fn write_text(out: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    let time = out.timestamp_millis();
    let style = out.default_level_style(record.level());
    let level = record.level();
    writeln!(
        out,
        "{time} {style}{level:5}{style:#} {}",
        text_line(record)
    )
}

fn write_json(out: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    let time = out.timestamp_millis().to_string();
    writeln!(out, "{}", json_line(&time, record))
}

/// Returns the target, the message and the `key=value` pairs as one line.
fn text_line(record: &Record<'_>) -> String {
    let mut line = format!(
        "{}: {}",
        record.target(),
        OneLine(&record.args().to_string())
    );
    for (key, value) in pairs(record) {
        let value = match value {
            Value::String(text) if is_plain(&text) => text,
            other => other.to_string(),
        };
        line.push_str(&format!(" {}={}", OneLine(&key), OneLine(&value)));
    }
    line.trim_end().to_owned()
}

fn json_line(time: &str, record: &Record<'_>) -> String {
    let mut object = Map::new();
    object.insert("ts".to_owned(), time.into());
    object.insert("level".to_owned(), record.level().as_str().into());
    object.insert("target".to_owned(), record.target().into());
    object.insert("msg".to_owned(), record.args().to_string().into());
    for (key, value) in pairs(record) {
        let key = if RESERVED.contains(&key.as_str()) {
            format!("{key}_")
        } else {
            key
        };
        object.insert(key, value);
    }
    Value::Object(object).to_string()
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '='))
}

fn pairs(record: &Record<'_>) -> Vec<(String, Value)> {
    let mut pairs = Pairs(Vec::new());
    // This visitor never fails.
    let _ = record.key_values().visit(&mut pairs);
    pairs.0
}

struct Pairs(Vec<(String, Value)>);

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        let mut json = Json(Value::Null);
        value.visit(&mut json)?;
        self.0.push((key.as_str().to_owned(), json.0));
        Ok(())
    }
}

/// A value of a record as the closest JSON type. Values that JSON cannot express become strings.
struct Json(Value);

impl VisitValue<'_> for Json {
    fn visit_any(&mut self, value: kv::Value<'_>) -> Result<(), kv::Error> {
        self.0 = value.to_string().into();
        Ok(())
    }

    fn visit_null(&mut self) -> Result<(), kv::Error> {
        self.0 = Value::Null;
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), kv::Error> {
        self.0 = value.into();
        Ok(())
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), kv::Error> {
        self.0 = value.into();
        Ok(())
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), kv::Error> {
        self.0 = if value.is_finite() {
            value.into()
        } else {
            value.to_string().into()
        };
        Ok(())
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), kv::Error> {
        self.0 = value.into();
        Ok(())
    }
}

/// Text whose control characters are escaped.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Some viewers break lines at the Unicode line and paragraph separators.
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        self.0.chars().try_for_each(|c| {
            if breaks(c) {
                write!(f, "{}", c.escape_default())
            } else {
                write!(f, "{c}")
            }
        })
    }
}

#[cfg(test)]
mod tests;
