//! Server processes of PostgreSQL that are stopped as if their machine had frozen.

use std::path::Path;
use std::process::Command;

use diesel::QueryableByName;
use diesel::sql_types::Integer;
use tribuna::db::sql::Sql;

use super::TestApp;

/// Processes that stay stopped until this is dropped.
pub struct Frozen(pub Vec<String>);

impl Frozen {
    pub fn new(pids: Vec<String>) -> Self {
        signal("-STOP", &pids);
        Self(pids)
    }

    /// Stops all processes of a server. The postmaster comes first, so that it starts no others.
    pub fn server(folder: &Path) -> Self {
        let postmaster = postmaster(folder);
        let mut frozen = Self::new(vec![postmaster.clone()]);
        let mut children = Command::new("ps");
        children.args(["-o", "pid=", "--ppid", &postmaster]);
        let children = String::from_utf8(children.output().unwrap().stdout).unwrap();
        let children = children.split_whitespace().map(str::to_owned).collect();
        frozen.add(children);
        assert!(frozen.0.len() > 1);
        frozen
    }

    /// Stops more processes.
    pub fn add(&mut self, mut pids: Vec<String>) {
        pids.retain(|pid| !self.0.contains(pid));
        signal("-STOP", &pids);
        self.0.extend(pids);
    }

    /// Continues all processes except the first ones.
    pub fn thaw_after(&mut self, first: usize) {
        signal("-CONT", &self.0.split_off(first));
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        signal("-CONT", &self.0);
    }
}

/// Sends a signal to those processes that still exist.
fn signal(signal: &str, pids: &[String]) {
    for pid in pids {
        let mut kill = Command::new("kill");
        kill.args([signal, pid]).output().expect("kill");
    }
}

/// The first process of a server.
pub fn postmaster(folder: &Path) -> String {
    let pid_file = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    pid_file.lines().next().unwrap().trim().to_owned()
}

/// The server processes on the database of the app whose clients have a name that begins like this.
pub fn processes(app: &TestApp, name: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Process {
        #[diesel(sql_type = Integer)]
        pid: i32,
    }
    let mut sql = Sql::new(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, ",
    );
    sql.bind(name).push(")");
    let all: Vec<Process> = app.state.db.read_now(|conn| sql.load(conn)).unwrap();
    all.into_iter().map(|one| one.pid.to_string()).collect()
}
