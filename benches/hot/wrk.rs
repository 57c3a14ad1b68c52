//! The load generator, `wrk`, which sends each request as soon as the previous answer has arrived.

use std::path::Path;
use std::process::Command;

use tribuna::cli::Interrupt;

use crate::Outcome;
use crate::harness::process::Process;

const REPORT: &str = include_str!("report.lua");
const ZIPF: &str = include_str!("zipf.lua");

/// The requests to send.
pub struct Load<'a> {
    /// One address; empty if `targets` is set.
    pub target: &'a str,
    /// The headers besides `Host`.
    pub headers: &'a [String],
    /// A file of addresses, the most requested first.
    pub targets: Option<&'a Path>,
    /// The number of connections that stay open.
    pub clients: u32,
    pub seconds: u64,
}

/// The result of a run.
#[derive(Clone, Copy)]
pub struct Result {
    /// The answers per second.
    pub rate: f64,
    /// The 99th percentile of the latency, in milliseconds.
    pub p99: f64,
}

/// Checks that `wrk` is installed. The error says how to install it.
pub fn find() -> Outcome<()> {
    match Command::new("wrk").arg("--version").output() {
        Ok(_) => Ok(()),
        Err(_) => Err(
            "this needs wrk, a load generator. Debian and Ubuntu: apt install wrk. \
            macOS: brew install wrk. Source: https://github.com/wg/wrk"
                .into(),
        ),
    }
}

impl Load<'_> {
    /// Sends requests to the server at `address`. Fails if any answer is an error.
    pub fn run(&self, address: &str, folder: &Path, interrupt: &Interrupt) -> Outcome<Result> {
        let script = folder.join("load.lua");
        let text = if self.targets.is_some() {
            format!("{ZIPF}\n{REPORT}")
        } else {
            REPORT.to_owned()
        };
        std::fs::write(&script, text)?;
        let mut command = Command::new("wrk");
        command.args(["-t1", "--latency"]);
        command
            .arg(format!("-c{}", self.clients))
            .arg(format!("-d{}s", self.seconds));
        command.arg("-s").arg(&script);
        for header in self.headers {
            command.arg("-H").arg(header);
        }
        command.arg(format!("http://{address}{}", self.target));
        if let Some(targets) = self.targets {
            command.arg("--").arg(targets);
        }
        let said = Process::start(&mut command, folder, &[])?.finish(interrupt)?;
        read(&said)
            .ok_or_else(|| format!("wrk said: {said}"))?
            .map_err(Into::into)
    }
}

fn read(said: &str) -> Option<std::result::Result<Result, String>> {
    let line = said.lines().find_map(|line| line.strip_prefix("RESULT "))?;
    let mut numbers = line.split(' ').map(str::parse::<f64>);
    let mut next = || numbers.next()?.ok();
    let (requests, micros, p99, errors, failed) = (next()?, next()?, next()?, next()?, next()?);
    if errors + failed > 0.0 {
        return Some(Err(format!(
            "{errors} answers were errors, {failed} requests failed: {said}"
        )));
    }
    Some(Ok(Result {
        rate: requests / (micros / 1e6),
        p99: p99 / 1000.0,
    }))
}
