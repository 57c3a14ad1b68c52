//! Measures Tribuna and the bare handler in turn, with the same requests and the same load.

use std::io::{self, BufRead};
use std::path::Path;
use std::process::Command;

use limit::http::{Answer, ask};
use limit::server::Answers;
use tribuna::cli::Interrupt;

use crate::harness::process::Process;
use crate::harness::site::Site;
use crate::harness::table::{Row, Table};
use crate::wrk::{self, Load};
use crate::{Options, Outcome};

/// Headers in which the two servers may differ.
const OWN: [&str; 3] = ["date", "ratelimit", "x-request-id"];
/// The goal for the throughput, relative to the bare handler.
const THROUGHPUT: f64 = 0.85;
/// The goal for the 99th percentile, relative to the bare handler.
const LATENCY: f64 = 1.5;

/// The feed that is measured.
const FEED: &str = "/v1/feeds/rss.xml";

/// Both running servers.
pub struct Comparison<'a> {
    pub options: &'a Options,
    pub site: &'a Site,
    pub folder: &'a Path,
    pub interrupt: &'a Interrupt,
    _limit: Process,
    limit_address: String,
    post: String,
}

/// The results of both servers, round by round.
pub struct Measured {
    bare: Vec<wrk::Result>,
    tribuna: Vec<wrk::Result>,
}

impl<'a> Comparison<'a> {
    /// Starts the bare handler with Tribuna's answers to all `targets`; the first two also compressed.
    pub fn begin(
        options: &'a Options,
        site: &'a Site,
        targets: &[String],
        folder: &'a Path,
        interrupt: &'a Interrupt,
    ) -> Outcome<Self> {
        let with_feed = [targets, &[FEED.to_owned()]].concat();
        let (limit, limit_address) = limit(options, site, &with_feed, folder)?;
        Ok(Self {
            options,
            site,
            folder,
            interrupt,
            _limit: limit,
            limit_address,
            post: targets.get(1).ok_or("no post")?.clone(),
        })
    }

    /// Measures hot answers: a list, a post and a feed, whole, unchanged and compressed.
    pub fn hot(&self, table: &mut Table) -> Outcome<()> {
        let list = "/v1/posts";
        let etag = self
            .site
            .get(list, &[])?
            .header("etag")
            .ok_or("no ETag")?
            .to_owned();
        let hot = [
            ("hot list of 20", list, None),
            ("hot single post", self.post.as_str(), None),
            ("hot feed of 20", FEED, None),
            (
                "hot 304 of the list",
                list,
                Some(("if-none-match", etag.as_str())),
            ),
            ("hot list, br", list, Some(("accept-encoding", "br"))),
            ("hot list, zstd", list, Some(("accept-encoding", "zstd"))),
        ];
        for (what, target, header) in hot {
            if !self.options.wants(what) {
                continue;
            }
            self.compare_once(target, header)?;
            for &clients in &self.options.clients {
                let headers: Vec<String> = header
                    .iter()
                    .map(|(name, value)| format!("{name}: {value}"))
                    .collect();
                let (target, headers, seconds) = (target, headers.as_slice(), self.options.seconds);
                let load = Load {
                    target,
                    headers,
                    targets: None,
                    clients,
                    seconds,
                };
                let measured = self.rounds(&load, |load| self.ask_tribuna(load))?;
                let what = format!("{what}, {clients} clients");
                table.add(measured.throughput(what.clone(), THROUGHPUT));
                if header.is_none() && target == list {
                    table.add(measured.latency(format!("{what}: p99")));
                }
            }
        }
        Ok(())
    }

    /// Measures a hot list with an API key. The bare handler serves the same list without one.
    pub fn keyed(&self, secret: &str, table: &mut Table) -> Outcome<()> {
        let headers = [format!("x-api-key: {secret}")];
        self.list("hot list with a key", &headers, table)
    }

    /// Measures a hot list on a server that counts no requests.
    pub fn uncounted(&self, table: &mut Table) -> Outcome<()> {
        self.list("hot list, quotas off", &[], table)
    }

    fn list(&self, what: &str, headers: &[String], table: &mut Table) -> Outcome<()> {
        self.site.get("/v1/posts", &[])?;
        for &clients in &self.options.clients {
            let load = Load {
                target: "/v1/posts",
                headers,
                targets: None,
                clients,
                seconds: self.options.seconds,
            };
            let measured = self.rounds(&load, |load| self.ask_tribuna(load))?;
            let what = format!("{what}, {clients} clients");
            table.add(measured.throughput(what, THROUGHPUT));
        }
        Ok(())
    }

