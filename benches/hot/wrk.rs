//! The load: `wrk`, which asks as fast as it is answered.

use std::path::Path;
use std::process::Command;

use tribuna::cli::Interrupt;

use crate::Outcome;
use crate::process::Process;

const REPORT: &str = include_str!("report.lua");
const ZIPF: &str = include_str!("zipf.lua");

/// What is asked.
pub struct Load<'a> {
    /// One address; none when they stand in `targets`.
    pub target: &'a str,
    /// Headers besides `Host`.
    pub headers: &'a [String],
    /// A file of addresses, the most asked first.
    pub targets: Option<&'a Path>,
    /// Connections that are kept.
    pub clients: u32,
    pub seconds: u64,
}

/// What came of it.
#[derive(Clone, Copy)]
pub struct Result {
    /// Answers per second.
    pub rate: f64,
    /// The time within which 99 of 100 answers came, in milliseconds.
    pub p99: f64,
}

/// Says how to get `wrk` if it is not there.
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
    /// Asks the server at `address`. An answer that is an error is a failure of the whole.
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
            "{errors} answers were errors, {failed} did not come: {said}"
        )));
    }
    Some(Ok(Result {
        rate: requests / (micros / 1e6),
        p99: p99 / 1000.0,
    }))
}
