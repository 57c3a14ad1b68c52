//! Precedence, files, `.env`, the reporting of problems, and the masking of secrets, as a user sees them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;

use clap::{Args, Command, FromArgMatches};

use super::setting::DefaultValue;
use super::*;

fn env(vars: &[(&str, &str)]) -> Environment {
    env_and_dotenv(vars, "")
}

fn env_and_dotenv(vars: &[(&str, &str)], dotenv: &str) -> Environment {
    Environment::new(
        vars.iter()
            .map(|(name, value)| ((*name).to_owned(), OsString::from(value))),
        dotenv,
    )
}

fn flags(arguments: &[&str]) -> Flags {
    let command = Flags::augment_args(Command::new("tribuna").no_binary_name(true));
    Flags::from_arg_matches(&command.try_get_matches_from(arguments).unwrap()).unwrap()
}

fn load(arguments: &[&str], environment: &Environment) -> Config {
    Config::load(&flags(arguments), environment).unwrap().0
}

fn effective(
    arguments: &[&str],
    environment: &Environment,
    name: &str,
) -> (Option<String>, String) {
    let (_, effective) = Config::load(&flags(arguments), environment).unwrap();
    let row = effective.rows().iter().find(|row| row.env == name).unwrap();
    (row.value.clone(), row.source.clone())
}

fn problems(arguments: &[&str], environment: &Environment) -> Vec<String> {
    let bad = Config::load(&flags(arguments), environment).unwrap_err();
    bad.iter().map(ToString::to_string).collect()
}

fn secret_file(content: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

#[test]
fn without_settings_it_listens_locally_on_a_sqlite_file() {
    let config = load(&[], &env(&[]));
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.public_url.as_str(), "http://127.0.0.1:8080");
    assert_eq!(
        config.database.url,
        DatabaseUrl::Sqlite("data/tribuna.db".into())
    );
    assert_eq!(
        (config.database.pool, config.server.body_limit),
        (8, 2_097_152)
    );
    assert_eq!(
        (
            config.cache.max_age,
            config.cache.stale_while_revalidate,
            config.cache.stale_if_error
        ),
        (60, 600, 86_400)
    );
    assert_eq!(
        (
            config.accounts.access_token_ttl.as_secs(),
            config.accounts.refresh_token_ttl.as_secs()
        ),
        (600, 2_592_000)
    );
    assert_eq!(
        (config.log.format, config.log.filter.as_str()),
        (LogFormat::Text, "info")
    );
    assert!(
        config.server.workers >= 1
            && config.accounts.admin_email.is_none()
            && config.server.cors_origins.is_empty()
    );
}

#[test]
fn a_flag_beats_the_environment_which_beats_dotenv_which_beats_the_default() {
    let full = env_and_dotenv(&[("TRIBUNA_DATABASE_POOL", "2")], "TRIBUNA_DATABASE_POOL=3");
    let dotenv = env_and_dotenv(&[], "TRIBUNA_DATABASE_POOL=3");
    let name = "TRIBUNA_DATABASE_POOL";
    let given = |value: &str, source: &str| (Some(value.to_owned()), source.to_owned());
    assert_eq!(
        effective(&["--database-pool", "1"], &full, name),
        given("1", "flag --database-pool")
    );
    assert_eq!(
        effective(&[], &full, name),
        given("2", "environment TRIBUNA_DATABASE_POOL")
    );
    assert_eq!(effective(&[], &dotenv, name), given("3", ".env"));
    assert_eq!(effective(&[], &env(&[]), name), given("8", "default"));
}

#[test]
fn an_empty_variable_counts_as_absent_but_a_flag_is_taken_at_its_word() {
    assert_eq!(
        load(
            &[],
            &env(&[
                ("TRIBUNA_DATABASE_POOL", ""),
                ("PORT", ""),
                ("DATABASE_URL_FILE", "")
            ])
        )
        .database
        .pool,
        8
    );
    let origins = env(&[("TRIBUNA_CORS_ORIGINS", "https://a.org")]);
    assert!(
        load(&["--cors-origins", ""], &origins)
            .server
            .cors_origins
            .is_empty()
    );
    assert_eq!(problems(&["--listen", ""], &env(&[])).len(), 1);
}

#[test]
fn port_replaces_the_port_alone_unless_a_stronger_place_names_the_address() {
    let listen = |arguments: &[&str], environment: &Environment| {
        load(arguments, environment).server.listen.to_string()
    };
    assert_eq!(listen(&[], &env(&[("PORT", "5000")])), "127.0.0.1:5000");
    assert_eq!(
        listen(
            &[],
            &env(&[("PORT", "5000"), ("TRIBUNA_LISTEN", "0.0.0.0:80")])
        ),
        "0.0.0.0:5000"
    );
    assert_eq!(
        listen(&["--listen", "0.0.0.0:80"], &env(&[("PORT", "5000")])),
        "0.0.0.0:80"
    );
    assert_eq!(
        listen(
            &[],
            &env_and_dotenv(&[("TRIBUNA_LISTEN", "0.0.0.0:80")], "PORT=5000")
        ),
        "0.0.0.0:80"
    );
    assert_eq!(
        listen(&[], &env_and_dotenv(&[], "PORT=5000")),
        "127.0.0.1:5000"
    );
    assert_eq!(
        problems(&[], &env(&[("PORT", "http")])),
        ["PORT: \"http\" is not a port; expected a number from 0 to 65535"]
    );
    let (_, source) = effective(&[], &env(&[("PORT", "5000")]), "TRIBUNA_LISTEN");
    assert_eq!(source, "default, port from environment PORT");
}

