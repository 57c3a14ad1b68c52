//! Synthetic corpora: any number of published posts, which are the same for the same seed. They are written directly to
//! the tables in batches, with all rows that publishing them individually would have created.

use std::ops::Range;

use super::batch::Batch;
use super::bodies::Bodies;
use super::cast::Cast;
use super::post::{PostNumber, SyntheticPost};
use crate::content::ExternalLinks;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// The number of posts per transaction.
const BATCH: u64 = 250;
/// The time of publication of the newest post in a corpus: 2026-10-01T00:00:00Z.
const NEWEST: i64 = 1_790_812_800_000;
/// The number of minutes between two consecutive posts.
const PACE: i64 = 7;

/// A corpus to be written.
pub struct Corpus {
    posts: u64,
    seed: u64,
    links: ExternalLinks,
}

impl Corpus {
    /// Creates a corpus of `posts` posts. `links` determines how bodies render links to other sites.
    pub fn new(posts: u64, seed: u64, links: ExternalLinks) -> Self {
        Self { posts, seed, links }
    }

    /// Writes the corpus, except batches that an earlier run has written. Calls `progress` with the number of posts
    /// after each transaction; an error from `progress` stops the work.
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

/// Updates the statistics of PostgreSQL, whose planner must know the new sizes of the tables at once rather than after
/// the next autovacuum.
fn update_statistics(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(_) => Ok(conn.batch("ANALYZE")?),
    }
}
