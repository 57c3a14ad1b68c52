//! Parses the arguments, reads the settings, starts logging and runs the command.

use std::process::ExitCode;

use clap::Parser;
use tribuna::cli::{self, Cli, Command, Failure};
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
    logging::init(config.log.format, &config.log.filter).map_err(Failure::general)?;
    match cli.command {
        Command::Serve(args) => cli::serve::run(config, &args),
        Command::Migrate(args) => cli::migrate::run(&config, &args),
        Command::User(args) => cli::user::run(&config, args),
        Command::Import(args) => cli::import::run(&config, &args),
        Command::Demo(args) => cli::demo::run(&config, &args),
        Command::Openapi(args) => cli::openapi::run(&args),
        Command::Health => cli::health::run(&config),
        Command::Config(args) => print_settings(&effective, args.json),
        Command::Keys(args) => cli::keys::run(&config, &args),
        Command::Mail(args) => cli::mail::run(&config, args),
        Command::Revisions(args) => cli::revisions::run(&config, &args),
    }
}

fn print_settings(effective: &Effective, json: bool) -> Result<(), Failure> {
    if json {
        let text = serde_json::to_string_pretty(effective).map_err(Failure::general)?;
        cli::print(&format!("{text}\n"))
    } else {
        cli::print(&effective.to_string())
    }
}
