//! Parses the arguments, reads the settings, starts the log, runs the command.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tribuna::cli::{Cli, Command, Failure, keys, user};
use tribuna::config::{Config, Effective, Environment};
use tribuna::logging;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let settings = Config::load(&cli.flags, &Environment::of_process());
    let (config, effective) = settings.map_err(|bad| Failure::settings(&bad))?;
    logging::init(config.log_format, &config.log_filter).map_err(Failure::general)?;
    match cli.command {
        Command::Config(args) => print(&effective, args.json),
        Command::User(args) => user::run(&config, args),
        Command::Keys(args) => keys::run(&config, &args),
        command => Err(Failure::general(format_args!("not wired yet: {command:?}"))),
    }
}

fn print(effective: &Effective, json: bool) -> Result<(), Failure> {
    let text = if json {
        serde_json::to_string_pretty(effective).map(|text| text + "\n")
    } else {
        Ok(effective.to_string())
    };
    let text = text.map_err(Failure::general)?;
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(Failure::general)
}
