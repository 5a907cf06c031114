//! How often each rule spoke.

use std::collections::BTreeMap;

use pullcheck_core::judge::Judged;

/// A line for each rule, the most frequent first.
pub fn table(judged: &[Judged]) -> String {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for finding in judged.iter().flat_map(|judged| &judged.findings) {
        *counts.entry((finding.rule, finding.severity)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    rows.iter()
        .map(|((rule, severity), count)| format!("{count:>7}  {severity:<7}  {rule}\n"))
        .collect()
}
