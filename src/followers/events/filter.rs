//! The filters of listeners, evaluated in memory. They select the same as the lists do in SQL, by the same posting lists.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::message::Event;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::followers::items::model::{ItemFilter, ItemKind, ItemOperation};
use crate::id::Id;
use crate::languages::Languages;
use crate::publications::lists::plan::{Selectivities, Selector};
use crate::timestamp::Timestamp;

/// The entities that the names in a filter stand for: a post must have one of each set.
pub type FilterEntities = Arc<Vec<BTreeSet<Id>>>;

/// The decision whether to send an event to a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// To be sent as it is.
    Sent,
    /// To be sent as a deletion, because the item does not match.
    LeftFilter,
    /// Not to be sent.
    Passed,
}

/// Decides whether to send an event to a listener with this filter.
pub fn verdict(event: &Event, filter: &ItemFilter, entities: &FilterEntities) -> Verdict {
    let placed = &event.placed;
    let item = &placed.item;
    let only = filter.of_posts().only();
    let is_other_type = only.is_some() && placed.post_type.is_some_and(|own| Some(own) != only);
    let is_other_lang = item
        .lang
        .as_ref()
        .is_some_and(|lang| !filter.has_lang(lang));
    if !filter.has_kind(item.kind) || is_other_type || is_other_lang {
        return Verdict::Passed;
    }
    let matches = |any: &BTreeSet<Id>| event.entities.iter().any(|id| any.contains(id));
    match (item.kind, item.op) {
        (ItemKind::Post, ItemOperation::Upsert) if !entities.iter().all(matches) => {
            match placed.may_be_known {
                true => Verdict::LeftFilter,
                false => Verdict::Passed,
            }
        }
        (_, ItemOperation::Upsert | ItemOperation::Delete) => Verdict::Sent,
    }
}

/// The number of filters whose entities are remembered. Clients choose the filters, so their memory must have a bound.
const MAX_FILTERS: usize = 1000;

/// The entities of the filters that are in use. Listeners with the same filter share them.
#[derive(Default)]
pub struct Names(Mutex<HashMap<String, Arc<OnceCell<FilterEntities>>>>);

impl Names {
    /// Forgets everything, because names may stand for other entities now.
    pub fn forget(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Returns the entities that the names in a filter stand for. Of those who ask for the same at once, one reads the
    /// database.
    ///
    /// # Errors
    /// Returns database errors.
    pub async fn of(&self, db: &Db, filter: &ItemFilter, now: Timestamp) -> Result<FilterEntities> {
        let filter = filter.of_posts();
        let named = filter.included();
        if named.iter().all(|(_, names)| names.is_empty()) {
            return Ok(FilterEntities::default());
        }
        let key = serde_json::to_string(&named.map(|(_, names)| names));
        let key = key.map_err(|error| Error::Internal(error.to_string()))?;
        let cell = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MAX_FILTERS && !known.contains_key(&key) {
                known.clear();
            }
            Arc::clone(known.entry(key).or_default())
        };
        let read = || {
            db.read(move |conn| {
                let languages = Languages::default();
                let measured = Selectivities::measure(conn, &filter, &languages, now)?;
                let sets = measured.all_of.into_iter().map(|one| match one.selector {
                    Selector::Entities(ids) => ids.into_iter().collect(),
                    Selector::Publications(_) => BTreeSet::new(),
                });
                Ok(Arc::new(sets.collect()))
            })
        };
        cell.get_or_try_init(read).await.cloned()
    }
}
