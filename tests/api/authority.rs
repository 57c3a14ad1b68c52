//! Every store function that takes an actor refuses the public, independently of the routes that call it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tribuna::accounts::users::model::{Account, AccountPatch};
use tribuna::accounts::{api_keys, sessions, signing_keys, users};
use tribuna::by_lang::ByLang;
use tribuna::catalogue::references::ReferenceKind;
use tribuna::catalogue::terms::edit::{NewTerm, TermEdit};
use tribuna::catalogue::terms::merge::{self, Merger};
use tribuna::catalogue::terms::store as terms;
use tribuna::catalogue::{authors, organizations, site};
use tribuna::changes::actor::{Actor, By, Caller, Role};
use tribuna::community::comments::importing::{self, ImportedComment};
use tribuna::community::comments::states::CommentState;
use tribuna::community::comments::{self, discussion, moderation};
use tribuna::community::people::PeopleKey;
use tribuna::content::ExternalLinks;
use tribuna::db::Conn;
use tribuna::db::sql::Sql;
use tribuna::delivery::named_lists::NamedQuery;
use tribuna::editorial::calendar;
use tribuna::editorial::copies;
use tribuna::editorial::posts::access;
use tribuna::editorial::posts::bylines::Affiliation;
use tribuna::editorial::posts::model::PostRow;
use tribuna::editorial::posts::query::{PostInclusion, PostQuery};
use tribuna::editorial::posts::single_relations::{self, Addition, Named, Removal};
use tribuna::editorial::posts::store as posts;
use tribuna::editorial::posts::{history, rows, trash, writing};
use tribuna::editorial::previews;
use tribuna::editorial::publishing::model::{NewPublication, Takedown};
use tribuna::editorial::publishing::times::Times;
use tribuna::editorial::publishing::{self, retiming, taking_down};
use tribuna::editorial::revisions::prune;
use tribuna::editorial::takedowns;
use tribuna::editorial::translations::model::TranslationInclusion;
use tribuna::editorial::translations::{sources, store as translations};
use tribuna::editorial::workflow::model::Step;
use tribuna::editorial::workflow::steps;
use tribuna::editorial::worklists::{coverage, tasks};
use tribuna::error::{Error, Result};
use tribuna::followers::audit;
use tribuna::followers::audit::history::HistoryQuery;
use tribuna::followers::audit::model::AuditSort;
use tribuna::followers::webhooks;
use tribuna::followers::webhooks::deliveries;
use tribuna::followers::webhooks::deliveries::model::DeliveryState;
use tribuna::followers::webhooks::queue::NewDelivery;
use tribuna::id::Id;
use tribuna::kind::Kind;
use tribuna::lang::Lang;
use tribuna::page::{CursorKey, Listing, Paging};
use tribuna::patch::Edit;
use tribuna::publications::writing::transitions;
use tribuna::timestamp::Timestamp;
use tribuna::translation_id::TranslationId;
use tribuna::version::Seen;

use crate::support::content::{post, text};
use crate::support::{TestApp, config};

/// Functions that serve somebody who is not signed in, each with its reason.
const OPEN: [(&str, &str); 12] = [
    (
        "community/comments/admission::admit",
        "decides about what somebody without an account writes",
    ),
    (
        "community/comments/writing::insert",
        "writes the comment of a reader",
    ),
    (
        "community/comments/writing::update",
        "changes a comment, for whoever has its token",
    ),
    (
        "community/comments/writing::delete",
        "deletes a comment, for whoever has its token",
    ),
    (
        "accounts/sessions/sign_in::open",
        "signs in a user with the right password",
    ),
    (
        "accounts/sessions/sign_in::refuse",
        "records a failed sign-in",
    ),
    (
        "accounts/sessions/rotation::rotate",
        "exchanges a refresh token, which authorizes the call",
    ),
    (
        "changes::append",
        "logs what another function has authorized and done",
    ),
    (
        "changes::append_all",
        "writes down what another function has done and judged",
    ),
    (
        "changes::append_in",
        "logs what another function has authorized and done",
    ),
    (
        "changes::append_unnamed",
        "logs what another function has authorized and done",
    ),
    (
        "state::write",
        "runs a transaction for a function that authorizes itself",
    ),
];

