//! Database connections are scarce: requests that wait for one must not block others.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::rt;
use tribuna::db::Conn;

/// Well below every timeout.
const SOON: Duration = Duration::from_secs(3);

on_both!(many_waiting_writers_block_no_reader, async |app| {
    let db = app.state.db.clone();
    let (_within, transaction) = db.open_transaction().await.unwrap();
    // More than the number of threads for blocking work.
    let crowd: Vec<_> = (0..600)
        .map(|_| {
            let db = db.clone();
            rt::spawn(async move { db.write(|_| Ok(())).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
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
        let long: Vec<_> = (0..4)
            .map(|_| {
                let (db, ended) = (db.clone(), ended.clone());
                let wait = move |_: &mut Conn| {
                    let _ = ended.lock().unwrap().recv();
                    Ok(())
                };
                rt::spawn(async move { db.read_at_length(wait).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
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
