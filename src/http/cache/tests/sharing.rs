//! Requests for the same key at the same time.

#![allow(clippy::unwrap_used)]

use tokio::task::yield_now;

use super::{OriginAnswer, with_cache};
use crate::error::Error;

#[test]
fn simultaneous_requests_ask_the_origin_once() {
    for bytes in ["134217728", "0"] {
        with_cache(&[("TRIBUNA_CACHE_BYTES", bytes)], async |site| {
            site.holds();
            let mut all = Vec::new();
            for _ in 0..20 {
                all.push(site.begins("/v1/posts").await);
            }
            site.releases();
            let mut collapsed = 0;
            for one in all {
                let one = one.await.unwrap();
                assert_eq!(&*one.body, b"one");
                collapsed += usize::from(one.cache_status().ends_with("collapsed"));
            }
            assert_eq!((site.asked(), collapsed), (1, 19));
            let kept = site.get("/v1/posts").await.cache_status() == "hit";
            assert_eq!(kept, bytes != "0");
        });
    }
}

#[test]
fn a_waiter_asks_the_origin_when_the_leader_hangs_up() {
    with_cache(&[], async |site| {
        site.holds();
        let first = site.begins("/v1/posts").await;
        let second = site.begins("/v1/posts").await;
        let third = site.begins("/v1/posts").await;
        assert_eq!(site.asked(), 1);
        first.abort();
        for _ in 0..20 {
            yield_now().await;
        }
        assert_eq!(site.asked(), 2);
        site.releases();
        let (second, third) = (second.await.unwrap(), third.await.unwrap());
        assert_eq!((&*second.body, &*third.body), (&b"one"[..], &b"one"[..]));
        assert_eq!(site.asked(), 2);
    });
}

#[test]
fn a_failure_is_shared_with_the_waiters_but_never_stored() {
    with_cache(&[], async |site| {
        site.origin_answers(OriginAnswer::Fails(|| {
            Error::Unavailable("gone away".into())
        }));
        site.holds();
        let both = [
            site.begins("/v1/posts").await,
            site.begins("/v1/posts").await,
        ];
        site.releases();
        for one in both {
            let one = one.await.unwrap();
            assert_eq!((one.status, one.header("retry-after")), (503, "5"));
        }
        assert_eq!(site.asked(), 1);
        assert_eq!(site.get("/v1/posts").await.cache_status(), "fwd=miss");
        assert_eq!(site.asked(), 2);
    });
}
