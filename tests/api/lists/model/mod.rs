//! The naive model. It computes each answer from plain data with simple loops, and was written after the contract, not
//! after the code.

mod attribution;
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

/// All items with the lowest rank.
fn best<T>(mut all: Vec<T>, rank: impl Fn(&T) -> u8) -> Vec<T> {
    let lowest = all.iter().map(&rank).min();
    all.retain(|one| Some(rank(one)) == lowest);
    all
}
