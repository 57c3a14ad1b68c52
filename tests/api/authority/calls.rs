//! One valid call of each store function that takes an actor.

use serde_json::json;
use tribuna::accounts::users::model::AccountPatch;
use tribuna::accounts::{api_keys, sessions, signing_keys, users};
use tribuna::catalogue::terms::merge::{self, Merger};
use tribuna::catalogue::terms::store as terms;
use tribuna::catalogue::{authors, organizations, site};
use tribuna::changes::actor::By;
use tribuna::community::comments::importing;
use tribuna::community::comments::notices::Pages;
use tribuna::community::comments::{discussion, moderation};
use tribuna::db::Conn;
use tribuna::delivery::named_lists::NamedQuery;
use tribuna::editorial::calendar;
use tribuna::editorial::copies;
use tribuna::editorial::posts::access;
use tribuna::editorial::posts::bylines::Affiliation;
use tribuna::editorial::posts::query::{PostInclusion, PostQuery};
use tribuna::editorial::posts::single_relations::{self, Addition, Removal};
use tribuna::editorial::posts::store as posts;
use tribuna::editorial::posts::{history, rows, trash, writing};
use tribuna::editorial::previews;
use tribuna::editorial::publishing::model::Takedown;
use tribuna::editorial::publishing::{self, retiming, taking_down};
use tribuna::editorial::takedowns;
use tribuna::editorial::translations::model::TranslationInclusion;
use tribuna::editorial::translations::{sources, store as translations};
use tribuna::editorial::workflow::model::Step;
use tribuna::editorial::workflow::steps;
use tribuna::editorial::worklists::{coverage, tasks};
use tribuna::error::Result;
use tribuna::followers::audit;
use tribuna::followers::audit::history::HistoryQuery;
use tribuna::followers::audit::model::AuditSort;
use tribuna::followers::webhooks;
use tribuna::followers::webhooks::deliveries;
use tribuna::id::Id;
use tribuna::kind::Kind;
use tribuna::patch::Edit;
use tribuna::publications::writing::transitions;

use super::world::{
    World, account, imported, moved, new_key, new_webhook, of, password, publish_imported, read,
    row, tagged, term,
};
use crate::support::config;
use crate::support::content::{post, text};

/// A call of a function by an actor.
pub type Call = fn(&mut Conn, By, &World) -> Result<()>;

macro_rules! calls {
    ($($name:literal => |$conn:ident, $by:ident, $world:ident| $call:expr;)+) => {
        [$(($name, (|$conn: &mut Conn, $by: By, $world: &World| -> Result<()> { $call.map(drop) }) as Call)),+]
    };
}

/// One valid call of each function.
pub fn calls() -> impl Iterator<Item = (&'static str, Call)> {
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
        "editorial/posts/trash::trash" => |c, by, w| trash::trash(c, by, w.live, &w.seen, Takedown::default());
        "editorial/posts/trash::restore" => |c, by, w| trash::restore(c, by, w.trashed, &w.seen);
        "editorial/posts/trash::purge" => |c, by, w| trash::purge(c, by, w.trashed, &w.seen, Takedown::default());
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
        "community/comments/moderation::decide" => |c, by, w| moderation::decide(c, by, w.comment, &w.seen, (read(json!({ "state": "spam" })), &Pages::of(&config("sqlite://unused", &[]))));
        "community/comments/importing::insert" => |c, by, w| importing::insert(c, by, None, imported(w));
        "community/comments/importing::replace" => |c, by, w| importing::replace(c, by, w.comment, imported(w));
        "community/comments/discussion::find" => |c, by, w| discussion::find(c, by, w.live);
        "community/comments/discussion::replace" => |c, by, w| discussion::replace(c, by, w.live, &w.seen, read(json!({ "comments": "closed" })));
    }
}
