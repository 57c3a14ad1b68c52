//! The table of results and goals.

use std::fmt;

/// The rows in order.
#[derive(Default)]
pub struct Table(Vec<Row>);

/// One measurement.
pub struct Row {
    pub what: String,
    /// The result of the bare handler, if it was measured too.
    pub bare: String,
    pub tribuna: String,
    pub ratio: Option<f64>,
    /// The goal and whether it is met, if there is a goal.
    pub goal: Option<(String, bool)>,
}

impl Table {
    /// Adds a row and prints it.
    pub fn add(&mut self, row: Row) {
        eprintln!("{row}");
        self.0.push(row);
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
            bare,
            tribuna,
            ..
        } = self;
        write!(
            f,
            "| {what} | {bare} | {tribuna} | {ratio} | {goal} | {holds} |"
        )
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| what | bare handler | Tribuna | ratio | goal | holds |"
        )?;
        writeln!(f, "|---|---:|---:|---:|---:|---|")?;
        for row in &self.0 {
            writeln!(f, "{row}")?;
        }
        let goals = self.0.iter().filter_map(|row| row.goal.as_ref());
        let (held, all) = goals.fold((0, 0), |(held, all), (_, holds)| {
            (held + u32::from(*holds), all + 1)
        });
        write!(f, "\n{held} of {all} goals hold")
    }
}
