//! When a message that could not be sent is tried again.

use crate::id::Id;

/// The seconds before each retry. Servers that refuse a stranger at first (greylisting) accept within minutes; the last
/// retry is within a day.
const PAUSES: [i64; 8] = [60, 300, 900, 3600, 7200, 14_400, 21_600, 36_000];

/// The number of attempts after which a message is given up.
pub const MOST_ATTEMPTS: i32 = 9;

/// Returns the seconds before the next attempt, after this number of attempts; `None` if there is none. The pause is up to a
/// fifth shorter than in the plan, by chance, so that what failed together does not come again together.
pub fn pause(message: Id, attempts: i32) -> Option<i64> {
    let index = usize::try_from(attempts.max(1) - 1).ok()?;
    let planned = PAUSES.get(index)?;
    Some(planned - planned * chance(message, index) / 5 / 256)
}

/// Returns a number below 256 from the random bytes of the id.
fn chance(message: Id, index: usize) -> i64 {
    let bytes = message.0.as_bytes();
    let byte = bytes.iter().rev().nth(index % 6);
    byte.map_or(0, |byte| i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eight_retries_over_a_day() {
        for _ in 0..100 {
            let id = Id::new();
            let pauses: Vec<i64> = (1..MOST_ATTEMPTS)
                .filter_map(|attempts| pause(id, attempts))
                .collect();
            assert_eq!(pauses.len(), 8);
            let all: i64 = pauses.iter().sum();
            assert!((18 * 3600..=24 * 3600).contains(&all), "{pauses:?}");
            assert_eq!(pause(id, MOST_ATTEMPTS), None);
        }
    }
}
