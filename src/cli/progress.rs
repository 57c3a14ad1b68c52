//! The progress of long-running work on stderr: a progress bar on a terminal, and a few plain lines elsewhere.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

const QUIET: Duration = Duration::from_secs(2);
const BAR: &str = "{msg} [{bar:30}] {human_pos}/{human_len} ({per_sec}, {eta} left)";
const SPINNER: &str = "{spinner} {msg} {human_pos} ({per_sec})";

/// The progress of one piece of work, which threads may share.
pub struct Progress(Display);

enum Display {
    Bar(ProgressBar),
    Lines(Mutex<Lines<io::Stderr>>),
}

impl Progress {
    /// Starts the display. Without a total, it shows only the count.
    pub fn new(label: &str, total: Option<u64>) -> Self {
        if io::stderr().is_terminal() {
            Progress(Display::Bar(bar(label, total)))
        } else {
            Progress(Display::Lines(Mutex::new(Lines::new(
                io::stderr(),
                label,
                total,
                Instant::now(),
            ))))
        }
    }

    /// Adds to the count.
    pub fn inc(&self, done: u64) {
        match &self.0 {
            Display::Bar(bar) => bar.inc(done),
            Display::Lines(lines) => lock(lines).inc(done, Instant::now()),
        }
    }

    /// Prints a separate line.
    pub fn note(&self, text: &str) {
        match &self.0 {
            Display::Bar(bar) => bar.suspend(|| say(&mut io::stderr(), text)),
            Display::Lines(lines) => lock(lines).say(text),
        }
    }

    /// Ends the display with a line.
    pub fn finish(&self, text: &str) {
        if let Display::Bar(bar) = &self.0 {
            bar.finish_and_clear();
        }
        self.note(text);
    }
}

fn bar(label: &str, total: Option<u64>) -> ProgressBar {
    let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let template = if total.is_some() { BAR } else { SPINNER };
    let style = ProgressStyle::with_template(template);
    let bar = bar
        .with_message(label.to_owned())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn lock<T>(lines: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prints one line per tenth of the total or, without a total, at most one every two seconds.
struct Lines<W> {
    out: W,
    label: String,
    total: Option<u64>,
    done: u64,
    tenths: u64,
    last: Instant,
}

impl<W: Write> Lines<W> {
    fn new(out: W, label: &str, total: Option<u64>, now: Instant) -> Self {
        Lines {
            out,
            label: label.to_owned(),
            total: total.filter(|total| *total > 0),
            done: 0,
            tenths: 0,
            last: now,
        }
    }

    fn inc(&mut self, done: u64, now: Instant) {
        self.done += done;
        match self.total {
            Some(total) => {
                let tenths = self.done.saturating_mul(10) / total;
                if tenths > self.tenths {
                    self.tenths = tenths;
                    self.say(&format!(
                        "{}: {} of {total} ({} %)",
                        self.label,
                        self.done,
                        tenths * 10
                    ));
                }
            }
            None if now.duration_since(self.last) >= QUIET => {
                self.last = now;
                self.say(&format!("{}: {}", self.label, self.done));
            }
            None => {}
        }
    }

    fn say(&mut self, text: &str) {
        say(&mut self.out, text);
    }
}

fn say(out: &mut impl Write, text: &str) {
    // A closed stderr must not stop the work.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text_of(lines: Lines<Vec<u8>>) -> String {
        String::from_utf8(lines.out).unwrap()
    }

    #[test]
    fn with_a_total_there_is_one_line_for_every_tenth() {
        let now = Instant::now();
        let mut lines = Lines::new(Vec::new(), "Posts", Some(1000), now);
        (0..1000).for_each(|_| lines.inc(1, now));
        let text = text_of(lines);
        assert_eq!(text.lines().count(), 10);
        assert!(
            text.starts_with("Posts: 100 of 1000 (10 %)\n")
                && text.ends_with("Posts: 1000 of 1000 (100 %)\n"),
            "{text}"
        );
    }

    #[test]
    fn large_steps_skip_tenths_and_say_where_they_are() {
        let mut lines = Lines::new(Vec::new(), "Posts", Some(4), Instant::now());
        (0..4).for_each(|_| lines.inc(1, Instant::now()));
        assert_eq!(
            text_of(lines),
            "Posts: 1 of 4 (20 %)\nPosts: 2 of 4 (50 %)\nPosts: 3 of 4 (70 %)\nPosts: 4 of 4 (100 %)\n"
        );
    }

    #[test]
    fn without_a_total_there_is_a_line_every_two_seconds_at_most() {
        let start = Instant::now();
        let mut lines = Lines::new(Vec::new(), "Posts", None, start);
        (1..=50).for_each(|tenth| lines.inc(1, start + Duration::from_millis(100 * tenth)));
        assert_eq!(text_of(lines), "Posts: 20\nPosts: 40\n");
    }

    #[test]
    fn nothing_to_do_is_no_division_by_zero() {
        let mut lines = Lines::new(Vec::new(), "Posts", Some(0), Instant::now());
        lines.inc(0, Instant::now());
        assert_eq!(text_of(lines), "");
    }

    #[test]
    fn the_templates_of_the_bars_are_well_formed() {
        assert!(
            [BAR, SPINNER]
                .iter()
                .all(|template| ProgressStyle::with_template(template).is_ok())
        );
    }
}