/// Functions that open their own transactions. [`functions_with_their_own_transactions_refuse_the_public`] calls them.
const ON_THEIR_OWN: [&str; 3] = [
    "editorial/publishing/publish::publish",
    "editorial/revisions/prune::look",
    "editorial/revisions/prune::run",
];

type Call = fn(&mut Conn, By, &World) -> Result<()>;

macro_rules! calls {
    ($($name:literal => |$conn:ident, $by:ident, $world:ident| $call:expr;)+) => {
        [$(($name, (|$conn: &mut Conn, $by: By, $world: &World| -> Result<()> { $call.map(drop) }) as Call)),+]
    };
}

/// One valid call of each function.
fn calls() -> impl Iterator<Item = (&'static str, Call)> {
    on_posts()
        .into_iter()
        .chain(on_translations())
        .chain(on_steps())
        .chain(on_content())
        .chain(on_people())
        .chain(on_comments())
}

fn on_posts() -> impl IntoIterator<Item = (&'static str, Call)> {
    calls! {
        "editorial/posts/access::restricted_to" => |_c, by, _w| access::restricted_to(by);
        "editorial/posts/access::relationship" => |c, by, w| { let post = row(c, w.draft)?; access::relationship(c, by, &post) };
        "editorial/posts/access::relationships" => |c, by, w| access::relationships(c, by, &[(w.draft, None)]);
        "editorial/copies/store::insert" => |c, by, w| copies::store::insert(c, by, w.draft, None);
        "editorial/worklists/coverage::list" => |c, by, w| coverage::list(c, &w.listing, &read(json!({})), by);
        "editorial/worklists/coverage::matrix" => |c, by, _w| coverage::matrix(c, &read(json!({})), by);
        "editorial/worklists/tasks::list" => |c, by, w| tasks::list(c, &w.listing, &read(json!({ "lang": [] })), by);
        "editorial/posts/store::list" => |c, by, w| posts::list(c, &w.listing, &PostQuery::default(), &PostInclusion::default(), by);
        "editorial/posts/store::find" => |c, by, w| posts::find(c, by, w.draft);
        "editorial/posts/store::find_including" => |c, by, w| posts::find_including(c, by, w.draft, &PostInclusion::default());
        "editorial/posts/store::statement" => |c, by, w| posts::statement(c, &w.listing, &PostQuery::default(), by);
        "editorial/posts/rows::row_to_read" => |c, by, w| rows::row_to_read(c, by, w.draft);
        "editorial/posts/history::list" => |c, by, w| history::list(c, by, w.draft, &w.listing, &HistoryQuery::default());
        "editorial/posts/writing::insert" => |c, by, _w| writing::insert(c, by, read(post("en", "New")));
        "editorial/posts/writing::update" => |c, by, w| writing::update(c, by, w.draft, &w.seen, writing::Edit { patch: read(json!({ "featured": true })), publish: false });
        "editorial/posts/writing::publish" => |c, by, w| writing::publish(c, by, w.live, &w.seen);
        "editorial/posts/writing::replace" => |c, by, w| writing::replace(c, by, w.draft, &w.seen, read(post("en", "Other")));
        "editorial/posts/single_relations::add" => |c, by, w| single_relations::add(c, by, w.draft, &w.seen, Addition { named: tagged(w), affiliation: Affiliation::default(), publish: false });
        "editorial/posts/single_relations::remove" => |c, by, w| single_relations::remove(c, by, w.draft, &w.seen, Removal { named: tagged(w), publish: false });
        "editorial/posts/writing::replace_imported" => |c, by, w| writing::replace_imported(c, by, w.draft, read(post("en", "Other")));
        "editorial/posts/trash::trash" => |c, by, w| trash::trash(c, by, w.live, &w.seen);
        "editorial/posts/trash::restore" => |c, by, w| trash::restore(c, by, w.trashed, &w.seen);
        "editorial/posts/trash::purge" => |c, by, w| trash::purge(c, by, w.trashed, &w.seen);
        "editorial/posts/trash::purge_trashed" => |c, by, w| trash::purge_trashed(c, by, w.trashed, w.later);
        "editorial/takedowns/store::list" => |c, by, w| takedowns::store::list(c, by, w.live, &w.listing);
        "editorial/calendar/store::list" => |c, by, w| calendar::store::list(c, &w.listing, &read(json!({ "from": "2026-05-01", "to": "2026-05-09" })), by);
        "editorial/previews/store::list" => |c, by, w| previews::store::list(c, &w.listing, by, &of(w.draft, &w.en));
        "editorial/previews/store::find" => |c, by, w| previews::store::find(c, by, &of(w.draft, &w.en), w.link);
        "editorial/previews/store::insert" => |c, by, w| previews::store::insert(c, by, &of(w.draft, &w.en), &read(json!({})));
        "editorial/previews/store::delete" => |c, by, w| previews::store::delete(c, by, &of(w.draft, &w.en), w.link, &w.seen);
    }
}

