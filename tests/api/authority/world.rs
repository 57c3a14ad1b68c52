//! The resources on which the calls can succeed, and the values that they take.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tribuna::accounts::users::model::Account;
use tribuna::accounts::{api_keys, users};
use tribuna::by_lang::ByLang;
use tribuna::catalogue::references::ReferenceKind;
use tribuna::catalogue::terms::edit::{NewTerm, TermEdit};
use tribuna::catalogue::terms::store as terms;
use tribuna::catalogue::{authors, organizations};
use tribuna::changes::actor::{Actor, By, Caller, Role};
use tribuna::community::comments::importing::ImportedComment;
use tribuna::community::comments::notices::Pages;
use tribuna::community::comments::states::CommentState;
use tribuna::community::comments::{self, discussion};
use tribuna::community::guard::Guard;
use tribuna::community::guard::form_token::FormKey;
use tribuna::community::people::PeopleKey;
use tribuna::content::ExternalLinks;
use tribuna::db::Conn;
use tribuna::editorial::posts::model::PostRow;
use tribuna::editorial::posts::single_relations::Named;
use tribuna::editorial::posts::{rows, trash, writing};
use tribuna::editorial::previews;
use tribuna::editorial::publishing;
use tribuna::editorial::publishing::model::{NewPublication, Takedown};
use tribuna::editorial::publishing::times::Times;
use tribuna::editorial::translations::store as translations;
use tribuna::editorial::workflow::model::Step;
use tribuna::editorial::workflow::steps;
use tribuna::error::Result;
use tribuna::followers::webhooks;
use tribuna::followers::webhooks::deliveries::model::DeliveryState;
use tribuna::followers::webhooks::queue::NewDelivery;
use tribuna::id::Id;
use tribuna::kind::Kind;
use tribuna::lang::Lang;
use tribuna::page::{CursorKey, Listing, Paging};
use tribuna::patch::Edit;
use tribuna::timestamp::Timestamp;
use tribuna::translation_id::TranslationId;
use tribuna::version::Seen;

use crate::support::TestApp;
use crate::support::content::{post, text};

/// Resources on which each call can succeed.
pub struct World {
    pub boss: By,
    pub draft: Id,
    pub live: Id,
    pub reviewed: Id,
    pub archived: Id,
    pub trashed: Id,
    pub link: Id,
    pub author: Id,
    pub organization: Id,
    pub tags: (Id, Id),
    pub user: Id,
    pub key: Id,
    pub webhook: Id,
    pub message: Id,
    pub comment: Id,
    pub en: Lang,
    pub fr: Lang,
    pub es: Lang,
    pub listing: Listing,
    pub seen: Seen,
    pub later: Timestamp,
}

impl World {
    /// Creates the resources with the authority of the system.
    pub async fn made(app: &TestApp) -> Self {
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
            trash::trash(conn, by, trashed, &seen, Takedown::default())?;
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
pub fn commented(app: &TestApp, post: Id) -> Id {
    let open = json!({ "comments": "open" });
    let new = json!({ "name": "Amara", "email": "amara@example.org", "text": "So true." });
    let written = app.state.db.write_now(|conn| {
        let by = system(app);
        let pages = Pages::of(&app.state.config);
        let guard = Guard {
            people: PeopleKey::new(&[7; 32]),
            forms: FormKey::new(&[7; 32]),
        };
        discussion::replace(conn, by, post, &Seen::default(), read(open))?;
        comments::writing::insert(conn, by, (&guard, &pages), &post.to_string(), read(new))
    });
    written.unwrap().0.id
}

pub fn imported(world: &World) -> ImportedComment {
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

pub fn tagged(world: &World) -> Named {
    Named::new(ReferenceKind::Tag, &world.tags.0.to_string())
}

pub fn system(app: &TestApp) -> By {
    By::new(Actor::Cli, app.clock.now())
}

pub fn public(app: &TestApp) -> By {
    By::new(Actor::Nobody, app.clock.now())
}

pub fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

pub fn lang(lang: &str) -> Lang {
    lang.parse().unwrap()
}

pub fn row(conn: &mut Conn, post: Id) -> Result<PostRow> {
    rows::row(conn, post)
}

pub fn of(post: Id, lang: &Lang) -> TranslationId {
    TranslationId::new(post, lang.clone())
}

pub fn publish_imported(conn: &mut Conn, by: By, id: &TranslationId) -> Result<()> {
    let times = Times {
        begin: by.at,
        replaces: None,
        end: None,
        updated: by.at,
        zone: None,
    };
    publishing::publish::publish_imported(conn, by, id, times, ExternalLinks::Plain.into())
}

pub fn written(conn: &mut Conn, by: By, title: &str) -> Result<Id> {
    Ok(writing::insert(conn, by, read(post("en", title)))?
        .summary
        .id)
}

pub fn tag(conn: &mut Conn, by: By, name: &str) -> Result<Id> {
    Ok(terms::insert(conn, by, Kind::Tag, term(name))?.row.id)
}

pub fn term(name: &str) -> NewTerm {
    NewTerm {
        translations: [(lang("en"), read(json!({ "name": name })))]
            .into_iter()
            .collect(),
        parent: None,
        position: 0,
    }
}

pub fn moved() -> TermEdit {
    TermEdit {
        translations: Edit::Merge(ByLang::default()),
        parent: None,
        position: Some(2),
    }
}

pub fn new_key() -> Value {
    json!({ "name": "City Network", "scopes": ["delivery:read"] })
}

pub fn new_webhook() -> Value {
    json!({ "url": "https://receiver.invalid/hook" })
}

pub fn message(webhook: Id, now: Timestamp) -> NewDelivery {
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

pub fn account() -> Account {
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

pub fn password() -> users::store::OwnPassword {
    users::store::OwnPassword {
        old: "!".into(),
        new: "?".into(),
        keep: Id::new(),
    }
}