#[test]
fn a_secret_may_come_from_a_file_without_its_last_newline() {
    let file = secret_file("postgres://u:HUSH@h/d\r\n");
    let path = file.path().to_str().unwrap();
    let environment = env_and_dotenv(
        &[("DATABASE_URL_FILE", path)],
        "DATABASE_URL=sqlite://weaker.db",
    );
    let DatabaseUrl::Postgres(url) = load(&[], &environment).database.url else {
        panic!("not the file's")
    };
    assert_eq!(url.expose(), "postgres://u:HUSH@h/d");
    let (value, source) = effective(&[], &environment, "DATABASE_URL");
    assert_eq!(value.unwrap(), "postgres://u:********@h/d");
    assert_eq!(source, format!("file {path} (DATABASE_URL_FILE)"));
}

#[test]
fn a_secret_and_its_file_exclude_each_other_and_the_file_must_hold_something() {
    let both = env(&[
        ("DATABASE_URL", "sqlite://a.db"),
        ("DATABASE_URL_FILE", "/nowhere"),
    ]);
    assert_eq!(
        problems(&[], &both),
        ["DATABASE_URL_FILE: is set together with DATABASE_URL; set only one of them"]
    );
    let missing = problems(&[], &env(&[("DATABASE_URL_FILE", "/nowhere/db")]));
    assert!(
        missing[0].starts_with("DATABASE_URL_FILE: the file \"/nowhere/db\" cannot be read: "),
        "{missing:?}"
    );
    let empty = secret_file("\n");
    assert!(
        problems(
            &[],
            &env(&[("DATABASE_URL_FILE", empty.path().to_str().unwrap())])
        )[0]
        .ends_with("is empty")
    );
    assert!(
        problems(&[], &env(&[("DATABASE_URL_FILE", "/dev/zero")]))[0].contains("is longer than")
    );
}

#[test]
fn every_bad_setting_is_told_at_once_as_it_was_written() {
    let environment = env_and_dotenv(
        &[
            ("TRIBUNA_DATABASE_POOL", "201"),
            ("TRIBUNA_LOG_FORMAT", "xml"),
            ("TRIBUNA_LISTN", "x"),
            ("RUST_LOG", "inof"),
        ],
        "TRIBUNA_BODY_LIMIT=2MB\nnonsense\n",
    );
    assert_eq!(
        problems(&["--listen", "localhost"], &environment),
        [
            ".env: line 2 is not NAME=value, or a quote in it stays open",
            "TRIBUNA_LISTN: is not a setting; the nearest is TRIBUNA_LISTEN",
            "--listen: \"localhost\" is not an IP address with a port; expected an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
            "TRIBUNA_BODY_LIMIT in .env: \"2MB\" is not a whole number; expected a whole number of bytes from 1024 to 67108864",
            "TRIBUNA_DATABASE_POOL: \"201\" is out of range; expected a whole number of connections from 1 to 200",
            "TRIBUNA_LOG_FORMAT: \"xml\" is unknown; expected text or json",
            "RUST_LOG: \"inof\" has \"inof\", which looks like the level info; expected levels (off, error, warn, info, debug, trace), \
         alone or per module, such as info,tribuna::access=off",
        ]
    );
}

#[test]
fn the_paths_of_the_site_are_checked_at_the_start_and_told_with_their_setting() {
    let set = |text| env(&[("TRIBUNA_SITE_PATHS", text)]);
    let config = load(&[], &set("post=/{slug}"));
    assert_eq!(config.site.paths.to_string(), "post=/{slug}");
    let none = load(&["--site-paths", ""], &set("post=/{slug}"));
    assert_eq!(none.site.paths, SitePaths::default());
    for (text, flaw) in [
        (
            "story=/{slug}",
            "has \"story=/{slug}\", which has an unknown kind",
        ),
        (
            "post=/{lang}",
            "has \"post=/{lang}\", which needs {slug} once",
        ),
        (
            "post=/{slug},post=/{lang}/{slug}",
            "has two patterns for post",
        ),
        (
            "tag=/{slug},post=/{slug}",
            "has patterns for tag and post that fit the same paths",
        ),
    ] {
        let expected = "kind=pattern for any of post, category, tag, author, organization and page, separated by commas, such as \
                        post=/{lang}/{slug},tag=/{lang}/tag/{slug}; {slug} is required, {lang} is not";
        let message = format!("{text:?} {flaw}; expected {expected}");
        let by_environment = problems(&[], &set(text));
        assert_eq!(by_environment, [format!("TRIBUNA_SITE_PATHS: {message}")]);
        let by_flag = problems(&["--site-paths", text], &env(&[]));
        assert_eq!(by_flag, [format!("--site-paths: {message}")]);
    }
}

