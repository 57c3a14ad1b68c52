//! The differences between two revisions, by member and by word. Uses no database.

use std::time::{Duration, Instant};

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::model::{Comparison, FieldChange, Revision, Snapshot, TextOperation, TextRun};
use crate::error::{Error, Result};

/// The maximum time for the word diff. Text that is not compared by then counts as replaced: a correct, but coarser
/// result.
const PATIENCE: Duration = Duration::from_secs(1);

/// Compares two revisions.
///
/// # Errors
/// Returns [`Error::Internal`] if a snapshot cannot be written as JSON.
pub fn compare(from: Revision, to: Revision) -> Result<Comparison> {
    let mut changes = Vec::new();
    let (left, right) = (members(&from.snapshot)?, members(&to.snapshot)?);
    collect("", &left, &right, &mut changes);
    let deadline = Instant::now() + PATIENCE;
    let body = words(
        &from.snapshot.body.source,
        &to.snapshot.body.source,
        deadline,
    );
    Ok(Comparison {
        from: from.summary,
        to: to.summary,
        changes,
        body,
    })
}

/// Returns a snapshot as JSON, without the source of the body.
fn members(snapshot: &Snapshot) -> Result<Value> {
    let mut members =
        serde_json::to_value(snapshot).map_err(|error| Error::Internal(error.to_string()))?;
    if let Some(body) = members.get_mut("body").and_then(Value::as_object_mut) {
        body.shift_remove("source");
    }
    Ok(members)
}

fn collect(name: &str, from: &Value, to: &Value, changes: &mut Vec<FieldChange>) {
    match (from, to) {
        (Value::Object(left), Value::Object(right)) => {
            for (member, from) in left {
                let to = right.get(member).unwrap_or(&Value::Null);
                let dot = if name.is_empty() { "" } else { "." };
                collect(&format!("{name}{dot}{member}"), from, to, changes);
            }
        }
        _ if from == to => {}
        _ => changes.push(FieldChange {
            field: name.to_owned(),
            from: from.clone(),
            to: to.clone(),
        }),
    }
}

fn words(from: &str, to: &str, deadline: Instant) -> Vec<TextRun> {
    let diff = TextDiff::configure()
        .deadline(deadline)
        .diff_unicode_words(from, to);
    let mut runs: Vec<TextRun> = Vec::new();
    for change in diff.iter_all_changes() {
        let op = match change.tag() {
            ChangeTag::Equal => TextOperation::Equal,
            ChangeTag::Delete => TextOperation::Delete,
            ChangeTag::Insert => TextOperation::Insert,
        };
        match runs.last_mut() {
            Some(last) if last.op == op => last.text.push_str(change.value()),
            _ => runs.push(TextRun {
                op,
                text: change.value().to_owned(),
            }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(from: &str, to: &str) -> Vec<(TextOperation, String)> {
        let runs = words(from, to, Instant::now() + PATIENCE);
        runs.into_iter().map(|run| (run.op, run.text)).collect()
    }

    /// Reassembles both texts from the runs.
    fn sides(runs: &[(TextOperation, String)]) -> (String, String) {
        let side = |other: TextOperation| {
            let runs = runs.iter().filter(|(op, _)| *op != other);
            runs.map(|(_, text)| text.as_str()).collect()
        };
        (side(TextOperation::Insert), side(TextOperation::Delete))
    }

    #[test]
    fn words_that_were_replaced_stand_beside_each_other() {
        use TextOperation::{Delete, Equal, Insert};
        let runs = told("Homes for all.\n", "Homes for some.\n");
        let text = str::to_owned;
        assert_eq!(
            runs,
            [
                (Equal, text("Homes for ")),
                (Delete, text("all")),
                (Insert, text("some")),
                (Equal, text(".\n"))
            ]
        );
        assert_eq!(told("", ""), []);
        assert_eq!(told("", "New"), [(Insert, text("New"))]);
        assert_eq!(told("same", "same"), [(Equal, text("same"))]);
    }

    #[test]
    fn two_long_texts_that_share_little_are_compared_in_bounded_time_and_put_together_again() {
        let long = |factor: u64, modulus: u64| -> String {
            let words = (0..330_000_u64).map(|n| (n * n * factor) % modulus);
            words.map(|word| format!("{word:05} ")).collect()
        };
        let (from, to) = (long(7, 9973), long(13, 9931));
        assert!(from.len() > 1_900_000);
        let started = Instant::now();
        let runs = told(&from, &to);
        assert!(started.elapsed() < 20 * PATIENCE, "{:?}", started.elapsed());
        assert!(sides(&runs) == (from, to));
    }
}