    /// Measures both servers in turn, round by round. The server that goes first alternates.
    pub fn rounds(
        &self,
        load: &Load<'_>,
        mut tribuna: impl FnMut(&Load<'_>) -> Outcome<wrk::Result>,
    ) -> Outcome<Measured> {
        let mut measured = Measured {
            bare: Vec::new(),
            tribuna: Vec::new(),
        };
        for round in 0..self.options.rounds {
            if round % 2 == 1 {
                measured.tribuna.push(tribuna(load)?);
            }
            measured
                .bare
                .push(load.run(&self.limit_address, self.folder, self.interrupt)?);
            if round % 2 == 0 {
                measured.tribuna.push(tribuna(load)?);
            }
        }
        Ok(measured)
    }

    pub fn ask_tribuna(&self, load: &Load<'_>) -> Outcome<wrk::Result> {
        load.run(&self.site.address, self.folder, self.interrupt)
    }

    /// Checks that both servers send the same bytes, and that Tribuna's answer comes from memory.
    fn compare_once(&self, target: &str, header: Option<(&str, &str)>) -> Outcome<()> {
        let headers: Vec<(&str, &str)> = header.into_iter().collect();
        let tribuna = self.site.get(target, &headers)?;
        let bare = ask(&self.limit_address, "GET", target, &headers, b"")?;
        if parts(&tribuna) != parts(&bare) {
            let (tribuna, bare) = (tribuna.headers, bare.headers);
            return Err(format!("{target}: the answers differ:\n{tribuna:?}\n{bare:?}").into());
        }
        match tribuna.header("cache-status") {
            Some(status) if !status.contains("hit") => {
                Err(format!("{target} is not in memory: {status}").into())
            }
            _ => Ok(()),
        }
    }
}

/// The parts of an answer that must be equal. The order of headers is insignificant.
fn parts(answer: &Answer) -> (u16, Vec<&(String, String)>, &[u8]) {
    let headers = answer.headers.iter();
    let mut headers: Vec<_> = headers
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .collect();
    headers.sort();
    (answer.status, headers, &answer.body)
}

/// Starts the bare handler and returns its address.
pub fn limit(
    options: &Options,
    site: &Site,
    targets: &[String],
    folder: &Path,
) -> Outcome<(Process, String)> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["limit", &site.address, &options.server.workers.to_string()]);
    let mut limit = Process::start(&mut command, folder, &[])?;
    for (rank, target) in targets.iter().enumerate() {
        let accepted: &[&str] = if rank < 2 {
            &["", "br", "zstd", "gzip"]
        } else {
            &[""]
        };
        for accept in accepted {
            limit.tell(&format!("{accept}\t{target}"))?;
        }
    }
    limit.tell("")?;
    let address = limit.hear("listens on ")?;
    Ok((limit, address))
}

/// Runs the bare handler: reads the answers to serve, one per line, until an empty line.
pub fn serve_limit() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [origin, workers] = arguments.as_slice() else {
        return Err("limit ORIGIN WORKERS".into());
    };
    let mut answers = Answers::default();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some((accept, target)) = line.split_once('\t') else {
            break;
        };
        answers.learn(origin, target, accept)?;
    }
    crate::counted::tell_on_demand();
    Ok(answers.serve(workers.parse()?, |address| println!("listens on {address}"))?)
}

impl Measured {
    pub fn throughput(&self, what: String, goal: f64) -> Row {
        let (bare, tribuna) = (
            median(&self.bare, |one| one.rate),
            median(&self.tribuna, |one| one.rate),
        );
        let ratio = tribuna / bare;
        Row {
            what,
            baseline: format!("{bare:.0}/s"),
            tribuna: format!("{tribuna:.0}/s"),
            ratio: Some(ratio),
            goal: Some((format!("≥ {goal}"), ratio >= goal)),
        }
    }

    fn latency(&self, what: String) -> Row {
        let (bare, tribuna) = (
            median(&self.bare, |one| one.p99),
            median(&self.tribuna, |one| one.p99),
        );
        let ratio = tribuna / bare;
        Row {
            what,
            baseline: format!("{bare:.2} ms"),
            tribuna: format!("{tribuna:.2} ms"),
            ratio: Some(ratio),
            goal: Some((format!("≤ {LATENCY}"), ratio <= LATENCY)),
        }
    }
}

fn median(rounds: &[wrk::Result], of: impl Fn(&wrk::Result) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
