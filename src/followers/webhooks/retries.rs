//! When a delivery that failed is sent again.

use crate::id::Id;

/// The seconds before each retry: the first within ten seconds, the last after a day.
const PAUSES: [i64; 8] = [5, 30, 120, 600, 3600, 10_800, 21_600, 49_500];
/// The maximum pause that a receiver can ask for.
const MAX_PAUSE: i64 = 24 * 60 * 60;
/// The number of seconds after which a webhook that only fails is disabled.
pub const DISABLED_AFTER: i64 = 5 * 24 * 60 * 60;

/// Returns the seconds before the next attempt of a delivery, after this number of attempts; `None` if there is none. The
/// pause is up to a fifth shorter than in the plan, by chance, so that what failed together does not come again together.
/// The pause that the receiver asked for is kept, up to a day.
pub fn pause(delivery: Id, attempts: i32, asked: Option<i64>) -> Option<i64> {
    let index = usize::try_from(attempts.max(1) - 1).ok()?;
    let planned = PAUSES.get(index)?;
    let pause = planned - planned * chance(delivery, index) / 5 / 256;
    Some(pause.max(asked.unwrap_or_default().min(MAX_PAUSE)))
}

/// Returns a number below 256 from the random bytes of the id.
fn chance(delivery: Id, index: usize) -> i64 {
    let bytes = delivery.0.as_bytes();
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
            let pauses: Vec<i64> = (1..=8)
                .filter_map(|attempts| pause(id, attempts, None))
                .collect();
            assert_eq!(pauses.len(), 8);
            assert!(pauses.first().is_some_and(|first| (4..=10).contains(first)));
            let all: i64 = pauses.iter().sum();
            assert!((19 * 3600..=24 * 3600).contains(&all), "{pauses:?}");
            assert_eq!(pause(id, 9, Some(5)), None);
        }
    }

    #[test]
    fn the_receiver_can_ask_for_a_longer_pause_up_to_a_day() {
        let id = Id::new();
        assert_eq!(pause(id, 1, Some(77)), Some(77));
        assert_eq!(pause(id, 1, Some(1_000_000)), Some(86_400));
        assert!(pause(id, 8, Some(1)).is_some_and(|pause| pause > 36_000));
    }
}
