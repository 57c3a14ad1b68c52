//! The naive model: every answer computed anew out of plain facts, with loops, and without a thought for speed. It is
//! written after the contract, not after the code.

mod facets;
mod languages;
mod names;
pub mod one_thing;
pub mod order;
mod posts;
mod related;

mod shapes;
pub mod single;
pub mod things;

/// All that have the lowest rank.
fn best<T>(mut all: Vec<T>, rank: impl Fn(&T) -> u8) -> Vec<T> {
    let lowest = all.iter().map(&rank).min();
    all.retain(|one| Some(rank(one)) == lowest);
    all
}
