//! Sessions: signing in, refreshing and signing out; passwords; and how others end a session.

use serde_json::{Value, json};

use crate::support::passwords::{ADA, PASSWORD, USERS, claims};

const NEW_PASSWORD: &str = "a better horse battery";

on_both!(a_login_gives_tokens_that_say_who_signed_in, async |app| {
    app.add_first_admin();
    let answer = app.login(" Ada@Example.ORG ", PASSWORD).await.expect(200);
    let members = [
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
        "refresh_expires_in",
    ];
    assert_eq!(answer.members(""), members);
    assert_eq!(answer.text("/token_type"), "Bearer");
    assert_eq!(answer.at("/expires_in"), 600);
    assert_eq!(answer.at("/refresh_expires_in"), 2_592_000);
    assert!(answer.refresh_token().starts_with("trb_r_"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let claims = claims(answer.access_token());
    assert_eq!(claims["iss"], "https://api.example.org");
    assert_eq!(claims["aud"], claims["iss"]);
    assert_eq!(claims["role"], "admin");
    let seconds = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 600);
    let me = app.bearer(answer.access_token()).get("/v1/auth/me").await;
    let me = me.expect(200);
    assert_eq!(me.text("/data/email"), ADA);
    assert_eq!(me.text("/data/role"), "admin");
    assert_eq!(me.at("/data/active"), true);
    assert_eq!(me.at("/data/author"), &Value::Null);
    assert_eq!(me.at("/data/id"), &claims["sub"]);
});

on_both!(
    an_unknown_email_a_wrong_password_and_a_deactivated_user_get_the_same_answer,
    async |app| {
        app.add_first_admin();
        let ada = app.signs_in(ADA).await;
        let eve = ada.adds_user("eve@example.org", "editor").await;
        let path = format!("{USERS}/{eve}");
        ada.patch(&path, json!({ "active": false }))
            .await
            .expect(200);
        let mut answers = Vec::new();
        for (email, password) in [
            (ADA, "wrong horse battery"),
            ("nobody@example.org", PASSWORD),
            ("eve@example.org", PASSWORD),
            ("no address at all", PASSWORD),
            (ADA, "x"),
        ] {
            let answer = app.login(email, password).await;
            let mut answer = answer.expect_problem(401, "invalid_credentials").json;
            answer["instance"] = Value::Null;
            answers.push(answer);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
    }
);

on_both!(
    failed_logins_are_counted_per_account_and_forgotten_after_a_while,
    async |app| {
        app.add_first_admin();
        for _ in 0..10 {
            app.login(ADA, "wrong").await.expect(401);
        }
        for email in [ADA, "ADA@example.org "] {
            let answer = app.login(email, PASSWORD).await;
            let answer = answer.expect_problem(429, "too_many_requests");
            assert_eq!(answer.header("retry-after"), "300");
        }
        app.login("bob@example.org", PASSWORD).await.expect(401);
        app.pass(300);
        app.login(ADA, PASSWORD).await.expect(200);
    }
);

on_both!(
    failed_logins_are_counted_per_address_whatever_the_account,
    async |app| {
        app.add_first_admin();
        for number in 0..50 {
            let email = format!("user{number}@example.org");
            app.login(&email, "wrong").await.expect(401);
        }
        app.login(ADA, PASSWORD).await.expect(429);
    }
);

on_both!(successful_logins_are_not_counted, async |app| {
    app.add_first_admin();
    for _ in 0..3 {
        for _ in 0..9 {
            app.login(ADA, "wrong").await.expect(401);
        }
        app.login(ADA, PASSWORD).await.expect(200);
    }
});

on_both!(
    right_sign_ins_at_once_wait_for_each_other_however_many,
    async |app| {
        app.add_first_admin();
        for _ in 0..9 {
            app.login(ADA, "wrong").await.expect(401);
        }
        let logins = (0..25).map(|_| app.login(ADA, PASSWORD));
        let answers = futures_util::future::join_all(logins).await;
        for answer in answers {
            answer.expect(200);
        }
        let logins = (0..60).map(|_| app.login(ADA, PASSWORD));
        let answers = futures_util::future::join_all(logins).await;
        assert!(answers.iter().all(|answer| answer.status == 200));
    }
);

on_both!(
    wrong_sign_ins_at_once_are_held_back_after_ten,
    async |app| {
        app.add_first_admin();
        let tries = (0..30).map(|_| app.login(ADA, "wrong"));
        let answers = futures_util::future::join_all(tries).await;
        let tried = answers.iter().filter(|answer| answer.status == 401);
        assert_eq!(tried.count(), 10);
        let held = answers.iter().filter(|answer| answer.status == 429);
        assert_eq!(held.count(), 20);
        app.login(ADA, PASSWORD).await.expect(429);
    }
);

on_both!(
    attempts_made_simultaneously_stay_within_the_limit,
    async |app| {
        app.add_first_admin();
        let tries = (0..14).map(|_| app.login(ADA, "wrong"));
        let answers = futures_util::future::join_all(tries).await;
        let held = answers.iter().filter(|answer| answer.status == 429);
        assert_eq!(held.count(), 4);
    }
);

on_both!(
    a_refresh_token_is_exchanged_and_the_session_lives_on,
    async |app| {
        app.add_first_admin();
        let first = app.login(ADA, PASSWORD).await;
        app.pass(20 * 86_400);
        let over = !app.admits(first.access_token()).await;
        assert!(over, "the access token has ended");
        let second = app.refresh(first.refresh_token()).await;
        assert!(app.admits(second.access_token()).await);
        assert_ne!(second.refresh_token(), first.refresh_token());
        assert_eq!(second.at("/refresh_expires_in"), 2_592_000);
        app.pass(20 * 86_400);
        let third = app.refresh(second.refresh_token()).await;
        assert!(app.admits(third.access_token()).await);
        app.pass(30 * 86_400);
        let late = app.refresh(third.refresh_token()).await;
        late.expect_problem(401, "invalid_refresh_token");
    }
);

on_both!(
    two_tabs_get_the_same_successor_within_ten_seconds,
    async |app| {
        app.add_first_admin();
        let login = app.login(ADA, PASSWORD).await;
        let old = login.refresh_token();
        let one = app.refresh(old).await;
        app.pass(10);
        let two = app.refresh(old).await;
        assert_eq!(one.refresh_token(), two.refresh_token());
        assert_ne!(one.access_token(), two.access_token());
        assert!(app.admits(one.access_token()).await);
        assert!(app.admits(two.access_token()).await);
        assert_eq!(two.at("/refresh_expires_in"), 2_592_000 - 10);
        app.refresh(one.refresh_token()).await.expect(200);
    }
);

on_both!(
    tabs_that_refresh_in_the_same_moment_get_the_same_successor,
    async |app| {
        app.add_first_admin();
        let login = app.login(ADA, PASSWORD).await;
        let tabs = (0..4).map(|_| app.refresh(login.refresh_token()));
        let answers = futures_util::future::join_all(tabs).await;
        let successors: Vec<&str> = answers.iter().map(|one| one.refresh_token()).collect();
        assert_eq!(successors, [successors[0]; 4]);
    }
);

on_both!(
    a_refresh_token_used_again_later_ends_the_session,
    async |app| {
        app.add_first_admin();
        let login = app.login(ADA, PASSWORD).await;
        let stolen = login.refresh_token();
        let elsewhere = app.login(ADA, PASSWORD).await;
        let good = app.refresh(stolen).await;
        app.pass(11);
        let reuse = app.refresh(stolen).await;
        reuse.expect_problem(401, "invalid_refresh_token");
        assert!(!app.admits(good.access_token()).await);
        app.refresh(good.refresh_token()).await.expect(401);
        let goes_on = app.admits(elsewhere.access_token()).await;
        assert!(goes_on, "other sessions are not touched");
    }
);

on_both!(an_invalid_refresh_token_is_refused, async |app| {
    app.add_first_admin();
    let session = app.login(ADA, PASSWORD).await;
    let unknown = format!("trb_r_{}", "A".repeat(43));
    let access = &session.access_token()[..100];
    for token in [unknown.as_str(), "trb_r_", "x", access] {
        let answer = app.refresh(token).await;
        answer.expect_problem(401, "invalid_refresh_token");
    }
    let empty = app.refresh("").await.expect(422);
    assert_eq!(empty.text("/errors/0/pointer"), "/refresh_token");
});

on_both!(
    a_logout_ends_this_session_at_once_and_no_other,
    async |app| {
        app.add_first_admin();
        let here = app.login(ADA, PASSWORD).await;
        let there = app.login(ADA, PASSWORD).await;
        app.bearer(here.access_token()).logs_out().await.expect(204);
        assert!(!app.admits(here.access_token()).await);
        let late = app.refresh(here.refresh_token()).await;
        late.expect_problem(401, "invalid_refresh_token");
        assert!(app.admits(there.access_token()).await);
        let nobody = app.anonymous().logs_out().await;
        let nobody = nobody.expect_problem(401, "unauthenticated");
        let challenge = nobody.header("www-authenticate");
        assert_eq!(challenge, "Bearer realm=\"tribuna\"");
    }
);

on_both!(
    a_role_that_was_taken_away_is_gone_with_the_next_request,
    async |app| {
        app.add_first_admin();
        let ada = app.signs_in(ADA).await;
        let id = ada.adds_user("bob@example.org", "admin").await;
        let session = app.login("bob@example.org", PASSWORD).await;
        let bob = app.bearer(session.access_token());
        bob.get(USERS).await.expect(200);
        let path = format!("{USERS}/{id}");
        ada.patch(&path, json!({ "role": "author" }))
            .await
            .expect(200);
        assert_eq!(claims(session.access_token())["role"], "admin");
        bob.get(USERS).await.expect_problem(403, "forbidden");
        let goes_on = app.admits(session.access_token()).await;
        assert!(goes_on, "the session goes on");
    }
);

on_both!(
    a_deactivated_or_deleted_user_is_out_at_once_and_stays_out,
    async |app| {
        app.add_first_admin();
        let ada = app.signs_in(ADA).await;
        let bob = ada.adds_user("bob@example.org", "editor").await;
        let session = app.login("bob@example.org", PASSWORD).await;
        let path = format!("{USERS}/{bob}");
        let set_active = async |active: bool| {
            let answer = ada.patch(&path, json!({ "active": active })).await;
            answer.expect(200);
        };
        set_active(false).await;
        assert!(!app.admits(session.access_token()).await);
        let late = app.refresh(session.refresh_token()).await;
        late.expect_problem(401, "invalid_refresh_token");
        set_active(true).await;
        let revived = app.admits(session.access_token()).await;
        assert!(!revived, "the old session is not revived");
        let again = app.login("bob@example.org", PASSWORD).await;
        assert!(app.admits(again.access_token()).await);
        ada.delete(&path).await.expect(204);
        assert!(!app.admits(again.access_token()).await);
        let late = app.refresh(again.refresh_token()).await;
        late.expect_problem(401, "invalid_refresh_token");
        ada.get(&path).await.expect(404);
    }
);

on_both!(
    a_new_password_of_ones_own_ends_all_other_sessions,
    async |app| {
        app.add_first_admin();
        let here = app.login(ADA, PASSWORD).await;
        let there = app.login(ADA, PASSWORD).await;
        let ada = app.bearer(here.access_token());
        ada.changes_password(PASSWORD, NEW_PASSWORD)
            .await
            .expect(204);
        assert!(app.admits(here.access_token()).await);
        app.refresh(here.refresh_token()).await.expect(200);
        assert!(!app.admits(there.access_token()).await);
        let late = app.refresh(there.refresh_token()).await;
        late.expect_problem(401, "invalid_refresh_token");
        app.login(ADA, PASSWORD).await.expect(401);
        app.login(ADA, NEW_PASSWORD).await.expect(200);
    }
);

on_both!(
    a_stolen_access_token_does_not_help_to_guess_the_password,
    async |app| {
        app.add_first_admin();
        let thief = app.signs_in(ADA).await;
        for _ in 0..10 {
            let wrong = thief.changes_password("wrong", NEW_PASSWORD).await;
            let wrong = wrong.expect(422);
            assert_eq!(wrong.text("/errors/0/pointer"), "/current_password");
        }
        let held = thief.changes_password(PASSWORD, NEW_PASSWORD).await;
        held.expect(429);
        let short = thief.changes_password(PASSWORD, "short").await.expect(422);
        assert_eq!(short.text("/errors/0/pointer"), "/new_password");
    }
);

on_both!(a_password_set_by_an_admin_ends_all_sessions, async |app| {
    app.add_first_admin();
    let ada = app.signs_in(ADA).await;
    let bob = ada.adds_user("bob@example.org", "editor").await;
    let session = app.login("bob@example.org", PASSWORD).await;
    let path = format!("{USERS}/{bob}");
    ada.patch(&path, json!({ "password": NEW_PASSWORD }))
        .await
        .expect(200);
    assert!(!app.admits(session.access_token()).await);
    app.login("bob@example.org", PASSWORD).await.expect(401);
    app.login("bob@example.org", NEW_PASSWORD).await.expect(200);
});

on_both!(
    housekeeping_deletes_what_is_left_of_sessions_that_are_over,
    async |app| {
        app.add_first_admin();
        let ended = app.login(ADA, PASSWORD).await;
        let left = app.login(ADA, PASSWORD).await;
        let active = app.login(ADA, PASSWORD).await;
        app.bearer(ended.access_token())
            .logs_out()
            .await
            .expect(204);
        app.refresh(left.refresh_token()).await.expect(200);
        let begun = app.clock.now();
        app.clock.set(begun.plus_seconds(60));
        let refreshed = app.refresh(active.refresh_token()).await.expect(200);
        let rows = || (app.count("sessions"), app.count("refresh_tokens"));
        let entries = app.count("changes");
        assert_eq!(rows(), (3, 5));
        app.does_housekeeping(0, app.clock.now());
        assert_eq!(rows(), (2, 4), "the session that was ended is gone");
        let life = 30 * 24 * 60 * 60;
        app.clock.set(begun.plus_seconds(life));
        app.does_housekeeping(0, app.clock.now());
        assert_eq!(rows(), (1, 2), "the session that expired is gone");
        assert_eq!(app.count("changes"), entries, "the log keeps everything");
        // The used token of the remaining session is still recognized, and ends the session.
        let copied = app.refresh(active.refresh_token()).await;
        copied.expect_problem(401, "invalid_refresh_token");
        let late = app.refresh(refreshed.text("/refresh_token")).await;
        late.expect_problem(401, "invalid_refresh_token");
        app.does_housekeeping(0, app.clock.now());
        assert_eq!(rows(), (0, 0));
        assert_eq!(app.count("changes"), entries + 1);
    }
);
