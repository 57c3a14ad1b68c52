//! Connections are few: who waits for one keeps nobody else waiting.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::rt;
use tribuna::db::Conn;

/// Long before anybody's patience ends.
const SOON: Duration = Duration::from_secs(3);

on_both!(a_crowd_of_writers_keeps_no_reader_waiting, async |app| {
    let db = app.state.db.clone();
    let (_within, transaction) = db.open_transaction().await.unwrap();
    // More than there are threads for blocking work.
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