fn on_translations() -> impl IntoIterator<Item = (&'static str, Call)> {
    calls! {
        "editorial/translations/sources::restore" => |c, by, w| sources::restore(c, by, &of(w.draft, &w.en), &w.seen, 1);
        "editorial/translations/sources::begin" => |c, by, w| sources::begin(c, by, &of(w.draft, &w.es), &w.en);
        "editorial/translations/store::find" => |c, by, w| translations::find(c, by, &of(w.draft, &w.en));
        "editorial/translations/store::find_including" => |c, by, w| translations::find_including(c, by, &of(w.draft, &w.en), &TranslationInclusion::default());
        "editorial/translations/store::replace" => |c, by, w| translations::replace(c, by, &of(w.draft, &w.en), &w.seen, read(text("Other")));
        "editorial/translations/store::update" => |c, by, w| translations::update(c, by, &of(w.draft, &w.en), &w.seen, read(json!({ "title": "Other" })));
        "editorial/translations/store::upsert" => |c, by, w| translations::upsert(c, by, &of(w.draft, &w.en), read(text("Other")));
        "editorial/translations/store::delete" => |c, by, w| translations::delete(c, by, &of(w.draft, &w.fr), &w.seen);
        "editorial/publishing/publish::publish_imported" => |c, by, w| publish_imported(c, by, &of(w.draft, &w.en));
        "editorial/publishing/store::find" => |c, by, w| publishing::store::find(c, by, &of(w.live, &w.en));
        "editorial/publishing/taking_down::cancel_replacement" => |c, by, w| taking_down::cancel_replacement(c, by, &of(w.live, &w.en), &w.seen);
        "editorial/publishing/taking_down::unpublish" => |c, by, w| taking_down::unpublish(c, by, &of(w.live, &w.en), &w.seen, Takedown::default());
        "editorial/publishing/retiming::retime" => |c, by, w| retiming::retime(c, by, &of(w.live, &w.en), &w.seen, read(json!({})));
        "editorial/publishing/retiming::retime_replacement" => |c, by, w| retiming::retime_replacement(c, by, &of(w.live, &w.en), &w.seen, read(json!({})));
        "publications/writing/transitions::log_lost_slugs" => |c, by, w| transitions::log_lost_slugs(c, by, &of(w.live, &w.en));
    }
}

fn on_steps() -> impl IntoIterator<Item = (&'static str, Call)> {
    calls! {
        "editorial/workflow/steps::apply" => |c, by, w| steps::apply(c, by, &of(w.draft, &w.en), &w.seen, Step::Submit, None);
        "editorial/workflow/steps::submission" => |c, by, w| steps::submission(c, by, &of(w.reviewed, &w.en));
        "editorial/workflow/steps::review" => |c, by, w| steps::review(c, by, &of(w.reviewed, &w.en));
        "editorial/workflow/steps::archive" => |c, by, w| steps::archive(c, by, &of(w.archived, &w.en));
        "editorial/workflow/steps::list" => |c, by, w| steps::list(c, by, &of(w.reviewed, &w.en), &w.listing);
    }
}

