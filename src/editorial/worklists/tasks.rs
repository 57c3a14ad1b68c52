//! The tasks that wait for the caller.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text};

use super::line::{self, PEOPLE, People};
use super::model::{Task, TaskKind, TaskQuery, WorkSort};
use super::page::{self, Columns, Place, SortedListing, Source};
use super::sources::{self, Scope};
use super::state::TranslationState;
use crate::accounts::api_keys::limits;
use crate::changes::actor::{Access, By};
use crate::db::sql_types::{Json, Uuid};
use crate::db::{Conn, each};
use crate::editorial::posts::access::{self, Restriction};
use crate::editorial::workflow::rules::{Relationship, TranslationContext, allowed_actions};
use crate::editorial::workflow::words::{Action, Stage, Status};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::post_type::PostType;
use crate::schema::users;

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    place: Place,
    #[diesel(sql_type = Text)]
    original_lang: Lang,
    #[diesel(sql_type = Nullable<Uuid>)]
    created_by: Option<Id>,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Text>)]
    stage: Option<Stage>,
    #[diesel(embed)]
    people: People,
    #[diesel(sql_type = Nullable<Integer>)]
    revision: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Bool)]
    has_publication: bool,
}

impl AsRef<Place> for Row {
    fn as_ref(&self) -> &Place {
        &self.place
    }
}

const COLUMNS: &str = "t.original_lang, t.created_by, \
     COALESCE(w.title, a.title) AS title, w.stage, w.revision, \
     (SELECT l.note FROM workflow_steps l WHERE l.post_id = x.post_id AND l.lang = x.lang \
      ORDER BY l.id DESC LIMIT 1) AS note, \
     EXISTS (SELECT 1 FROM publications p WHERE p.post_id = x.post_id AND p.lang = x.lang) AS has_publication";

/// Returns a page of the caller's tasks, in the requested order.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::NotFound`] if the caller is neither a user nor an API key;
/// [`Error::Parameters`] if the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &TaskQuery,
    by: By,
) -> Result<(Vec<Task>, PageInfo)> {
    by.require(Access::Readers)?;
    let caller = Assignee::of(by)?;
    let lists = waiting(conn, query, by, caller)?;
    let columns = Columns {
        list: &format!("{COLUMNS}, {PEOPLE}"),
        joins: &line::joins(access::restricted_to(by)?),
    };
    let sorted = SortedListing {
        listing,
        sort: query.sort.unwrap_or(WorkSort::Longest),
    };
    let (rows, info) = page::sorted::<Row>(conn, sorted, &lists, columns)?;
    let posts: Vec<_> = rows
        .iter()
        .map(|row| (row.place.post_id, row.created_by))
        .collect();
    let relationships = access::relationships(conn, by, &posts)?;
    let task = |row: Row| {
        let relationship = relationships.get(&row.place.post_id).copied()?;
        let allowed = row.allowed_actions(by, relationship);
        Some(row.task(allowed))
    };
    Ok((rows.into_iter().filter_map(task).collect(), info))
}

/// The user or the API key whose tasks are listed.
#[derive(Clone, Copy)]
struct Assignee {
    id: Id,
    author: Option<Id>,
}

impl Assignee {
    fn of(by: By) -> Result<Self> {
        let author = by.actor.caller().and_then(|caller| caller.author);
        let id = by.actor.id().ok_or(Error::NotFound)?;
        Ok(Self { id, author })
    }
}

impl Row {
    /// Returns the actions that the caller may take. Of a missing translation, that is at most creating it.
    fn allowed_actions(&self, by: By, relationship: Relationship) -> Vec<Action> {
        let facts = TranslationContext {
            relationship,
            trashed: false,
            original: self.place.lang == self.original_lang,
            stage: self.stage.unwrap_or(Stage::Draft),
            has_publication: self.has_publication,
            submitter: self.people.submitted_by().is(by.actor),
            reviews_own: by.policy.editors_review_own,
        };
        let mut allowed = allowed_actions(&facts);
        if self.stage.is_none() {
            allowed.retain(|action| *action == Action::Edit);
        }
        allowed
    }

    fn task(self, allowed_actions: Vec<Action>) -> Task {
        let kind = kind(self.place.tag);
        Task {
            kind,
            post: self.place.post_id,
            lang: self.place.lang,
            original_lang: self.original_lang,
            title: self.title,
            status: self.place.tag,
            since: self.place.since,
            revision: self.revision,
            note: self.note.filter(|_| kind != TaskKind::Translate),
            submitted_by: self.people.submitter(),
            reviewed_by: self.people.reviewer(),
            allowed_actions,
        }
    }
}

