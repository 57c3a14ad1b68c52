//! `tribuna import`: imports content from a file. The whole file is read before anything is written.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::BufReader;

use super::{Failure, Import, ImportInput, Input, Interrupt, Progress, database, print};
use crate::clock::Clock;
use crate::community::people::PeopleKey;
use crate::config::Config;
use crate::db::Db;
use crate::import::load::{Loader, Outcome};
use crate::import::record::Record;
use crate::import::{Noted, jsonl, licences, wordpress};
use crate::lang::Lang;

/// Runs the command.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator; for a malformed file it names the place.
pub fn run(config: &Config, args: &Import) -> Result<(), Failure> {
    let (mut file, input) = match args {
        Import::Wordpress { input, lang } => (read_wordpress(input, lang)?, input),
        Import::Jsonl { input } => (read_jsonl(input)?, input),
    };
    let db = database::open(config)?;
    let source = input.source.clone().unwrap_or(file.source);
    file.notes
        .extend(licences::without_unknown(&mut file.records));
    let mut report = Report {
        skipped: file.skipped,
        notes: file.notes,
        left_out: file.left_out,
        ..Report::default()
    };
    let work = ImportRun::new(config, &db, source)?;
    let done = if input.dry_run {
        work.rehearse(&file.records, &mut report)
    } else {
        work.load(&file.records, &mut report)
    };
    // An interrupted import reports what it has written.
    print(&report.text(input.dry_run))?;
    done
}

/// Loads records that do not come from a file. Does not print the report.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator.
pub fn load(config: &Config, db: &Db, source: &str, records: &[Record]) -> Result<Report, Failure> {
    let mut report = Report::default();
    ImportRun::new(config, db, source.to_owned())?.load(records, &mut report)?;
    Ok(report)
}

/// The content of a file.
struct ImportFile {
    source: String,
    records: Vec<Record>,
    skipped: Vec<Noted>,
    notes: Vec<Noted>,
    left_out: BTreeMap<String, u64>,
}

fn read_wordpress(input: &ImportInput, lang: &str) -> Result<ImportFile, Failure> {
    let lang: Lang = lang
        .parse()
        .map_err(|expected| Failure::usage(format_args!("--lang {lang}: {expected}")))?;
    let export = wordpress::read(open(&input.file)?, &lang)
        .map_err(|error| Failure::data(format_args!("{}: {error}", name(&input.file))))?;
    let wordpress::Export {
        source,
        records,
        skipped,
        notes,
        left_out,
    } = export;
    Ok(ImportFile {
        source,
        records,
        skipped,
        notes,
        left_out,
    })
}

fn read_jsonl(input: &ImportInput) -> Result<ImportFile, Failure> {
    let lines = jsonl::read(open(&input.file)?).map(|line| line.map(|line| line.record));
    let records = lines
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::data(format_args!("{}: {error}", name(&input.file))))?;
    Ok(ImportFile {
        source: "jsonl".into(),
        records,
        skipped: Vec::new(),
        notes: Vec::new(),
        left_out: BTreeMap::new(),
    })
}

fn open(file: &Input) -> Result<BufReader<Box<dyn std::io::Read>>, Failure> {
    let opened = file
        .open()
        .map_err(|error| Failure::general(format_args!("{}: {error}", name(file))))?;
    Ok(BufReader::new(opened))
}

fn name(file: &Input) -> String {
    match file {
        Input::Stdin => "standard input".into(),
        Input::File(path) => path.display().to_string(),
    }
}

/// An import in progress.
struct ImportRun<'a> {
    db: &'a Db,
    loader: Loader,
}

impl<'a> ImportRun<'a> {
    fn new(config: &Config, db: &'a Db, source: String) -> Result<Self, Failure> {
        let loader = Loader::new(source, config.site.render_options(), Clock::system())?
            .with_site_languages(config.site.languages.clone())
            .with_people(PeopleKey::ensure(db)?);
        Ok(Self { db, loader })
    }

    fn load(&self, records: &[Record], report: &mut Report) -> Result<(), Failure> {
        let interrupt = Interrupt::install()?;
        let progress = Progress::new("importing", u64::try_from(records.len()).ok());
        for record in records {
            interrupt.check()?;
            report.add(record, self.loader.load(self.db, record)?);
            progress.inc(1);
        }
        progress.finish("imported");
        Ok(())
    }

    fn rehearse(&self, records: &[Record], report: &mut Report) -> Result<(), Failure> {
        let progress = Progress::new("checking", u64::try_from(records.len()).ok());
        let done = self.loader.rehearse(self.db, records, |record, outcome| {
            report.add(record, outcome);
            progress.inc(1);
            Ok(())
        });
        progress.finish("checked");
        Ok(done?)
    }
}

/// The outcomes of an import.
#[derive(Debug, Default)]
pub struct Report {
    counts: BTreeMap<&'static str, Counts>,
    skipped: Vec<Noted>,
    notes: Vec<Noted>,
    left_out: BTreeMap<String, u64>,
}

#[derive(Debug, Default)]
struct Counts {
    imported: u64,
    updated: u64,
    unchanged: u64,
    skipped: u64,
}

impl Report {
    fn add(&mut self, record: &Record, outcome: Outcome) {
        let counts = self.counts.entry(record.kind().as_str()).or_default();
        match outcome {
            Outcome::Imported => counts.imported += 1,
            Outcome::Updated => counts.updated += 1,
            Outcome::Unchanged => counts.unchanged += 1,
            Outcome::Skipped(reason) => {
                counts.skipped += 1;
                let what = format!("{} {}", record.kind(), record.key());
                self.skipped.push(Noted { what, reason });
            }
        }
    }

    fn text(&self, rehearsed: bool) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        if rehearsed {
            text.push_str("Dry run: nothing was written.\n");
        }
        for (kind, counts) in &self.counts {
            let Counts {
                imported,
                updated,
                unchanged,
                skipped,
            } = counts;
            let _ = writeln!(
                text,
                "{kind:13} {imported:6} imported {updated:6} updated {unchanged:6} unchanged {skipped:6} skipped"
            );
        }
        for (title, list) in [("Skipped", &self.skipped), ("Noted", &self.notes)] {
            if !list.is_empty() {
                let _ = writeln!(text, "{title}: {}", list.len());
                for one in list {
                    let _ = writeln!(text, "  {}: {}", one.what, one.reason);
                }
            }
        }
        if !self.left_out.is_empty() {
            let list: Vec<String> = self
                .left_out
                .iter()
                .map(|(what, count)| format!("{count} {what}"))
                .collect();
            let _ = writeln!(text, "Left out: {}", list.join(", "));
        }
        text
    }
}
