//! Addresses that must not be reached, at the moment of the connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tribuna::followers::webhooks::address::Lookup;
use tribuna::followers::webhooks::client::Client as Sender;
use tribuna::followers::webhooks::dispatcher::Dispatcher;
use tribuna::jobs::worker::Stop;

use super::{WEBHOOKS, delivers, plans};
use crate::support::receiver::Receiver;

on_both!(
    a_name_that_leads_elsewhere_by_then_is_not_connected_to,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let port = receiver.address().port();
        let url = format!("https://rebinds.invalid:{port}/hook");
        let hook = boss.makes(WEBHOOKS, json!({ "url": url })).await;
        boss.issues("en", "Told").await;
        plans(&app);
        for address in [
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "::1",
            "::ffff:127.0.0.1",
        ] {
            let lookup: Lookup = Arc::new(move |_: &str, port| {
                Ok(vec![SocketAddr::new(address.parse().unwrap(), port)])
            });
            let sender = Sender::with(&["127.0.0.1".to_owned()], lookup, Duration::from_secs(5));
            Dispatcher::new(&app.state, sender)
                .deliver(&Stop::new())
                .unwrap();
            app.pass(4000);
        }
        assert!(receiver.takes().is_empty());
        let list = format!("{WEBHOOKS}/{hook}/deliveries");
        let id = boss.get(&list).await.column("id")[0].to_owned();
        let log = boss.get(&format!("{list}/{id}")).await.expect(200);
        let log = log.at("/data/log").as_array().unwrap().clone();
        assert!(log.len() >= 4);
        for attempt in log {
            let failure = attempt["failure"].as_str().unwrap();
            assert!(failure.contains("which is not public"), "{failure}");
        }
    }
);

on_both!(a_name_is_resolved_once_for_each_attempt, async |app| {
    let boss = app.admin("boss").await;
    let receiver = Receiver::new();
    let address = receiver.address();
    let looked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looked);
    // Whoever asks twice gets another answer.
    let lookup: Lookup = Arc::new(move |_: &str, _| {
        let other = SocketAddr::new("10.0.0.1".parse().unwrap(), 9);
        Ok(vec![if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            address
        } else {
            other
        }])
    });
    let exempt = app
        .another(&[("TRIBUNA_WEBHOOK_ALLOW", "receiver.invalid")])
        .await;
    let url = format!("http://receiver.invalid:{}/hook", address.port());
    exempt
        .admin("other")
        .await
        .makes(WEBHOOKS, json!({ "url": url }))
        .await;
    boss.issues("en", "Told").await;
    plans(&app);
    let allow = &exempt.state.config.webhooks.allow;
    let sender = Sender::with(allow, lookup, Duration::from_secs(5));
    Dispatcher::new(&exempt.state, sender)
        .deliver(&Stop::new())
        .unwrap();
    assert_eq!(receiver.takes().len(), 1);
    assert_eq!(looked.load(Ordering::SeqCst), 1);
});

on_both!(what_is_no_longer_allowed_is_not_sent, async |app| {
    let boss = app.admin("boss").await;
    let receiver = Receiver::new();
    let hook = boss.makes(WEBHOOKS, json!({ "url": receiver.url() })).await;
    boss.issues("en", "Told").await;
    let strict = app
        .another(&[("TRIBUNA_WEBHOOK_ALLOW", "builder.invalid")])
        .await;
    delivers(&strict);
    assert!(receiver.takes().is_empty());
    let refused = json!({ "url": receiver.url() });
    let other = strict.admin("other").await;
    let refused = other.post(WEBHOOKS, refused).await.expect(422);
    assert_eq!(refused.faults(), [("/url", "not_https")]);
    let pending = boss
        .get(&format!("{WEBHOOKS}/{hook}/deliveries?state=pending"))
        .await;
    assert_eq!(pending.items().len(), 1);
});
