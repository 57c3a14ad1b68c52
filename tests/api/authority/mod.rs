//! Every store function that takes an actor refuses the public, independently of the routes that call it.

mod calls;
mod scan;
mod world;

use std::collections::BTreeSet;
use std::path::Path;

use tribuna::changes::actor::{Actor, By, Caller, Role};
use tribuna::db::Conn;
use tribuna::db::sql::Sql;
use tribuna::editorial::publishing;
use tribuna::editorial::publishing::model::NewPublication;
use tribuna::editorial::revisions::prune;
use tribuna::error::{Error, Result};
use tribuna::id::Id;
use tribuna::version::Seen;

use self::calls::{Call, calls};
use self::scan::collect;
use self::world::{World, of, public, system};
use crate::support::TestApp;

/// Functions that serve somebody who is not signed in, each with its reason.
const OPEN: [(&str, &str); 13] = [
    (
        "community/comments/admission::check",
        "refuses what somebody without an account sends too often, without a form, or again",
    ),
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