fn on_content() -> impl IntoIterator<Item = (&'static str, Call)> {
    calls! {
        "catalogue/authors/store::insert" => |c, by, _w| authors::store::insert(c, by, read(json!({ "name": "New" })));
        "catalogue/authors/store::update" => |c, by, w| authors::store::update(c, by, w.author, &w.seen, Edit::Merge(read(json!({ "name": "Other" }))));
        "catalogue/authors/store::delete" => |c, by, w| authors::store::delete(c, by, w.author, &w.seen);
        "catalogue/organizations/store::insert" => |c, by, _w| organizations::store::insert(c, by, read(json!({ "name": "New" })));
        "catalogue/organizations/store::update" => |c, by, w| organizations::store::update(c, by, w.organization, &w.seen, Edit::Merge(read(json!({ "name": "Other" }))));
        "catalogue/organizations/store::delete" => |c, by, w| organizations::store::delete(c, by, w.organization, &w.seen);
        "catalogue/site/store::replace" => |c, by, w| site::store::replace(c, by, &w.seen, read(json!({})), &config("sqlite://unused", &[]).site);
        "catalogue/terms/store::insert" => |c, by, _w| terms::insert(c, by, Kind::Tag, term("New"));
        "catalogue/terms/store::update" => |c, by, w| terms::update(c, by, Kind::Tag, w.tags.0, &w.seen, moved());
        "catalogue/terms/store::delete" => |c, by, w| terms::delete(c, by, Kind::Tag, w.tags.0, &w.seen);
        "catalogue/terms/merge::merge" => |c, by, w| merge::merge(c, by, &w.seen, Merger { kind: Kind::Tag, id: w.tags.0, into: w.tags.1 });
    }
}

