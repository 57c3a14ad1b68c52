//! Child processes of a benchmark. Each has its own process group, so that Ctrl-C reaches only the driver, which
//! always ends the children by their ids.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use tribuna::cli::Interrupt;

use super::Outcome;

/// The interval between checks for an interrupt.
const LOOK: Duration = Duration::from_millis(20);

/// A running program, which is ended on drop.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a program in `folder`, so that it reads no `.env`. Its environment holds only `PATH` and the given
    /// variables.
    pub fn start(
        command: &mut Command,
        folder: &Path,
        environment: &[(&str, &str)],
    ) -> Outcome<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).current_dir(folder);
        command.envs(environment.iter().copied()).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = BufReader::new(output.ok_or("no standard output")?);
        Ok(Self {
            child,
            input,
            output,
        })
    }

    /// Writes a line to the standard input of the program.
    pub fn tell(&mut self, line: &str) -> Outcome<()> {
        let input = self.input.as_mut().ok_or("its input is closed")?;
        Ok(writeln!(input, "{line}")?)
    }

    /// Waits for a line that contains `mark`, and returns the word after it.
    pub fn hear(&mut self, mark: &str) -> Outcome<String> {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err(format!("a program ended before it said {mark:?}").into());
            }
            if let Some((_, rest)) = line.split_once(mark) {
                let word = rest.split_whitespace().next().unwrap_or_default();
                return Ok(word.trim_end_matches(',').to_owned());
            }
        }
    }

    /// Waits for the program to end, and returns its output.
    pub fn finish(mut self, interrupt: &Interrupt) -> Outcome<String> {
        self.input = None;
        let status = loop {
            interrupt.check().map_err(|_| "interrupted")?;
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            thread::sleep(LOOK);
        };
        let mut said = String::new();
        self.output.read_to_string(&mut said)?;
        if status.success() {
            Ok(said)
        } else {
            Err(format!("{status}: {said}").into())
        }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The resident memory of the process, present and peak, in bytes. The peak is that since [`Self::forget_peak`].
    pub fn memory(&self) -> Outcome<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
            Some(kibibytes * 1024)
        };
        let both = bytes("VmRSS:").zip(bytes("VmHWM:"));
        both.ok_or_else(|| "/proc does not tell of memory".into())
    }
}

impl Process {
    /// Begins a new peak of the resident memory with the present. A kernel that cannot do that keeps the former peak, so
    /// that results are too high and never too low.
    pub fn forget_peak(&self) {
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.id()), "5");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
