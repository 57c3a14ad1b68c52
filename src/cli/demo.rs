//! `tribuna demo`: loads demo content.

use super::{Failure, Interrupt, Progress, args, database, import, print};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::demo;
use crate::demo::corpus::Corpus;
use crate::import::load::has_source;

/// Runs the command.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator.
pub fn run(config: &Config, args: &args::Demo) -> Result<(), Failure> {
    let db = database::open(config)?;
    if let Some(posts) = args.posts {
        return corpus(config, &db, posts, args.seed);
    }
    let loaded = load_once(config, &db)?;
    print(if loaded {
        "The demo content is loaded.\n"
    } else {
        "The demo content was loaded before; nothing to do.\n"
    })
}

fn corpus(config: &Config, db: &Db, posts: u64, seed: u64) -> Result<(), Failure> {
    let interrupt = Interrupt::install()?;
    let progress = Progress::new("writing posts", Some(posts));
    Corpus::new(posts, seed, config.site.external_links).write(db, |written| {
        progress.inc(written);
        interrupt.check()
    })?;
    progress.finish(&format!("the corpus of seed {seed} has {posts} posts"));
    Ok(())
}

/// Loads the hand-written set, unless it was loaded before. Returns `true` if it loaded the set now. Later changes to
/// the content are not taken into account.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator.
pub fn load_once(config: &Config, db: &Db) -> Result<bool, Failure> {
    if db.read_now(|conn| has_source(conn, demo::SOURCE))? {
        return Ok(false);
    }
    let records = demo::records().map_err(Failure::general)?;
    import::load(config, db, demo::SOURCE, &records)?;
    demo::write_site(config, db, &Clock::system())?;
    Ok(true)
}
