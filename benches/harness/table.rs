//! The table of results and goals.

use std::fmt;

/// The rows in order.
pub struct Table {
    /// The name of what is compared with Tribuna.
    baseline: &'static str,
    rows: Vec<Row>,
}

/// Returns the number of whole megabytes.
pub fn megabytes(bytes: u64) -> u64 {
    bytes / 1_000_000
}

/// One measurement.
pub struct Row {
    pub what: String,
    /// The result of what is compared with Tribuna, if it was measured too.
    pub baseline: String,
    pub tribuna: String,
    pub ratio: Option<f64>,
    /// The goal and whether it is met, if there is a goal.
    pub goal: Option<(String, bool)>,
}

impl Table {
    /// Creates an empty table.
    pub fn new(baseline: &'static str) -> Self {
        Self {
            baseline,
            rows: Vec::new(),
        }
    }

    /// Adds a row and prints it.
    pub fn add(&mut self, row: Row) {
        eprintln!("{row}");
        self.rows.push(row);
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = self
            .ratio
            .map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let (goal, holds) = match &self.goal {
            Some((goal, true)) => (goal.as_str(), "yes"),
            Some((goal, false)) => (goal.as_str(), "**no**"),
            None => ("", ""),
        };
        let Self {
            what,
            baseline,
            tribuna,
            ..
        } = self;
        write!(
            f,
            "| {what} | {baseline} | {tribuna} | {ratio} | {goal} | {holds} |"
        )
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| what | {} | Tribuna | ratio | goal | holds |",
            self.baseline
        )?;
        writeln!(f, "|---|---:|---:|---:|---:|---|")?;
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        let goals = self.rows.iter().filter_map(|row| row.goal.as_ref());
        let (held, all) = goals.fold((0, 0), |(held, all), (_, holds)| {
            (held + u32::from(*holds), all + 1)
        });
        write!(f, "\n{held} of {all} goals hold")
    }
}
