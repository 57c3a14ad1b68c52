//! The health checks: liveness, and readiness, which requires the database.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::json;

on_both!(health_is_reported, async |app| {
    for path in ["/health/live", "/health/ready"] {
        let answer = app.anonymous().get(path).await.expect(200);
        assert_eq!(answer.json, json!({ "status": "ok" }));
    }
});

on_both!(
    an_instance_whose_database_does_not_answer_is_not_ready,
    async |app| {
        let anyone = app.anonymous();
        let (let_go, held) = mpsc::channel::<()>();
        let (held, db) = (Arc::new(Mutex::new(held)), app.state.db.clone());
        let hold = || {
            let (held, db) = (held.clone(), db.clone());
            thread::spawn(move || {
                db.read_now(|_| {
                    // Blocks until the other end is dropped.
                    let _ = held.lock().unwrap().recv();
                    Ok(())
                })
            })
        };
        let busy = [hold(), hold()];
        thread::sleep(Duration::from_millis(200));
        let answer = anyone.get("/health/ready").await;
        let answer = answer.expect_problem(503, "unavailable");
        assert_eq!(answer.header("retry-after"), "5");
        anyone.get("/health/live").await.expect(200);
        drop(let_go);
        for thread in busy {
            thread.join().unwrap().unwrap();
        }
        anyone.get("/health/ready").await.expect(200);
    }
);
