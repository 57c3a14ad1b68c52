//! The database URL, whose scheme selects the database. A URL is accepted only if its password can be identified
//! unambiguously, so that it can be masked safely.

use std::fmt;
use std::path::PathBuf;

use super::Secret;

/// The database to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The path of a SQLite file. A relative path is resolved against the working directory.
    Sqlite(PathBuf),
    /// A PostgreSQL connection URL in the syntax of libpq.
    Postgres(Secret),
}

impl DatabaseUrl {
    /// Parses a database URL. The error completes "the value …" and quotes no part of the URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            Some(("sqlite", path)) => sqlite_path(path).map(DatabaseUrl::Sqlite),
            Some(("postgres" | "postgresql", rest)) => {
                check_postgres(rest)?;
                Ok(DatabaseUrl::Postgres(Secret::new(text)))
            }
            Some(_) => Err("is for a database that Tribuna does not support".to_owned()),
            None => Err("has no scheme such as sqlite:// or postgres://".to_owned()),
        }
    }
}

/// Shows the URL with its password masked.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => f.write_str(&masked(url.expose())),
        }
    }
}

fn sqlite_path(path: &str) -> Result<PathBuf, String> {
    let problem = match path {
        "" => "names no file",
        _ if path.contains(":memory:") => {
            "is in memory, where each connection would see another database; name a file"
        }
        _ if path.ends_with('/') => "names a folder; name a file in it",
        _ if path.contains('?') => "has parameters, which SQLite files do not take here",
        _ if path.contains('\0') => "holds a NUL character",
        _ => return Ok(PathBuf::from(path)),
    };
    Err(problem.to_owned())
}

fn check_postgres(rest: &str) -> Result<(), String> {
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    if tail.contains('@') || user.contains('@') {
        return Err("holds more than one @, or one after a / or ?; in a user, password or name write %40 for @, %2F for /, \
                    %3F for ?"
            .to_owned());
    }
    if rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("holds a space or control character; write it as %20 and so on".to_owned());
    }
    if !percent_encoded(rest) {
        return Err(
            "holds a % that two hexadecimal digits do not follow; write %25 for %".to_owned(),
        );
    }
    if !hosts.split(',').all(has_valid_port) {
        return Err("has a host whose port is not a number from 1 to 65535".to_owned());
    }
    Ok(())
}

fn percent_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        after
            .get(..2)
            .is_some_and(|digits| digits != "00" && digits.bytes().all(|b| b.is_ascii_hexdigit()))
    })
}

fn has_valid_port(host: &str) -> bool {
    let after_address = host.rsplit_once(']').map_or(host, |(_, port)| port);
    match after_address.rsplit_once(':') {
        Some((_, port)) => port.parse::<u16>().is_ok_and(|port| port > 0),
        None => true,
    }
}

fn masked(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (rest, query) = rest
        .split_once('?')
        .map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let rest = match rest.split_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:********@{host}"),
            None => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    let query = query.map(|query| {
        format!(
            "?{}",
            query
                .split('&')
                .map(masked_parameter)
                .collect::<Vec<_>>()
                .join("&")
        )
    });
    format!("{scheme}://{rest}{}", query.unwrap_or_default())
}

fn masked_parameter(pair: &str) -> String {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    let lower = key.to_ascii_lowercase();
    // A percent-encoded key might spell `password`, so it is treated as one.
    let secret = ["password", "secret", "%"]
        .iter()
        .any(|sign| lower.contains(sign));
    if secret && !value.is_empty() {
        format!("{key}=********")
    } else {
        pair.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sqlite_paths_are_relative_with_two_slashes_and_absolute_with_three() {
        assert_eq!(
            DatabaseUrl::parse("sqlite://data/t.db").unwrap(),
            DatabaseUrl::Sqlite("data/t.db".into())
        );
        assert_eq!(
            DatabaseUrl::parse("sqlite:///var/t.db").unwrap(),
            DatabaseUrl::Sqlite("/var/t.db".into())
        );
    }

    #[test]
    fn what_is_no_database_is_refused() {
        let bad = [
            "",
            "data/t.db",
            "sqlite:t.db",
            "sqlite://",
            "sqlite://:memory:",
            "sqlite://data/",
            "sqlite://t.db?mode=ro",
            "mysql://h/d",
        ];
        for text in bad {
            assert!(DatabaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_form_that_libpq_reads_is_accepted() {
        for text in [
            "postgres://h/d",
            "postgresql://",
            "postgres:///d?host=/var/run/postgresql",
            "postgres://u:p%40w@h1:5432,h2:5433/d?sslmode=require",
            "postgres://u@[::1]:5432/d",
            "postgres://u@%2Fvar%2Frun/d",
        ] {
            assert!(DatabaseUrl::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_password_that_could_be_taken_for_something_else_is_refused_unseen() {
        for text in [
            "postgres://u:HUSH@HUSH@h/d",
            "postgres://u:HUSH/HUSH@h/d",
            "postgres://u:HUSH?HUSH@h/d",
            "postgres://u:HUSH",
            "postgres://u:HU%SH@h/d",
            "postgres://u:HUSH HUSH@h/d",
        ] {
            let problem = DatabaseUrl::parse(text).unwrap_err();
            assert!(!problem.contains("HUSH"), "{problem}");
        }
    }

    #[test]
    fn shown_and_debugged_without_its_passwords() {
        let url = DatabaseUrl::parse("postgres://u:HUSH@h:5432/d?sslmode=require&password=HUSH&p%61ssword=HUSH&sslpassword=HUSH").unwrap();
        let shown = url.to_string();
        assert_eq!(
            shown,
            "postgres://u:********@h:5432/d?sslmode=require&password=********&p%61ssword=********&sslpassword=********"
        );
        assert!(!format!("{url:?}").contains("HUSH"));
        assert_eq!(
            DatabaseUrl::parse("postgres://u@h/d").unwrap().to_string(),
            "postgres://u@h/d"
        );
    }
}
