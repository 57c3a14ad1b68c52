//! Many clients that request an uncached resource at the same time.

use limit::http::Connection;

use crate::Outcome;
use crate::counted::Counts;
use crate::harness::site::Site;
use crate::harness::table::{Row, Table};

const CLIENTS: usize = 500;

/// Counts the statements that read publications: once for a single client, once for all clients at another address of
/// the same kind.
pub fn measure(mut site: Site, table: &mut Table) -> Outcome<()> {
    for (what, path) in [("a list", "/v1/posts"), ("facets", "/v1/posts/facets")] {
        let (alone, _) = statements(&mut site, &format!("{path}?limit=41"), 1)?;
        let (crowd, refused) = statements(&mut site, &format!("{path}?limit=42"), CLIENTS)?;
        let sets = crowd as f64 / alone.max(1) as f64;
        let refusals = match refused {
            0 => String::new(),
            refused => format!(", {refused} refused"),
        };
        table.add(Row {
            what: format!("crowd: {CLIENTS} clients, {what}, uncached"),
            baseline: String::new(),
            tribuna: format!("{sets:.0} (statements: {crowd}; for one client: {alone}){refusals}"),
            ratio: None,
            goal: Some(("1 query set".into(), crowd == alone && refused == 0)),
        });
    }
    Ok(())
}

/// Returns the number of statements and of error answers. Fails if the other answers differ from each other.
fn statements(site: &mut Site, target: &str, clients: usize) -> Outcome<(u64, usize)> {
    let mut crowd = Vec::new();
    for _ in 0..clients {
        crowd.push(Connection::open(&site.address)?);
    }
    let before = Counts::of(&mut site.process)?;
    for client in &mut crowd {
        client.send("GET", target, &[], b"")?;
    }
    let mut answers = Vec::new();
    for client in &mut crowd {
        answers.push(client.receive("GET")?);
    }
    let after = Counts::of(&mut site.process)?;
    answers.retain(|answer| answer.status == 200);
    if answers.windows(2).any(|two| two[0].body != two[1].body) {
        return Err(format!("{target}: the answers differ").into());
    }
    Ok((
        after.statements - before.statements,
        clients - answers.len(),
    ))
}
