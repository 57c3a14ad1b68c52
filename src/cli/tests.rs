//! The command line from a user's point of view.

#![allow(clippy::unwrap_used)]

use clap::{CommandFactory, Parser};

use super::*;
use crate::config::{Config, Environment};

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split(' '))
}

fn command(line: &str) -> Command {
    parse(line).unwrap().command
}

/// Visits a command and all its subcommands.
fn walk(command: &mut clap::Command, path: &str, visit: &mut impl FnMut(&str, &mut clap::Command)) {
    let path = format!("{path} {}", command.get_name());
    visit(&path, command);
    command
        .get_subcommands_mut()
        .filter(|sub| sub.get_name() != "help")
        .for_each(|sub| walk(sub, &path, visit));
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn what_the_documentation_says_parses() {
    let stdin = "tribuna user create --email a@b.org --role editor --password-stdin";
    assert!(matches!(
        command(stdin),
        Command::User(User::Create {
            role: Role::Editor,
            author: None,
            ..
        })
    ));
    assert!(matches!(
        command("tribuna serve --demo"),
        Command::Serve(Serve { demo: true })
    ));
    assert!(matches!(
        command("tribuna migrate --revert 2"),
        Command::Migrate(Migrate {
            revert: Some(2),
            status: false
        })
    ));
    assert!(matches!(
        command("tribuna demo --posts 100 --seed 7"),
        Command::Demo(Demo {
            posts: Some(100),
            seed: 7
        })
    ));
    assert!(matches!(
        command("tribuna demo"),
        Command::Demo(Demo { posts: None, .. })
    ));
    assert!(matches!(
        command("tribuna openapi delivery"),
        Command::Openapi(Openapi {
            document: Some(Document::Delivery),
            ..
        })
    ));
    assert!(matches!(
        command("tribuna keys rotate"),
        Command::Keys(Keys::Rotate)
    ));
    let Command::Import(Import::Wordpress { input, lang }) =
        command("tribuna import wordpress - --lang fr --dry-run")
    else {
        panic!("no import");
    };
    assert_eq!(
        (input.file, lang.as_str(), input.dry_run, input.source),
        (Input::Stdin, "fr", true, None)
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    for line in [
        "tribuna",
        "tribuna sreve",
        "tribuna migrate --revert 0",
        "tribuna migrate --revert 1 --status",
        "tribuna user create --email a@b.org --role editor",
        "tribuna user create --email a@b.org --role king --password-stdin",
        "tribuna user create --email a@b.org --role editor --password-stdin --author ada",
        "tribuna import wordpress",
        "tribuna demo --seed 7",
        "tribuna demo --posts 0",
        "tribuna openapi",
        "tribuna openapi delivery --check openapi",
        "tribuna serve --database-url sqlite://x.db",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn settings_may_stand_before_and_after_the_command() {
    for line in [
        "tribuna --database-pool 3 user list",
        "tribuna user --database-pool 3 list",
        "tribuna user list --database-pool 3",
    ] {
        let flags = parse(line).unwrap().flags;
        let (config, _) = Config::load(&flags, &Environment::default()).unwrap();
        assert_eq!(config.database.pool, 3, "{line}");
    }
}

#[test]
fn a_bad_setting_is_left_to_the_settings_to_tell() {
    let flags = parse("tribuna serve --database-pool -3 --log-format xml")
        .unwrap()
        .flags;
    let bad = Config::load(&flags, &Environment::default()).unwrap_err();
    assert_eq!(
        bad.iter().map(|bad| bad.name.as_str()).collect::<Vec<_>>(),
        ["--database-pool", "--log-format"]
    );
}

#[test]
fn every_command_and_argument_explains_itself() {
    walk(&mut Cli::command(), "", &mut |path, command| {
        assert!(command.get_about().is_some(), "{path}");
        for arg in command.get_arguments() {
            assert!(arg.get_help().is_some(), "{path} {}", arg.get_id());
        }
    });
}

#[test]
fn the_examples_in_the_help_parse() {
    let mut examples = Vec::new();
    walk(&mut Cli::command(), "", &mut |_, command| {
        let help = command
            .get_long_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        let lines = help
            .lines()
            .filter(|line| line.starts_with("  "))
            .filter_map(|line| {
                line.find("tribuna ")
                    .map(|at| line.split_at(at).1.to_owned())
            });
        examples.extend(lines);
    });
    assert!(examples.len() >= 14, "{examples:?}");
    for example in examples {
        assert!(parse(&example).is_ok(), "{example}");
    }
}

#[test]
fn no_line_of_the_help_is_broken_on_a_narrow_terminal() {
    walk(&mut Cli::command(), "", &mut |path, command| {
        let help = command.get_long_about().map(ToString::to_string);
        for line in help.unwrap_or_default().lines() {
            assert!(line.chars().count() <= 80, "{path}: {line}");
        }
    });
}

#[test]
fn the_long_help_is_complete() {
    let help = Cli::command().render_long_help().to_string();
    for part in [
        "--listen",
        "[env: TRIBUNA_LISTEN]",
        "[default: 127.0.0.1:8080]",
        "TRIBUNA_ADMIN_PASSWORD_FILE",
        "78  a setting is invalid",
    ] {
        assert!(help.contains(part), "{part}");
    }
}
