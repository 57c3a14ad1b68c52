//! Programs that end with this process, no matter how it ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs a program until the standard input is closed. That happens even if this process is killed. Signals from the
/// terminal reach only the tests.
const GUARD: &str = r#"
trap '' INT TERM HUP
"$@" </dev/null >"$FOLDER/log" 2>&1 &
pid=$!
cat >/dev/null
kill -TERM "$pid" 2>/dev/null && wait "$pid"
rm -rf "$FOLDER"
"#;

/// A program and its folder, which is removed with it.
pub struct Guarded {
    pub folder: PathBuf,
    _guard: Child,
}

impl Guarded {
    /// Starts `program`. Its environment holds only `PATH` and the given variables.
    pub fn start(
        folder: &Path,
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "sh"]).arg(program).args(arguments);
        guard.env_clear().envs(environment.iter().copied());
        guard.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        guard.env("FOLDER", folder).current_dir(folder);
        let guard = guard.stdin(Stdio::piped()).spawn().expect("sh");
        Self {
            folder: folder.to_owned(),
            _guard: guard,
        }
    }

    /// The output of the program so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

/// A new folder, which only its guard removes.
pub fn folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("tribuna-test.").tempdir();
    folder.expect("a temporary folder").keep()
}

/// The path of an installed program. Servers are often installed in directories that only root has in `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
