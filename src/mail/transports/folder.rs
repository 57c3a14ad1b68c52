//! The folder into which messages are written where there is no mail server, so that everything works on one machine.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::Transport;
use super::refusal::Refusal;
use crate::mail::composer::Outgoing;

/// A folder. Only its owner can read what is in it.
pub struct Folder(PathBuf);

impl Folder {
    /// Creates the transport. The folder is created when the first message is written.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Writes a file at once: nobody sees a part of it. A message that is written again replaces its file.
    fn write(&self, mail: &Outgoing) -> io::Result<PathBuf> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)?;
        let path = self.0.join(file_name(mail));
        let temporary = self.0.join(format!(".{}.part", mail.id));
        let written =
            write_new(&temporary, &mail.bytes).and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            // Nothing more can be done about the rest of it.
            let _ = fs::remove_file(&temporary);
        }
        written.map(|()| path)
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Returns `<time>-<id>.eml`, so that names sort by time.
fn file_name(mail: &Outgoing) -> String {
    let time = mail.created_at.to_string();
    let time = time.split('.').next().unwrap_or_default();
    let time = time.replace(['-', ':'], "");
    format!("{time}Z-{}.eml", mail.id)
}

impl Transport for Folder {
    fn send(&self, mail: &Outgoing) -> Result<String, Refusal> {
        let path = self.write(mail).map_err(|error| {
            let reason = format!("{} cannot be written: {error}", self.0.display());
            Refusal::temporary(&reason, &mail.envelope)
        })?;
        Ok(format!("written to {}", path.display()))
    }

    fn place(&self) -> String {
        format!("the folder {}", self.0.display())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::PermissionsExt;

    use lettre::address::Envelope;

    use super::*;
    use crate::id::Id;
    use crate::mail::message::Template;

    #[test]
    fn a_message_becomes_one_file_that_only_the_owner_reads() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data/outbox");
        let folder = Folder::new(path.clone());
        let to = vec!["ada@example.org".parse().unwrap()];
        let mail = Outgoing {
            id: Id::new(),
            template: Template::Test,
            created_at: "2026-05-01T08:00:00Z".parse().unwrap(),
            envelope: Envelope::new(None, to).unwrap(),
            bytes: b"Subject: x\r\n".to_vec(),
        };
        for _ in 0..2 {
            let place = folder.send(&mail).unwrap();
            assert!(
                place.starts_with("written to ") && !place.contains("ada"),
                "{place}"
            );
        }
        let files: Vec<_> = fs::read_dir(&path).unwrap().map(Result::unwrap).collect();
        let [file] = files.as_slice() else {
            unreachable!("{files:?}");
        };
        let name = format!("20260501T080000Z-{}.eml", mail.id);
        assert_eq!(file.file_name().to_str(), Some(name.as_str()));
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(file.path()).unwrap(), mail.bytes);
        fs::remove_dir_all(&path).unwrap();
        fs::write(&path, "in the way").unwrap();
        let refusal = folder.send(&mail).unwrap_err();
        assert!(!refusal.is_permanent && refusal.reason.contains("cannot be written"));
    }
}
