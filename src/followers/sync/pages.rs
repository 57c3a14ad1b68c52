//! The pages of a copy: first everything that matches, then what has changed.

use crate::changes::reading;
use crate::config::Site;
use crate::db::Conn;
use crate::delivery::site_pages::SitePages;
use crate::error::Result;
use crate::followers::items::evaluation;
use crate::followers::items::model::{Item, ItemFilter};
use crate::followers::items::position::Position;
use crate::followers::items::token::CopyProgress;
use crate::followers::items::walk::Walk;
use crate::timestamp::Timestamp;

/// A page of a copy.
#[derive(Debug)]
pub struct CopyPage {
    /// The items.
    pub items: Vec<Item>,
    /// The progress after this page.
    pub progress: CopyProgress,
    /// True if there may be more.
    pub more: bool,
}

impl CopyPage {
    /// Fills in what depends on the settings of the site.
    ///
    /// # Errors
    /// Returns the same errors as [`ItemFilter::languages`].
    pub fn complete(&mut self, site: &Site) -> Result<()> {
        let languages = self.progress.filter.languages()?;
        let pages = SitePages::new(site, &languages);
        self.items.iter_mut().for_each(|item| item.complete(&pages));
        Ok(())
    }
}

/// Begins a copy: the head of the log is where it will continue after the first reading.
///
/// # Errors
/// Returns database errors.
pub fn begin(conn: &mut Conn, filter: ItemFilter) -> Result<CopyProgress> {
    Ok(CopyProgress {
        filter,
        position: Position::after(reading::last_public(conn)?),
        walk: Some(Walk::begin()),
    })
}

/// Returns up to `most` items after this progress.
///
/// # Errors
/// Returns the conflict `sync_token_expired` if the log no longer has the position, and database errors.
pub fn after(
    conn: &mut Conn,
    mut progress: CopyProgress,
    most: u32,
    now: Timestamp,
) -> Result<CopyPage> {
    if let Some(walk) = progress.walk.take() {
        let now = progress.position.at.map_or(now, |at| at.max(now));
        let (items, next) = walk.step(conn, &progress.filter, most, now)?;
        // After the last step, the log tells what has happened meanwhile.
        progress.walk = next;
        return Ok(CopyPage {
            items,
            progress,
            more: true,
        });
    }
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    let found = evaluation::after(conn, &progress.position, &progress.filter, limit, now)?;
    progress.position = found.end;
    Ok(CopyPage {
        items: found.items.into_iter().map(|one| one.item).collect(),
        progress,
        more: found.more,
    })
}
