//! Synthetic corpora: any number of published posts, the same for the same seed. Batches of them go straight into the
//! tables, with all rows that publishing them one by one would have made.

use std::ops::Range;

use super::batch::Batch;
use super::bodies::Bodies;
use super::cast::Cast;
use super::post::{PostNumber, SyntheticPost};
use crate::content::ExternalLinks;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// Posts per transaction.
const BATCH: u64 = 250;
/// The time at which the newest post of a corpus was published: 2026-10-01T00:00:00Z.
const NEWEST: i64 = 1_790_812_800_000;
/// Minutes between one post and the one before.
const PACE: i64 = 7;

/// A corpus to be written.
pub struct Corpus {
    posts: u64,
    seed: u64,
    links: ExternalLinks,
}

impl Corpus {
    /// A corpus of `posts` posts. `links` says how bodies render links to other sites.
    pub fn new(posts: u64, seed: u64, links: ExternalLinks) -> Self {
        Self { posts, seed, links }
    }

    /// Writes the corpus, except batches that an earlier run has written. Calls `progress` after each transaction with
    /// the number of its posts; an error from `progress` stops the work there.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] when the database cannot be reached, and the first error that `progress` returns.
    pub fn write<E: From<Error>>(
        &self,
        db: &Db,
        mut progress: impl FnMut(u64) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let newest = Timestamp::from_millis(NEWEST);
        let cast = db.write_now(|conn| Cast::make(conn, self.seed, newest))?;
        let bodies = Bodies::render(self.seed, self.links);
        let mut first = 0;
        while first < self.posts {
            let count = BATCH.min(self.posts - first);
            let batch = self.batch(first..first + count, &cast, &bodies)?;
            db.write_now(|conn| batch.write(conn))?;
            progress(count)?;
            first += count;
        }
        db.write_now(update_statistics)?;
        Ok(())
    }

    fn batch(&self, numbers: Range<u64>, cast: &Cast, bodies: &Bodies) -> Result<Batch> {
        let posts = numbers.map(|number| {
            let number = PostNumber {
                seed: self.seed,
                number,
                at: published_at(number),
            };
            SyntheticPost::new(number, cast, bodies)
        });
        let posts: Result<Vec<SyntheticPost>> = posts.collect();
        Ok(Batch { posts: posts? })
    }
}

fn published_at(number: u64) -> Timestamp {
    let age = i64::try_from(number)
        .unwrap_or(i64::MAX)
        .saturating_mul(PACE * 60_000);
    Timestamp::from_millis(NEWEST.saturating_sub(age))
}

/// PostgreSQL: the planner must know the new sizes of the tables at once, not only after the next autovacuum.
fn update_statistics(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(_) => Ok(conn.batch("ANALYZE")?),
    }
}
