//! How much work a form asks for. It grows with the comments of the last minutes, on all instances, and faster with those of
//! the client's own network.

use crate::community::guard::limits::{self, WINDOW};
use crate::db::Conn;
use crate::error::Result;
use crate::timestamp::Timestamp;

/// The difficulty without load: some 4,000 hashes, a moment on any phone.
const LEAST: u32 = 12;
/// The highest difficulty: some 260,000 hashes, a few seconds on a phone.
const MOST: u32 = 18;
/// The number of comments in a window that are no load.
const USUAL: i64 = 20;

/// Returns the difficulty of a form for a client in this network.
///
/// # Errors
/// Returns database errors.
pub fn difficulty(conn: &mut Conn, network: Option<&[u8]>, now: Timestamp) -> Result<u8> {
    let all = limits::written_since(conn, now.plus_seconds(-WINDOW))?;
    let own = match network {
        Some(network) => limits::of_network(conn, network, now)?,
        None => 0,
    };
    Ok(asked(all, own))
}

/// One bit more each time that the load doubles, and that the network's own comments double.
fn asked(all: i64, own: i64) -> u8 {
    let doublings = |count: i64| (count.max(0) + 1).ilog2();
    let bits = LEAST + doublings(all / USUAL) + doublings(own);
    u8::try_from(bits.min(MOST)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_grows_with_the_load_and_with_the_own_part_of_it() {
        let cases = [
            ((0, 0), 12),
            ((19, 0), 12),
            ((20, 0), 13),
            ((0, 1), 13),
            ((140, 3), 17),
            ((100_000, 100), 18),
        ];
        for ((all, own), bits) in cases {
            assert_eq!(asked(all, own), bits, "{all} {own}");
        }
    }
}
