//! The Tribuna under test: its database, its process, an editor who publishes, and the addresses to request.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use limit::http::{Answer, ask};
use serde_json::{Value, json};
use tribuna::cli::Interrupt;

use crate::process::Process;
use crate::{Options, Outcome};

const PASSWORD: &str = "correct horse battery";

/// The database under test.
pub struct Database {
    pub url: String,
    email: String,
}

impl Database {
    /// Prepares a database with posts and an editor: the given one, or a new one in `folder`.
    pub fn prepare(options: &Options, folder: &Path, interrupt: &Interrupt) -> Outcome<Self> {
        let url = options.database.clone();
        let url = url.unwrap_or_else(|| format!("sqlite://{}/posts.db", folder.display()));
        let email = format!("hot-{}@example.org", tribuna::id::Id::new().0.simple());
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
            eprintln!("writing {} posts …", options.posts);
            run(&["demo", "--posts", &options.posts.to_string()], "")?;
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
        options: &Options,
        database: &Database,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Outcome<Self> {
        Self::run(
            &mut Command::new(&options.server),
            options,
            database,
            folder,
            settings,
        )
    }

    /// Starts a server whose process counts its allocations and the statements that read publications.
    pub fn counted(options: &Options, database: &Database, folder: &Path) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("counted");
        Self::run(&mut command, options, database, folder, &[])
    }

    fn run(
        command: &mut Command,
        options: &Options,
        database: &Database,
        folder: &Path,
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

    pub fn json(&self, target: &str) -> Outcome<Value> {
        let answer = self.get(target, &[])?;
        read(target, &answer)
    }

    /// The addresses of `wanted` pages, lists and single posts in turn, the most requested first.
    pub fn targets(&self, wanted: usize) -> Outcome<Vec<String>> {
        let lists = self.lists()?;
        let mut posts = Vec::new();
        let mut page = "/v1/posts?limit=100&fields=slug".to_owned();
        while posts.len() < wanted / 2 {
            let found = self.json(&page)?;
            posts.extend(slugs(&found).map(|slug| format!("/v1/posts/{slug}")));
            match found["page"]["next"].as_str() {
                Some(next) => page = next.to_owned(),
                None => break,
            }
        }
        let in_turn = lists.into_iter().zip(posts);
        let mut targets: Vec<String> = in_turn.flat_map(|(list, post)| [list, post]).collect();
        targets.truncate(wanted);
        if targets.len() < wanted {
            return Err(format!("there are only {} addresses to request", targets.len()).into());
        }
        Ok(targets)
    }

    /// The lists that a site requests: the newest posts, and those by language, category, tag and author.
    fn lists(&self) -> Outcome<Vec<String>> {
        let newest = self.json("/v1/posts?limit=100&fields=lang")?;
        let langs = newest["data"].as_array().into_iter().flatten();
        let langs: BTreeSet<&str> = langs.filter_map(|post| post["lang"].as_str()).collect();
        let mut lists = vec!["/v1/posts".to_owned()];
        lists.extend(langs.iter().map(|lang| format!("/v1/posts?lang={lang}")));
        lists.extend(
            langs
                .iter()
                .map(|lang| format!("/v1/posts?lang={lang}&fallback=original")),
        );
        for (noun, parameter) in [
            ("categories", "category"),
            ("tags", "tag"),
            ("authors", "author"),
        ] {
            let found = self.json(&format!("/v1/{noun}?limit=100&fields=slug"))?;
            for slug in slugs(&found) {
                lists.push(format!("/v1/posts?{parameter}={slug}"));
                lists.extend(
                    langs
                        .iter()
                        .map(|lang| format!("/v1/posts?{parameter}={slug}&lang={lang}")),
                );
            }
        }
        Ok(lists)
    }
}

fn slugs(list: &Value) -> impl Iterator<Item = &str> {
    let items = list["data"].as_array().into_iter().flatten();
    items.filter_map(|item| item["slug"].as_str())
}

fn read(what: &str, answer: &Answer) -> Outcome<Value> {
    if !(200..300).contains(&answer.status) {
        return Err(format!("{what}: {} {}", answer.status, answer.text()).into());
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

/// An editor.
pub struct Editor {
    address: String,
    authorization: String,
    written: u32,
}

impl Editor {
    pub fn sign_in(site: &Site, database: &Database) -> Outcome<Self> {
        let body = json!({ "email": database.email, "password": PASSWORD }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = ask(
            &site.address,
            "POST",
            "/v1/auth/login",
            &headers,
            body.as_bytes(),
        )?;
        let token = read("signing in", &answer)?["access_token"]
            .as_str()
            .map(str::to_owned);
        Ok(Self {
            address: site.address.clone(),
            authorization: format!("Bearer {}", token.ok_or("no token")?),
            written: 0,
        })
    }

    /// Creates an API key that reads what is public. Returns its secret.
    pub fn key(&self) -> Outcome<String> {
        let quota = json!({ "per_minute": 1_000_000_000, "burst": 1_000_000_000 });
        let key = json!({ "name": "hot", "scopes": ["delivery:read"], "quota": quota });
        let made = self.write("POST", "/v1/admin/keys", &key)?;
        Ok(made["data"]["secret"]
            .as_str()
            .ok_or("no secret")?
            .to_owned())
    }

    /// Writes and publishes an English post with a category and a tag. Returns its id.
    pub fn publish(&mut self, category: &Value, tag: &Value) -> Outcome<String> {
        self.written += 1;
        let source = "The square is **open** again, and everybody may come.\n\n".repeat(20);
        let post = json!({
            "translation": { "lang": "en", "title": format!("News of the hour, number {}", self.written),
                "body": { "format": "markdown", "source": source } },
            "categories": [category], "tags": [tag],
        });
        let made = self.write("POST", "/v1/admin/posts", &post)?;
        let id = made["data"]["id"].as_str().ok_or("no id")?.to_owned();
        let publication = format!("/v1/admin/posts/{id}/translations/en/publication");
        self.write("PUT", &publication, &json!({}))?;
        Ok(id)
    }

    fn write(&self, method: &str, target: &str, body: &Value) -> Outcome<Value> {
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/json"),
        ];
        let body = body.to_string();
        let answer = ask(&self.address, method, target, &headers, body.as_bytes())?;
        read(target, &answer)
    }
}