#[test]
fn a_value_that_is_not_utf8_is_refused() {
    let name = "TRIBUNA_LISTEN".to_owned();
    let environment = Environment::new([(name, OsString::from_vec(vec![0xff]))], "");
    assert_eq!(
        problems(&[], &environment),
        ["TRIBUNA_LISTEN: is not valid UTF-8"]
    );
}

#[test]
fn the_first_admin_needs_both_an_address_and_a_password() {
    let email = ("TRIBUNA_ADMIN_EMAIL", "ada@example.org");
    let password = ("TRIBUNA_ADMIN_PASSWORD", "HUSH");
    let config = load(&[], &env(&[email, password]));
    assert_eq!(
        config.accounts.admin_email.as_deref(),
        Some("ada@example.org")
    );
    assert_eq!(config.accounts.admin_password.unwrap().expose(), "HUSH");
    assert!(problems(&[], &env(&[email]))[0].starts_with("TRIBUNA_ADMIN_PASSWORD: is missing"));
    assert!(problems(&[], &env(&[password]))[0].starts_with("TRIBUNA_ADMIN_EMAIL: is missing"));
    assert!(
        problems(&["--admin-email", "ada"], &env(&[password]))[0]
            .starts_with("--admin-email: \"ada\" is not an e-mail")
    );
}

#[test]
fn a_mail_server_needs_a_sender_and_a_folder_needs_neither() {
    let smtp = ("TRIBUNA_SMTP_URL", "smtps://u:HUSH@mail.example.org");
    let from = ("TRIBUNA_MAIL_FROM", "The Square <news@example.org>");
    let environment = env(&[smtp, from]);
    let (value, _) = effective(&[], &environment, "TRIBUNA_SMTP_URL");
    assert_eq!(value.unwrap(), "smtps://u:********@mail.example.org:465");
    assert!(!format!("{:?}", load(&[], &environment)).contains("HUSH"));
    let alone = problems(&[], &env(&[smtp]));
    assert!(
        alone[0].starts_with("TRIBUNA_MAIL_FROM: is missing, though TRIBUNA_SMTP_URL is set"),
        "{alone:?}"
    );
    for bad in ["news", "a@b.org, c@d.org", "Square news@example.org"] {
        let problem = problems(&["--mail-from", bad], &env(&[])).concat();
        assert!(problem.starts_with("--mail-from: "), "{problem}");
    }
    let folder = |url: &str| {
        let config = load(&[], &env(&[("DATABASE_URL", url)]));
        config.mail.folder(&config.database.url)
    };
    assert_eq!(
        folder("sqlite:///var/t/t.db").to_str(),
        Some("/var/t/outbox")
    );
    assert_eq!(folder("sqlite://t.db").to_str(), Some("outbox"));
    assert_eq!(folder("postgres://h/d").to_str(), Some("data/outbox"));
}

#[test]
fn secrets_show_neither_in_debug_nor_in_the_effective_settings_nor_in_problems() {
    let vars = [
        ("DATABASE_URL", "postgres://u:HUSH@h/d"),
        ("TRIBUNA_ADMIN_EMAIL", "ada@example.org"),
        ("TRIBUNA_ADMIN_PASSWORD", "HUSH"),
    ];
    let environment = env(&vars);
    let (config, effective) = Config::load(&flags(&[]), &environment).unwrap();
    let seen = format!(
        "{config:?}{effective:?}{effective}{}",
        serde_json::to_string(&effective).unwrap()
    );
    assert!(!seen.contains("HUSH"), "{seen}");
    assert!(seen.contains("postgres://u:********@h/d"), "{seen}");
    let bad = env(&[
        ("DATABASE_URL", "mysql://u:HUSH@h/d"),
        ("TRIBUNA_PUBLIC_URL", "https://u:HUSH@h"),
    ]);
    let bad = problems(&[], &bad);
    assert_eq!(bad.len(), 2);
    assert!(!bad.concat().contains("HUSH"), "{bad:?}");
}

#[test]
fn the_effective_settings_are_the_table_row_by_row_and_aligned() {
    let (_, effective) = Config::load(&flags(&[]), &env(&[])).unwrap();
    let envs: Vec<_> = effective.rows().iter().map(|row| row.env).collect();
    assert_eq!(
        envs,
        settings().map(|setting| setting.env).collect::<Vec<_>>()
    );
    for (row, setting) in effective.rows().iter().zip(settings()) {
        match setting.default {
            DefaultValue::Text(text) => assert_eq!(row.value.as_deref(), Some(text)),
            DefaultValue::Written(text) => assert_eq!(row.value, Some(text())),
            DefaultValue::Computed(_) => assert!(row.value.is_some()),
            DefaultValue::Nothing => assert_eq!(row.value, None),
        }
    }
    let shown = effective.to_string();
    let column = shown.lines().next().unwrap().find("SOURCE").unwrap();
    assert!(
        shown
            .lines()
            .skip(1)
            .all(|line| line[column..].starts_with("default")),
        "{shown}"
    );
}