fn on_people() -> impl IntoIterator<Item = (&'static str, Call)> {
    calls! {
        "accounts/api_keys/limits::check_shared" => |_c, by, _w| api_keys::limits::check_shared(by);
        "accounts/api_keys/store::list" => |c, by, w| api_keys::store::list(c, by, &w.listing, &NamedQuery::default());
        "accounts/api_keys/store::find" => |c, by, w| api_keys::store::find(c, by, w.key);
        "accounts/api_keys/store::insert" => |c, by, _w| api_keys::store::insert(c, by, read(new_key()));
        "accounts/api_keys/store::update" => |c, by, w| api_keys::store::update(c, by, w.key, &w.seen, Edit::Merge(read(json!({ "name": "Other" }))));
        "accounts/api_keys/store::delete" => |c, by, w| api_keys::store::delete(c, by, w.key, &w.seen);
        "accounts/api_keys/rotation::rotate" => |c, by, w| api_keys::rotation::rotate(c, by, w.key, &w.seen, &read(json!({})));
        "accounts/api_keys/rotation::end_rotation" => |c, by, w| api_keys::rotation::end_rotation(c, by, w.key, &w.seen);
        "accounts/signing_keys/store::ensure" => |c, by, _w| signing_keys::store::ensure(c, by);
        "accounts/signing_keys/store::rotate" => |c, by, _w| signing_keys::store::rotate(c, by);
        "accounts/sessions/store::sign_out" => |c, by, w| sessions::store::sign_out(c, by, w.user, Id::new());
        "accounts/sessions/store::revoke_all" => |c, by, w| sessions::store::revoke_all(c, by, w.user, None, "deactivated");
        "accounts/users/store::ensure_first_admin" => |c, by, _w| users::store::ensure_first_admin(c, by, account().email, "!".into());
        "accounts/users/list::list" => |c, by, w| users::list::list(c, &w.listing, &read(json!({})), by);
        "accounts/users/store::all" => |c, by, _w| users::store::all(c, by);
        "accounts/users/store::find" => |c, by, w| users::store::find(c, by, w.user);
        "accounts/users/store::find_by_email" => |c, by, _w| users::store::find_by_email(c, by, &"uma@example.org".parse().unwrap());
        "accounts/users/store::credentials" => |c, by, w| users::store::credentials(c, by, w.user);
        "accounts/users/store::insert" => |c, by, _w| users::store::insert(c, by, account());
        "accounts/users/store::update" => |c, by, w| users::store::update(c, by, w.user, &w.seen, AccountPatch { active: Some(false), ..AccountPatch::default() });
        "accounts/users/store::update_own" => |c, by, w| users::store::update_own(c, by, w.user, &w.seen, read(json!({ "name": "Uma" })));
        "accounts/users/store::set_own_password" => |c, by, w| users::store::set_own_password(c, by, w.user, &w.seen, password());
        "accounts/users/store::delete" => |c, by, w| users::store::delete(c, by, w.user, &w.seen);
        "followers/webhooks/store::list" => |c, by, w| webhooks::store::list(c, by, &w.listing);
        "followers/webhooks/store::find" => |c, by, w| webhooks::store::find(c, by, w.webhook);
        "followers/webhooks/store::insert" => |c, by, _w| webhooks::store::insert(c, by, read(new_webhook()));
        "followers/webhooks/store::update" => |c, by, w| webhooks::store::update(c, by, w.webhook, &w.seen, read(json!({ "enabled": false })));
        "followers/webhooks/store::delete" => |c, by, w| webhooks::store::delete(c, by, w.webhook, &w.seen);
        "followers/webhooks/store::rotate" => |c, by, w| webhooks::store::rotate(c, by, w.webhook, &w.seen, &read(json!({})));
        "followers/webhooks/deliveries/store::list" => |c, by, w| deliveries::store::list(c, by, w.webhook, &w.listing, &read(json!({})));
        "followers/webhooks/deliveries/store::find" => |c, by, w| deliveries::store::find(c, by, w.webhook, w.message);
        "followers/webhooks/deliveries/store::replay" => |c, by, w| deliveries::store::replay(c, by, w.webhook, w.message);
        "followers/webhooks/deliveries/store::replay_span" => |c, by, w| deliveries::store::replay_span(c, by, w.webhook, &read(json!({ "from": "2026-01-01T00:00:00Z" })));
        "followers/audit/store::list" => |c, by, w| audit::store::list(c, &w.listing, &read(json!({})), AuditSort::Newest, by);
        "followers/audit/store::list_of_post" => |c, by, w| audit::store::list_of_post(c, &w.listing, w.live, &HistoryQuery::default(), by);
        "followers/audit/store::following" => |c, by, _w| audit::store::following(c, &read(json!({})), 0, 1, by);
    }
}

fn on_comments() -> impl IntoIterator<Item = (&'static str, Call)> {
    calls! {
        "community/comments/moderation::list" => |c, by, w| moderation::list(c, by, &w.listing, &read(json!({})));
        "community/comments/moderation::counts" => |c, by, _w| moderation::counts(c, by, &read(json!({})));
        "community/comments/moderation::find" => |c, by, w| moderation::find(c, by, w.comment);
        "community/comments/moderation::decide" => |c, by, w| moderation::decide(c, by, w.comment, &w.seen, read(json!({ "state": "spam" })));
        "community/comments/importing::insert" => |c, by, w| importing::insert(c, by, None, imported(w));
        "community/comments/importing::replace" => |c, by, w| importing::replace(c, by, w.comment, imported(w));
        "community/comments/discussion::find" => |c, by, w| discussion::find(c, by, w.live);
        "community/comments/discussion::replace" => |c, by, w| discussion::replace(c, by, w.live, &w.seen, read(json!({ "comments": "closed" })));
    }
}

/// Resources on which each call can succeed.
struct World {
    boss: By,
    draft: Id,
    live: Id,
    reviewed: Id,
    archived: Id,
    trashed: Id,
    link: Id,
    author: Id,
    organization: Id,
    tags: (Id, Id),
    user: Id,
    key: Id,
    webhook: Id,
    message: Id,
    comment: Id,
    en: Lang,
    fr: Lang,
    es: Lang,
    listing: Listing,
    seen: Seen,
    later: Timestamp,
}

