//! Tests of discussions.

use super::*;

fn at(days: i64) -> Timestamp {
    Timestamp::from_millis(0).plus_seconds(days * DAY)
}

#[test]
fn a_post_is_open_until_its_own_time_or_that_of_the_site() {
    let site = |mode, close_after_days| CommentSettings {
        mode,
        close_after_days,
        ..CommentSettings::CLOSED
    };
    let post = |comments, close_at: Option<i64>| Discussion {
        comments,
        close_at: close_at.map(at),
        comment_count: 3,
        published_at: Some(at(10)),
    };
    use CommentMode::{Closed, Members, Open};
    use PostComments::Inherit;
    for (settings, discussion, mode, closes) in [
        (site(Open, None), post(Inherit, None), Open, None),
        (site(Open, Some(5)), post(Inherit, None), Open, Some(15)),
        (site(Open, Some(2)), post(Inherit, None), Closed, None),
        (site(Open, Some(5)), post(Inherit, Some(13)), Open, Some(13)),
        (site(Open, None), post(Inherit, Some(12)), Closed, None),
        (site(Closed, None), post(Inherit, None), Closed, None),
        (site(Members, None), post(Inherit, None), Members, None),
        (
            site(Closed, None),
            post(PostComments::Open, None),
            Open,
            None,
        ),
        (
            site(Open, Some(1)),
            post(PostComments::Open, None),
            Open,
            None,
        ),
        (
            site(Members, Some(1)),
            post(PostComments::Open, None),
            Members,
            None,
        ),
        (
            site(Open, None),
            post(PostComments::Closed, Some(20)),
            Closed,
            None,
        ),
    ] {
        let shown = discussion.shown(&settings, at(12));
        let expected = (mode, closes.map(at), 3);
        assert_eq!((shown.mode, shown.closes_at, shown.comment_count), expected);
    }
    let hidden = Discussion {
        published_at: None,
        ..post(PostComments::Open, None)
    };
    assert!(!hidden.shown(&site(Open, None), at(12)).is_open());
}