/// Returns the kind of task for the state of a translation.
fn kind(state: TranslationState) -> TaskKind {
    match state {
        TranslationState::Has(Status::Submitted | Status::InReview) => TaskKind::Review,
        TranslationState::Has(Status::ChangesRequested) => TaskKind::Correct,
        TranslationState::Has(Status::Approved) => TaskKind::Publish,
        _ => TaskKind::Translate,
    }
}

/// Returns the source lists of the caller's tasks.
fn waiting(conn: &mut Conn, query: &TaskQuery, by: By, caller: Assignee) -> Result<Vec<Source>> {
    let scope = Scope {
        restricted_to: access::restricted_to(by)?,
        at: by.at,
        langs: &query.lang,
        post_type: PostType::only(&query.r#type),
        filter: &query.filter,
    };
    let decides = by.actor.authority().decides();
    let is_wanted = |kind: TaskKind| query.kind.is_empty() || query.kind.contains(&kind);
    let mut lists = Vec::new();
    if decides && is_wanted(TaskKind::Review) {
        lists.push(to_review(&scope, by, caller));
        let tag = Status::InReview.as_str();
        let mut mine = sources::at_stage(&scope, tag, Stage::InReview);
        mine.from.push(" AND w.reviewed_by = ").bind(caller.id);
        lists.push(mine);
    }
    if is_wanted(TaskKind::Correct) {
        lists.push(to_correct(&scope, by, caller));
    }
    if decides && is_wanted(TaskKind::Publish) {
        let tag = Status::Approved.as_str();
        lists.push(sources::at_stage(&scope, tag, Stage::Approved));
    }
    // These posts have a public original, which contributors may not edit.
    if writes_public(by) && is_wanted(TaskKind::Translate) {
        let langs = match query.lang.is_empty() {
            true => languages(conn, by)?,
            false => query.lang.clone(),
        };
        lists.extend(to_translate(&scope, &langs));
    }
    Ok(lists)
}

/// Returns whether the caller may write own posts that were public.
fn writes_public(by: By) -> bool {
    let relationship = Relationship {
        authority: by.actor.authority(),
        own: true,
        was_public: true,
    };
    relationship.may_write().is_ok()
}

fn to_review(scope: &Scope<'_>, by: By, caller: Assignee) -> Source {
    let tag = Status::Submitted.as_str();
    let mut source = sources::at_stage(scope, tag, Stage::Submitted);
    if by.policy.editors_review_own {
        return source;
    }
    let from = &mut source.from;
    let column = submitter_column(by);
    from.push(&format!(" AND ({column} IS NULL OR {column} <> "))
        .bind(caller.id)
        .push(")");
    source
}

/// Returns the column that names the caller as the submitter.
fn submitter_column(by: By) -> &'static str {
    match by.actor.key() {
        Some(_) => "w.submitted_by_key",
        None => "w.submitted_by",
    }
}

/// Lists the translations that were sent back: to the user or key that submitted them and to the owners of the post, as long
/// as they may write it.
fn to_correct(scope: &Scope<'_>, by: By, caller: Assignee) -> Source {
    let tag = Status::ChangesRequested.as_str();
    let mut source = sources::at_stage(scope, tag, Stage::ChangesRequested);
    let from = &mut source.from;
    if !matches!(scope.restricted_to, Some(Restriction::Own(_))) {
        let column = submitter_column(by);
        from.push(&format!(" AND ({column} = ")).bind(caller.id);
        from.push(" OR ");
        access::push_ownership(from, caller.id, caller.author);
        from.push(")");
    }
    if !writes_public(by) {
        from.push(
            " AND NOT EXISTS (SELECT 1 FROM slugs s WHERE s.owner_id = t.id AND s.public_at <= ",
        )
        .bind(scope.at)
        .push(")");
    }
    source
}

fn to_translate(scope: &Scope<'_>, langs: &[Lang]) -> Vec<Source> {
    let mut lists = Vec::new();
    for lang in langs {
        let scope = Scope {
            langs: std::slice::from_ref(lang),
            ..*scope
        };
        let tag = TranslationState::Missing.as_str();
        lists.push(sources::missing_of_live(&scope, tag, lang));
        let tag = TranslationState::Outdated.as_str();
        lists.push(sources::outdated(&scope, tag));
    }
    lists
}

/// Reads the languages that the caller translates into: those of the user, or those to which the key is limited.
fn languages(conn: &mut Conn, by: By) -> Result<Vec<Lang>> {
    let Some(user) = by.actor.user() else {
        return Ok(limits::languages(conn, by.actor)?.unwrap_or_default());
    };
    let row = users::table.find(user).select(users::languages);
    let Json(languages): Json<Vec<Lang>> = each!(conn, row.first(conn))?;
    Ok(languages)
}
