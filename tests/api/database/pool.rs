//! Database connections are scarce: requests that wait for one must not block others.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::task::JoinHandle;
use futures_util::FutureExt;
use tokio::sync::oneshot;
use tribuna::db::Conn;

/// Well below every timeout.
const SOON: Duration = Duration::from_secs(3);

/// Starts a call in a task of its own. Returns when the call waits for a connection, or has one.
async fn begun<F>(call: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
{
    let (has_begun, begun) = oneshot::channel();
    let task = rt::spawn(async move {
        let mut call = Box::pin(call);
        let done = (&mut call).now_or_never();
        has_begun.send(()).unwrap();
        match done {
            Some(done) => done,
            None => call.await,
        }
    });
    begun.await.unwrap();
    task
}

on_both!(many_waiting_writers_block_no_reader, async |app| {
    let db = app.state.db.clone();
    let (_within, transaction) = db.open_transaction().await.unwrap();
    // More than the number of threads for blocking work.
    let mut crowd = Vec::new();
    for _ in 0..600 {
        let db = db.clone();
        crowd.push(begun(async move { db.write(|_| Ok(())).await }).await);
    }
    let read = tokio::time::timeout(SOON, db.read(|_| Ok(7))).await;
    assert_eq!(read.expect("at once").unwrap(), 7);
    drop(transaction);
    for writer in crowd {
        writer.await.unwrap().unwrap();
    }
});

on_both!(
    long_reads_leave_half_of_the_readers_to_the_others,
    async |app| {
        let db = app.state.db.clone();
        let (end, ended) = mpsc::channel::<()>();
        let ended = Arc::new(Mutex::new(ended));
        let mut long = Vec::new();
        for _ in 0..4 {
            let (db, ended) = (db.clone(), ended.clone());
            let wait = move |_: &mut Conn| {
                let _ = ended.lock().unwrap().recv();
                Ok(())
            };
            long.push(begun(async move { db.read_at_length(wait).await }).await);
        }
        let read = tokio::time::timeout(SOON, db.read(|_| Ok(7))).await;
        assert_eq!(read.expect("at once").unwrap(), 7);
        for _ in 0..4 {
            end.send(()).unwrap();
        }
        for reader in long {
            reader.await.unwrap().unwrap();
        }
    }
);
