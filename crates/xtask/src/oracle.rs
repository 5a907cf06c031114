//! Does `pullcheck images` see what another reader saw?

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::Path,
    process::{Command, ExitCode},
};

use serde_json::Value;

/// What both sides say of an image: file, line, container, image, written policy or `-`.
type Row = (String, String, String, String, String);

/// Compares, and fails if the program missed a row.
pub fn run(table: &Path, directory: &Path, program: &Path, show: usize) -> ExitCode {
    let compared = oracle_rows(table).and_then(|mut oracle| {
        let mut matched = 0;
        let mut extra = BTreeMap::<String, Vec<Row>>::new();
        for (row, kind) in program_rows(program, directory)? {
            match oracle.get_mut(&row) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    matched += 1;
                }
                _ => extra.entry(kind).or_default().push(row),
            }
        }
        Ok((oracle, matched, extra))
    });
    let mut out = io::stdout().lock();
    let (oracle, matched, extra) = match compared {
        Ok(compared) => compared,
        Err(error) => {
            let _ = writeln!(io::stderr(), "oracle: {error}");
            return ExitCode::from(2);
        }
    };
    let missed: Vec<_> = oracle.iter().filter(|(_, left)| **left > 0).collect();
    for (row, left) in &missed {
        let _ = writeln!(out, "missed {left}x {row:?}");
    }
    for row in extra.values().flatten().take(show) {
        let _ = writeln!(out, "extra {row:?}");
    }
    for (kind, rows) in &extra {
        let _ = writeln!(out, "extra by kind: {kind} {}", rows.len());
    }
    let extra: usize = extra.values().map(Vec::len).sum();
    let _ = writeln!(out, "matched {matched}, missed {}, extra {extra}", missed.len());
    ExitCode::from(u8::from(!missed.is_empty()))
}

fn oracle_rows(table: &Path) -> io::Result<BTreeMap<Row, usize>> {
    let text = fs::read_to_string(table)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        let found = header.iter().position(|title| *title == name);
        found.ok_or_else(|| io::Error::other(format!("the table has no column `{name}`")))
    };
    let columns = [
        column("file")?,
        column("line")?,
        column("container")?,
        column("image")?,
        column("imagePullPolicy")?,
    ];
    let mut rows = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, line, container, image, policy] =
            columns.map(|column| cells.get(column).copied().unwrap_or_default().to_owned());
        *rows.entry((file, line, container, image, policy)).or_default() += 1;
    }
    Ok(rows)
}

fn program_rows(program: &Path, directory: &Path) -> io::Result<Vec<(Row, String)>> {
    let output = Command::new(fs::canonicalize(program)?)
        .args(["images", "--isolated", "--format", "json"])
        .current_dir(directory)
        .output()?;
    let document: Value = serde_json::from_slice(&output.stdout)?;
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let rows = document.get("images").and_then(Value::as_array).into_iter().flatten();
    Ok(rows
        .map(|row| {
            let explicit = row.pointer("/policy/explicit") == Some(&Value::Bool(true));
            let policy =
                if explicit { text(row.pointer("/policy/effective")) } else { "-".to_owned() };
            let facts = (
                text(row.get("path")),
                text(row.pointer("/range/start/line")),
                text(row.get("container")),
                text(row.get("image")),
                policy,
            );
            (facts, text(row.pointer("/resource/kind")))
        })
        .collect())
}
