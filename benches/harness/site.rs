//! The Tribuna under test: its database and its process.

use std::path::Path;
use std::process::Command;

use limit::http::{Answer, ask};
use serde_json::Value;
use tribuna::cli::Interrupt;

use super::process::Process;
use super::{Outcome, ServerOptions};

/// The password of the editor.
pub const PASSWORD: &str = "correct horse battery";

/// The database under test.
pub struct Database {
    pub url: String,
    /// The e-mail address of the editor.
    pub email: String,
}

impl Database {
    /// Prepares a database with an editor and with posts: the given one, or a new one in `folder`. Writes `posts` if there
    /// are none.
    pub fn prepare(
        options: &ServerOptions,
        posts: u64,
        folder: &Path,
        interrupt: &Interrupt,
    ) -> Outcome<Self> {
        let url = options.database.clone();
        let url = url.unwrap_or_else(|| format!("sqlite://{}/posts.db", folder.display()));
        let email = format!("bench-{}@example.org", tribuna::id::Id::new().0.simple());
        let database = Self { url, email };
        let run = |arguments: &[&str], input: &str| -> Outcome<()> {
            let mut command = Command::new(&options.server);
            command.args(arguments);
            let environment = [
                ("DATABASE_URL", database.url.as_str()),
                ("RUST_LOG", "warn"),
            ];
            let mut process = Process::start(&mut command, folder, &environment)?;
            if !input.is_empty() {
                process.tell(input)?;
            }
            process.finish(interrupt)?;
            Ok(())
        };
        let email = database.email.as_str();
        let user = [
            "user",
            "create",
            "--email",
            email,
            "--role",
            "admin",
            "--password-stdin",
        ];
        run(&user, PASSWORD)?;
        let server = Site::start(options, &database, folder, &[])?;
        let there = server.json("/v1/posts?limit=1&count=true")?["page"]["total"].as_u64();
        drop(server);
        if there == Some(0) {
            eprintln!("writing {posts} posts …");
            run(&["demo", "--posts", &posts.to_string()], "")?;
        }
        Ok(database)
    }
}

/// A running server.
pub struct Site {
    pub process: Process,
    pub address: String,
}

impl Site {
    /// Starts a server with an empty cache.
    pub fn start(
        options: &ServerOptions,
        database: &Database,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Outcome<Self> {
        let mut command = Command::new(&options.server);
        Self::run(&mut command, options, (database, folder), settings)
    }

    /// Starts a server by this command.
    pub fn run(
        command: &mut Command,
        options: &ServerOptions,
        (database, folder): (&Database, &Path),
        settings: &[(&str, &str)],
    ) -> Outcome<Self> {
        let workers = options.workers.to_string();
        let mut environment = vec![
            ("DATABASE_URL", database.url.as_str()),
            ("TRIBUNA_LISTEN", "127.0.0.1:0"),
            ("TRIBUNA_WORKERS", &workers),
            ("TRIBUNA_ACCESS_TOKEN_TTL", "3600"),
            // Requests are counted, and none is refused.
            ("TRIBUNA_QUOTA_PER_MINUTE", "1000000000"),
            ("TRIBUNA_QUOTA_BURST", "1000000000"),
            ("RUST_LOG", &options.log),
        ];
        environment.extend_from_slice(settings);
        let mut process = Process::start(command.arg("serve"), folder, &environment)?;
        let address = process.hear("listens on ")?;
        Ok(Self { process, address })
    }

    pub fn get(&self, target: &str, headers: &[(&str, &str)]) -> Outcome<Answer> {
        Ok(ask(&self.address, "GET", target, headers, b"")?)
    }

    /// The id of the first term, author or organization of a list.
    pub fn first(&self, list: &str) -> Outcome<Value> {
        Ok(self.json(&format!("/v1/{list}?limit=1&fields=id"))?["data"][0]["id"].clone())
    }

    pub fn json(&self, target: &str) -> Outcome<Value> {
        let answer = self.get(target, &[])?;
        read(target, &answer)
    }
}

/// Returns the JSON of an answer; null for an empty one. A status that is not a success is an error.
pub fn read(what: &str, answer: &Answer) -> Outcome<Value> {
    if !(200..300).contains(&answer.status) {
        return Err(format!("{what}: {} {}", answer.status, answer.text()).into());
    }
    match answer.body.as_slice() {
        [] => Ok(Value::Null),
        body => Ok(serde_json::from_slice(body)?),
    }
}
