//! A real cache in front of Tribuna, configured by the files in `examples`.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use limit::http::{Answer, ask};

use crate::guard::{Guarded, find, folder};
use crate::origin::{Origin, eventually};
use crate::tap::Tap;

/// A running cache.
pub struct Cache {
    /// True if the cache serves stale answers when Tribuna answers `503`. nginx does so only if Tribuna does not answer
    /// at all.
    pub serves_stale_on_503: bool,
    pub address: String,
    pub tap: Tap,
    pub origin: &'static Origin,
    _server: Guarded,
}

impl Cache {
    /// The nginx of this process, or `None` if nginx is not installed.
    pub fn nginx() -> Option<&'static Self> {
        static NGINX: OnceLock<Option<Cache>> = OnceLock::new();
        NGINX
            .get_or_init(|| installed("nginx", "nginx", start_nginx))
            .as_ref()
    }

    /// The Varnish of this process, or `None` if Varnish is not installed.
    pub fn varnish() -> Option<&'static Self> {
        static VARNISH: OnceLock<Option<Cache>> = OnceLock::new();
        VARNISH
            .get_or_init(|| installed("Varnish", "varnishd", start_varnish))
            .as_ref()
    }

    fn start(serves_stale_on_503: bool, run: impl FnOnce(&Path, &str, &str) -> Guarded) -> Self {
        let origin = Origin::get();
        let tap = Tap::open(&origin.address);
        let address = free();
        let server = run(&folder(), &tap.address, &address);
        eventually("the cache answers", || {
            let answer = ask(&address, "GET", "/health/live", &[], b"").ok();
            let log = server.log();
            let refuses = ["[emerg]", "Error:"].iter().any(|word| log.contains(word));
            assert!(!refuses, "the cache does not start: {log}");
            answer.filter(|answer| answer.status == 200)
        });
        Self {
            serves_stale_on_503,
            address,
            tap,
            origin,
            _server: server,
        }
    }

    pub fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        ask(&self.address, method, target, headers, b"").unwrap()
    }

    pub fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[])
    }

    /// Repeats a request until the cache answers it without contacting Tribuna.
    pub fn warm(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        eventually("the answer is kept", || {
            let answer = self.ask("GET", target, headers);
            assert_eq!(answer.status, 200, "{target}: {}", answer.text());
            is_hit(&answer).then_some(answer)
        })
    }
}

/// True if the answer came from the cache, fresh or allowed stale.
pub fn is_hit(answer: &Answer) -> bool {
    matches!(answer.header("x-cache"), Some("HIT" | "STALE" | "UPDATING"))
}

fn installed(name: &str, program: &str, start: impl FnOnce(&Path) -> Cache) -> Option<Cache> {
    let found = find(program);
    if found.is_none() {
        let reason = format!("No {program} in PATH or /usr/sbin: install {name}.");
        let required = std::env::var_os("TEST_REQUIRE_CACHES").is_some_and(|value| value == "1");
        assert!(!required, "TEST_REQUIRE_CACHES is set. {reason}");
        // Written to stderr directly: the test runner captures `eprintln!` of a passing test.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: every test behind {name}. {reason}"
        );
    }
    found.map(|program| start(&program))
}

fn start_nginx(program: &Path) -> Cache {
    Cache::start(false, |folder, tap, address| {
        let example = filled(
            include_str!("../../examples/nginx/tribuna.conf"),
            &[
                ("listen 80;", &format!("listen {address};")),
                ("server 127.0.0.1:8080;", &format!("server {tap};")),
                (
                    "/var/cache/nginx/tribuna",
                    &format!("{}/cache", folder.display()),
                ),
            ],
        );
        let whole = format!(
            "daemon off; user {}; worker_processes 1; pid pid; error_log stderr warn; events {{ }}\nhttp {{\n\
             access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
             uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n{example}}}\n",
            user()
        );
        std::fs::write(folder.join("nginx.conf"), whole).unwrap();
        let place = folder.display().to_string();
        Guarded::start(folder, program, &["-p", &place, "-c", "nginx.conf"], &[])
    })
}

fn start_varnish(program: &Path) -> Cache {
    Cache::start(true, |folder, tap, address| {
        let (host, port) = tap.split_once(':').unwrap();
        let example = filled(
            include_str!("../../examples/varnish/tribuna.vcl"),
            &[
                (".host = \"127.0.0.1\";", &format!(".host = \"{host}\";")),
                (".port = \"8080\";", &format!(".port = \"{port}\";")),
            ],
        );
        let vcl = folder.join("tribuna.vcl").display().to_string();
        std::fs::write(&vcl, example).unwrap();
        let work = folder.join("work").display().to_string();
        let settings = [
            "-j",
            "none",
            "-s",
            "malloc,32m",
            "-p",
            "http_gzip_support=off",
            "-T",
            "none",
        ];
        let arguments = ["-F", "-n", &work, "-a", address, "-f", &vcl];
        Guarded::start(
            folder,
            program,
            &[&arguments[..], &settings[..]].concat(),
            &[],
        )
    })
}

/// Replaces values in an example. Each must occur in it exactly once.
fn filled(example: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(example.to_owned(), |text, (from, to)| {
        assert_eq!(
            text.matches(from).count(),
            1,
            "the example must hold {from} once"
        );
        text.replace(from, to)
    })
}

/// An address on which nothing listens.
fn free() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