impl World {
    /// Creates the resources with the authority of the system.
    async fn made(app: &TestApp) -> Self {
        let (boss, user) = (app.admin("boss").await, app.contributor("uma").await);
        let key = CursorKey::new(&[7; 32]);
        let now = app.clock.now();
        let made = app.state.db.write_now(|conn| {
            let by = system(app);
            let (en, fr, seen) = (lang("en"), lang("fr"), Seen::default());
            let (draft, live, reviewed) = (
                written(conn, by, "Draft")?,
                written(conn, by, "Live")?,
                written(conn, by, "Reviewed")?,
            );
            let (archived, trashed) = (
                written(conn, by, "Archived")?,
                written(conn, by, "Trashed")?,
            );
            translations::upsert(conn, by, &of(draft, &fr), read(text("Brouillon")))?;
            for step in [Step::Submit, Step::Take] {
                steps::apply(conn, by, &of(reviewed, &en), &seen, step, None)?;
            }
            steps::apply(conn, by, &of(archived, &en), &seen, Step::Archive, None)?;
            trash::trash(conn, by, trashed, &seen)?;
            let tags = (tag(conn, by, "One")?, tag(conn, by, "Two")?);
            let new = json!({ "name": "Ada" });
            let key_made = api_keys::store::insert(conn, by, read(new_key()))?.0.id;
            api_keys::rotation::rotate(conn, by, key_made, &seen, &read(json!({})))?;
            let webhook = webhooks::store::insert(conn, by, read(new_webhook()))?.0.id;
            let message = message(webhook, now);
            webhooks::queue::insert(conn, std::slice::from_ref(&message))?;
            Ok(Self {
                webhook,
                message: message.id,
                comment: Id::default(),
                boss: By::new(
                    Actor::User(Caller {
                        id: boss.user.unwrap(),
                        role: Role::Admin,
                        author: None,
                    }),
                    now,
                ),
                link: previews::store::insert(conn, by, &of(draft, &en), &read(json!({})))?
                    .0
                    .id,
                author: authors::store::insert(conn, by, read(new.clone()))?.id,
                organization: organizations::store::insert(conn, by, read(new))?.id,
                user: user.user.unwrap(),
                key: key_made,
                listing: Listing::new("/v1/admin/posts", "", Paging::default(), key)?,
                later: now.plus_seconds(3600),
                es: lang("es"),
                draft,
                live,
                reviewed,
                archived,
                trashed,
                tags,
                en,
                fr,
                seen,
            })
        });
        let mut world = made.unwrap();
        for publish_at in [None, Some(world.later)] {
            let new = NewPublication {
                publish_at: publish_at.map(|at| at.to_string().parse().unwrap()),
                ..NewPublication::default()
            };
            let key = of(world.live, &world.en);
            let done =
                publishing::publish::publish(&app.state, system(app), key, Seen::default(), new);
            done.await.unwrap();
        }
        world.comment = commented(app, world.live);
        world
    }
}

/// Writes a comment on a post that is open for comments.
fn commented(app: &TestApp, post: Id) -> Id {
    let open = json!({ "comments": "open" });
    let new = json!({ "name": "Amara", "email": "amara@example.org", "text": "So true." });
    let written = app.state.db.write_now(|conn| {
        let (by, key) = (system(app), PeopleKey::new(&[7; 32]));
        discussion::replace(conn, by, post, &Seen::default(), read(open))?;
        comments::writing::insert(conn, by, &key, &post.to_string(), read(new))
    });
    written.unwrap().0.id
}

fn imported(world: &World) -> ImportedComment {
    ImportedComment {
        post: world.live,
        parent: None,
        lang: world.en.clone(),
        name: "Bo".into(),
        email: None,
        html: "<p>So true.</p>".into(),
        state: CommentState::Approved,
        created_at: world.later,
    }
}

fn tagged(world: &World) -> Named {
    Named::new(ReferenceKind::Tag, &world.tags.0.to_string())
}

fn system(app: &TestApp) -> By {
    By::new(Actor::Cli, app.clock.now())
}

fn public(app: &TestApp) -> By {
    By::new(Actor::Nobody, app.clock.now())
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn lang(lang: &str) -> Lang {
    lang.parse().unwrap()
}

fn row(conn: &mut Conn, post: Id) -> Result<PostRow> {
    rows::row(conn, post)
}

fn of(post: Id, lang: &Lang) -> TranslationId {
    TranslationId::new(post, lang.clone())
}

fn publish_imported(conn: &mut Conn, by: By, id: &TranslationId) -> Result<()> {
    let times = Times {
        begin: by.at,
        replaces: None,
        end: None,
        updated: by.at,
        zone: None,
    };
    publishing::publish::publish_imported(conn, by, id, times, ExternalLinks::Plain.into())
}

fn written(conn: &mut Conn, by: By, title: &str) -> Result<Id> {
    Ok(writing::insert(conn, by, read(post("en", title)))?
        .summary
        .id)
}

fn tag(conn: &mut Conn, by: By, name: &str) -> Result<Id> {
    Ok(terms::insert(conn, by, Kind::Tag, term(name))?.row.id)
}

fn term(name: &str) -> NewTerm {
    NewTerm {
        translations: [(lang("en"), read(json!({ "name": name })))]
            .into_iter()
            .collect(),
        parent: None,
        position: 0,
    }
}

fn moved() -> TermEdit {
    TermEdit {
        translations: Edit::Merge(ByLang::default()),
        parent: None,
        position: Some(2),
    }
}

fn new_key() -> Value {
    json!({ "name": "City Network", "scopes": ["delivery:read"] })
}

fn new_webhook() -> Value {
    json!({ "url": "https://receiver.invalid/hook" })
}

fn message(webhook: Id, now: Timestamp) -> NewDelivery {
    NewDelivery {
        id: Id::new(),
        webhook_id: webhook,
        event: "post.published".into(),
        entity_id: None,
        lang: None,
        payload: "{}".into(),
        state: DeliveryState::Pending,
        urgent: false,
        due_at: now,
        created_at: now,
    }
}

fn account() -> Account {
    Account {
        email: "new@example.org".parse().unwrap(),
        name: None,
        password_hash: "!".into(),
        role: Role::Admin,
        author: None,
        active: true,
        languages: Vec::new(),
    }
}

fn password() -> users::store::OwnPassword {
    users::store::OwnPassword {
        old: "!".into(),
        new: "?".into(),
        keep: Id::new(),
    }
}

fn is_refusal(error: &Error) -> bool {
    matches!(
        error,
        Error::Forbidden(_) | Error::Unauthenticated(_) | Error::NotFound | Error::Missing(_)
    )
}

fn assert_refused<T>(name: &str, outcome: Result<T>) {
    match outcome {
        Err(error) => assert!(is_refusal(&error), "{name}: {error:?}"),
        Ok(_) => panic!("{name} accepts the public"),
    }
}

/// Runs a call and rolls it back.
fn rehearsed(app: &TestApp, by: By, world: &World, call: Call) -> Result<()> {
    app.state.db.rehearse_now(|conn| call(conn, by, world))
}

on_both!(every_store_function_refuses_the_public, async |app| {
    let world = World::made(&app).await;
    let before = app.stored();
    for (name, call) in calls() {
        let entries = |conn: &mut Conn| Sql::new("SELECT count(*) AS n FROM changes").number(conn);
        // Committed, so that anything the call writes is detected.
        let (outcome, written) = app
            .state
            .db
            .write_now(|conn| {
                let told = entries(conn)?;
                let outcome = call(conn, public(&app), &world);
                Ok((outcome, entries(conn)? - told))
            })
            .unwrap();
        assert_refused(name, outcome);
        assert_eq!(written, 0, "{name} writes to the change log");
        assert_eq!(app.stored(), before, "{name} writes");
    }
});

on_both!(the_same_calls_succeed_with_authority, async |app| {
    let world = World::made(&app).await;
    for (name, call) in calls() {
        let outcome = match name {
            // Tasks belong to a user.
            "editorial/worklists/tasks::list" => rehearsed(&app, world.boss, &world, call),
            _ => rehearsed(&app, system(&app), &world, call),
        };
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
});

on_both!(
    functions_with_their_own_transactions_refuse_the_public,
    async |app| {
        let world = World::made(&app).await;
        let (before, by, db) = (app.stored(), public(&app), &app.state.db);
        let new = NewPublication::default();
        let key = of(world.draft, &world.en);
        let published =
            publishing::publish::publish(&app.state, by, key, Seen::default(), new).await;
        assert_refused("editorial/publishing/publish::publish", published);
        assert_refused("editorial/revisions/prune::look", prune::look(db, by, 1));
        assert_refused("editorial/revisions/prune::run", prune::run(db, by, 1));
        assert!(
            prune::run(db, world.boss, 1).is_err(),
            "only the operator has access"
        );
        assert_eq!(app.stored(), before);
        assert!(prune::look(db, system(&app), 1).is_ok());
    }
);

on_both!(people_act_only_on_themselves, async |app| {
    let world = World::made(&app).await;
    let uma = |id| {
        let (role, author) = (Role::Contributor, None);
        By::new(Actor::User(Caller { id, role, author }), app.clock.now())
    };
    let own = [
        "accounts/sessions/store::sign_out",
        "accounts/sessions/store::revoke_all",
        "accounts/users/store::credentials",
        "accounts/users/store::find",
        "accounts/users/store::set_own_password",
    ];
    for (name, call) in calls().filter(|(name, _)| own.contains(name)) {
        assert_refused(name, rehearsed(&app, uma(Id::new()), &world, call));
        let outcome = rehearsed(&app, uma(world.user), &world, call);
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
});

#[test]
fn every_function_that_takes_an_actor_is_tried_or_open_for_a_reason() {
    let mut found = BTreeSet::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    collect(&source, &source, &mut found);
    let tried: Vec<&str> = calls().map(|(name, _)| name).chain(ON_THEIR_OWN).collect();
    let known = tried.iter().copied().chain(OPEN.map(|(name, _)| name));
    let known: BTreeSet<String> = known.map(str::to_owned).collect();
    let untried: Vec<_> = found.difference(&known).collect();
    assert!(
        untried.is_empty(),
        "not called with the public: {untried:?}"
    );
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "these functions do not exist: {gone:?}");
    assert_eq!(known.len(), tried.len() + OPEN.len(), "named twice");
}

/// Finds the public functions below `folder` that take an actor, as `room/file::function`.
fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = path.strip_prefix(root).unwrap().with_extension("");
            let module = module.to_str().unwrap().replace('\\', "/");
            let module = module.trim_end_matches("/mod");
            let text = fs::read_to_string(&path).unwrap();
            found.extend(taking_an_actor(&text).map(|name| format!("{module}::{name}")));
        }
    }
}

fn taking_an_actor(text: &str) -> impl Iterator<Item = &str> {
    let after = [
        "pub fn ",
        "pub async fn ",
        "pub(crate) fn ",
        "pub(crate) async fn ",
    ]
    .into_iter()
    .flat_map(move |start| text.split(start).skip(1));
    after.filter_map(|rest| {
        let name = &rest[..rest.find(['(', '<'])?];
        let head = &rest[..rest.find("{\n").unwrap_or(rest.len())];
        let parameters = head.split("->").next().unwrap();
        let mut behind = parameters.split(": By").skip(1);
        behind
            .any(|part| part.starts_with([',', ')']))
            .then_some(name)
    })
}

#[test]
fn the_scan_finds_an_actor_among_the_parameters() {
    let text = "pub fn a(conn: &mut Conn, by: By) -> Result<()> {\n}\npub async fn b<T>(\n    by: By,\n) {\n}\n\
                fn c(by: By) {\n}\npub fn d() -> By {\n}\npub fn e(line: Byline) {\n}\n";
    assert_eq!(taking_an_actor(text).collect::<Vec<_>>(), ["a", "b"]);
}
