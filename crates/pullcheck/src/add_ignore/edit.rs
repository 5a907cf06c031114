//! The comments that hide the findings of a file, and the text with them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pullcheck_core::{
    extract::extract,
    facts::FileFacts,
    finding::Finding,
    resolve::SourceFile,
    span::{LineIndex, Span},
    suppress::{Ignore, Scope},
};

use super::{
    Why,
    page::{Page, indentation, is_same},
};

/// A text with comments in it.
#[derive(Debug, Default)]
pub struct Edited {
    /// The text; as it was where nothing can be hidden.
    pub text: String,
    /// How many comments were written or added to.
    pub comments: usize,
    /// The findings that are left, by their numbers, and why.
    pub left: Vec<(usize, Why)>,
    insertions: Vec<Insertion>,
}

/// A text that is put in.
#[derive(Debug)]
struct Insertion {
    at: usize,
    text: String,
    /// What it is for.
    spot: Spot,
    /// Where the comment begins: behind this byte of the old text, and how far behind it.
    comment: (usize, usize),
    way: Way,
}

/// A line, counted from 0, and whether what is found stands in the comment of it.
type Spot = (usize, bool);

/// The findings of each spot by their numbers, and where their comment goes.
type Targets = BTreeMap<Spot, (Way, Vec<usize>)>;

/// Where a comment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// To the end of the line, or into a comment that stands there.
    Beside,
    /// Onto a line of its own, or into a comment that has one.
    Above,
}

impl Edited {
    /// Where the bytes of the old text have moved to.
    pub fn places(&self) -> Places<'_> {
        Places::of(self)
    }

    /// The byte of the old text that one of the new text stands for.
    pub fn origin(&self, byte: usize) -> usize {
        let mut added = 0;
        for insertion in &self.insertions {
            let start = insertion.at + added;
            if byte < start {
                break;
            }
            if byte < start + insertion.text.len() {
                return insertion.at;
            }
            added += insertion.text.len();
        }
        byte - added
    }
}

/// Writes comments for findings, which are in the order of the text; none for those in the refused
/// lines.
pub fn edit(
    file: &SourceFile,
    text: &str,
    findings: &[Finding],
    reason: &str,
    refused: &HashSet<usize>,
) -> Edited {
    let page = Page::read(file, text);
    let (mut targets, mut left) = targets(&page, findings, refused);
    loop {
        let (mut edited, impossible) = write(&page, &targets, findings, reason);
        let failed = if impossible.is_empty() {
            let facts = extract(&file.path, &edited.text, &file.settings);
            failures(&page, &targets, findings, &edited, &facts)
        } else {
            impossible
        };
        if failed.is_empty() {
            if !page.is_template && !is_same(text, &edited.text) {
                let all = targets.into_values().flat_map(|(_, numbers)| numbers);
                left.extend(all.map(|number| (number, Why::NotHidden)));
                edited = Edited { text: text.to_owned(), ..Edited::default() };
            }
            left.sort_unstable_by_key(|(number, _)| *number);
            return Edited { left, ..edited };
        }
        for spot in failed {
            let Some((way, numbers)) = targets.get_mut(&spot) else { continue };
            // What is found in a comment is not hidden by one above it.
            let (line, is_in_comment) = spot;
            if *way == Way::Beside && !is_in_comment && page.takes_comment_above(line) {
                *way = Way::Above;
            } else {
                left.extend(numbers.iter().map(|number| (*number, Why::NoPlace)));
                targets.remove(&spot);
            }
        }
    }
}

/// What each comment is for, and what is left from the beginning.
fn targets(
    page: &Page<'_>,
    findings: &[Finding],
    refused: &HashSet<usize>,
) -> (Targets, Vec<(usize, Why)>) {
    let (mut targets, mut left) = (Targets::new(), Vec::new());
    for (number, finding) in findings.iter().enumerate() {
        let at = finding.at.span.start;
        let line = page.lines.line_of(at);
        let why = refused.contains(&line).then_some(Why::NotHidden);
        if let Some(why) = why.or_else(|| page.refuses(finding)) {
            left.push((number, why));
            continue;
        }
        let comment = page.comment_in(line);
        let spot = (line, comment.is_some_and(|comment| comment.start <= at));
        targets.entry(spot).or_insert((Way::Beside, Vec::new())).1.push(number);
    }
    (targets, left)
}

/// The text with a comment for each target, and the spots that no comment can be written for.
fn write(
    page: &Page<'_>,
    targets: &Targets,
    findings: &[Finding],
    reason: &str,
) -> (Edited, Vec<Spot>) {
    let (mut insertions, mut impossible) = (Vec::new(), Vec::new());
    for (&spot, (way, numbers)) in targets {
        let findings: Vec<_> = numbers.iter().filter_map(|number| findings.get(*number)).collect();
        match insertion(page, spot, *way, &findings, reason) {
            Some(insertion) => insertions.push(insertion),
            None => impossible.push(spot),
        }
    }
    insertions.sort_by_key(|insertion| insertion.at);
    let mut text = String::with_capacity(page.text.len() + 64 * insertions.len());
    let mut from = 0;
    for insertion in &insertions {
        text.push_str(page.text.get(from..insertion.at).unwrap_or_default());
        text.push_str(&insertion.text);
        from = insertion.at;
    }
    text.push_str(page.text.get(from..).unwrap_or_default());
    let starts: HashSet<_> = insertions.iter().map(|insertion| insertion.comment).collect();
    (Edited { text, comments: starts.len(), left: Vec::new(), insertions }, impossible)
}

/// The comment for what is found in a line.
fn insertion(
    page: &Page<'_>,
    spot: Spot,
    way: Way,
    findings: &[&Finding],
    reason: &str,
) -> Option<Insertion> {
    let line = spot.0;
    let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    let space = if reason.is_empty() { "" } else { " " };
    let new = || format!("# pullcheck: ignore[{}]{space}{reason}", rules.join(", "));
    let into = |comment: Span| {
        let ignore = page.ignore(comment)?;
        let end = ignore.rules.last()?.1.range().end;
        let named = |rule: &&&str| ignore.rules.iter().any(|(name, _)| **name == ***rule);
        let more = rules.iter().filter(|rule| !named(rule));
        let text: String = more.map(|rule| format!(", {rule}")).collect();
        Some(Insertion { at: end, text, spot, comment: (comment.range().start, 0), way })
    };
    if way == Way::Beside {
        if let Some(comment) = page.comment_in(line) {
            return into(comment);
        }
        let (start, content) = page.line(line);
        let at = start + content.len();
        let gap = if content.ends_with([' ', '\t']) { "" } else { " " };
        let text = format!("{gap}{}", new());
        return page.takes_comment_beside(line).then_some(Insertion {
            at,
            text,
            spot,
            comment: (at, gap.len()),
            way,
        });
    }
    let mut top = line;
    while let Some(above) = top.checked_sub(1)
        && let Some(comment) = page.comment_alone(above)
    {
        if let Some(insertion) = into(comment) {
            return Some(insertion);
        }
        top = above;
    }
    let (at, _) = page.line(top);
    let (_, content) = page.line(line);
    let indentation = indentation(content);
    let text = format!("{indentation}{}{}", new(), page.line_break(line));
    Some(Insertion { at, text, spot, comment: (at, indentation.len()), way })
}

/// The spots whose comments do not hide what they should, or hide more.
fn failures(
    page: &Page<'_>,
    targets: &Targets,
    findings: &[Finding],
    edited: &Edited,
    facts: &FileFacts,
) -> Vec<Spot> {
    let written: HashMap<u32, &Ignore> =
        facts.ignores.iter().map(|ignore| (ignore.span.start, ignore)).collect();
    let lines = LineIndex::new(&edited.text);
    let places = edited.places();
    let fails = |insertion: &&Insertion| {
        let numbers = targets.get(&insertion.spot).map(|(_, numbers)| numbers.as_slice());
        let numbers = numbers.unwrap_or_default();
        let (base, offset) = insertion.comment;
        let start =
            if insertion.at == base { places.before(insertion) } else { places.of_byte(base) };
        let ignore = u32::try_from(start + offset).ok().and_then(|start| written.get(&start));
        let Some(ignore) = ignore else { return true };
        let hides = |number: &usize| {
            findings.get(*number).is_some_and(|finding| {
                let at = Span::of(0..places.of_byte(finding.at.span.range().start)).end;
                hides(ignore, finding.rule, at)
            })
        };
        let is_precise = || match (insertion.way, ignore.scope) {
            (Way::Above, Scope::Part(part)) => {
                is_precise(page, insertion.spot.0, numbers, findings, &places, (&lines, part))
            }
            _ => true,
        };
        !numbers.iter().all(hides) || !is_precise()
    };
    edited.insertions.iter().filter(fails).map(|insertion| insertion.spot).collect()
}

fn hides(ignore: &Ignore, rule: &str, at: u32) -> bool {
    let covers = |part: Span| part.start <= at && at < part.end;
    let is_covered = match ignore.scope {
        Scope::File => true,
        Scope::Part(part) => covers(part),
        Scope::Nothing => false,
    };
    let is_named = ignore.rules.iter().any(|(name, _)| **name == *rule);
    let is_itself = rule == "unused-suppression" && covers(ignore.span);
    ignore.problem.is_none() && is_named && (is_covered || is_itself)
}

/// Whether a comment above a line covers no more than it must: what begins in the line and ends
/// there, or with the value that is blamed, or a whole item in which the rule finds nothing else.
fn is_precise(
    page: &Page<'_>,
    line: usize,
    numbers: &[usize],
    findings: &[Finding],
    places: &Places<'_>,
    (lines, part): (&LineIndex, Span),
) -> bool {
    let own = || numbers.iter().filter_map(|number| findings.get(*number));
    let moved = |byte: u32| places.of_byte(byte as usize);
    let line_end = own()
        .map(|found| moved(found.at.span.start))
        .max()
        .and_then(|at| lines.start_of(lines.line_of(Span::of(0..at).end) + 1));
    let end = own().map(|found| moved(found.at.span.end)).max().unwrap_or_default();
    let is_short = line_end.is_none_or(|next| part.end <= next) || part.range().end <= end;
    let is_item = page.line(line).1.trim_start().starts_with("- ");
    if !is_short && !is_item {
        return false;
    }
    let first = findings.partition_point(|found| moved(found.at.span.start) < part.range().start);
    let covered = findings.iter().enumerate().skip(first);
    let mut covered =
        covered.take_while(|(_, found)| moved(found.at.span.start) < part.range().end);
    let rules: BTreeSet<&str> = own().map(|own| own.rule).collect();
    covered.all(|(number, found)| {
        numbers.binary_search(&number).is_ok() || !rules.contains(found.rule)
    })
}

/// Where bytes have moved to, looked up fast.
pub struct Places<'e> {
    insertions: &'e [Insertion],
    /// How much was put in before each.
    added: Vec<usize>,
}

impl<'e> Places<'e> {
    fn of(edited: &'e Edited) -> Self {
        let added = edited.insertions.iter().scan(0, |added, insertion| {
            let before = *added;
            *added += insertion.text.len();
            Some(before)
        });
        Self { insertions: &edited.insertions, added: added.collect() }
    }

    /// Where a byte of the old text stands now.
    pub fn of_byte(&self, byte: usize) -> usize {
        let before = self.insertions.partition_point(|insertion| insertion.at <= byte);
        let last = before.checked_sub(1);
        let last = last.and_then(|last| self.insertions.get(last).zip(self.added.get(last)));
        byte + last.map_or(0, |(insertion, added)| added + insertion.text.len())
    }

    /// Where what is put in begins.
    fn before(&self, insertion: &Insertion) -> usize {
        let before = self.insertions.partition_point(|other| other.at < insertion.at);
        insertion.at + self.added.get(before).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use pullcheck_core::{
        judge::judge,
        path::LogicalPath,
        resolve::{Others, Project},
        rule::Profile,
        rules::RULES,
        settings::Settings,
    };

    use super::*;
    use crate::run::resolve;

    /// Runs the rules over a text.
    fn with_findings<T>(text: &str, then: impl FnOnce(&SourceFile, &[Finding]) -> T) -> T {
        let path = LogicalPath::new("web.yaml");
        let mut settings = Settings { honour_ignores: true, ..Settings::default() };
        for rule in RULES {
            settings.levels.set(rule.id, rule.level.of(Profile::Recommended));
        }
        let settings = Arc::new(settings);
        let facts = extract(&path, text, &settings);
        let file = SourceFile { path, facts: Box::new(facts), settings, is_context: false };
        let project = Project::new(vec![file], Others::default());
        let judged = judge(&resolve(&project)).remove(0);
        then(&project.files()[0], &judged.findings)
    }

    fn places(text: &str) -> Vec<(&'static str, usize)> {
        let place = |finding: &Finding| (finding.rule, finding.at.span.range().start);
        with_findings(text, |_, found| found.iter().map(place).collect())
    }

    /// Whatever the text: nothing but comments is put in, and what is not hidden is told.
    fn holds(text: &str) -> Result<usize, TestCaseError> {
        let edited = with_findings(text, |file, found| {
            let edited = edit(file, text, found, "why", &HashSet::new());
            let places = edited.places();
            let left = edited.left.iter().map(|(number, _)| {
                let finding = &found[*number];
                (finding.rule, places.of_byte(finding.at.span.range().start))
            });
            let left: Vec<_> = left.collect();
            (edited, left)
        });
        let (edited, left) = edited;
        prop_assert_eq!(places(&edited.text), left, "{}", &edited.text);
        prop_assert!(is_same(text, &edited.text), "{}", &edited.text);
        let mut restored = edited.text.clone();
        for insertion in edited.insertions.iter().rev() {
            let start = edited.places().before(insertion);
            restored.replace_range(start..start + insertion.text.len(), "");
        }
        prop_assert_eq!(&restored, text);
        Ok(edited.comments)
    }

    const CONTAINERS: [&str; 14] = [
        "- image: nginx",
        "- image: nginx # why",
        "- name: a\n  image: 'busybox:latest'  ",
        "- name: b\n  # pullcheck: ignore[latest-tag] old\n  image: redis # why",
        "- name: c\n  image: redis:latest # pullcheck: ignore[numeric-tag] old",
        "- name: d\n  image: redis:latest # pullcheck: ignore-file[partial-version]",
        "- name: e\n  image: redis:latest # pullcheck: ignore",
        "- {name: f, image: foo:latest, imagePullPolicy: IfNotPresent}",
        "- {name: g,\n   image: foo:latest, # why\n   imagePullPolicy: IfNotPresent}",
        "- name: h\n  image: >-\n    nginx",
        "- name: i\n  image: \"ngin\\\n    x\"\n  imagePullPolicy: sometimes",
        "# about j\n- image: nginx # j",
        "- name: k\n  args:\n  - |\n    # text\n  image: nginx # k",
        "- &l\n  name: l\n  image: nginx\n- *l",
    ];

    fn pod(containers: &[usize], indentation: &str, end: &str) -> String {
        let lines = containers.iter().flat_map(|number| CONTAINERS[number % 14].lines());
        let lines = lines.map(|line| format!("{indentation}{line}"));
        let head = ["apiVersion: v1", "kind: Pod", "spec:", "  containers:"];
        head.map(str::to_owned).into_iter().chain(lines).map(|line| line + end).collect()
    }

    #[test]
    fn each_way_of_writing_a_container_is_commented() {
        for number in 0..CONTAINERS.len() {
            let text = pod(&[number], "  ", "\n");
            let told = with_findings(&text, |file, found| {
                edit(file, &text, found, "why", &HashSet::new()).left.len()
            });
            // What is wrong with these comments themselves cannot be hidden there.
            assert_eq!(told, usize::from([5, 6].contains(&number)), "{text}");
            assert!(holds(&text).unwrap() > 0, "{text}");
        }
    }

    proptest! {
        #[test]
        fn only_comments_are_put_in(
            containers in proptest::collection::vec(0..14_usize, 1..6),
            indentation in "  | {4}",
            end in "\n|\r\n",
            mark in "\u{feff}?",
            noise in proptest::option::of((0..400_usize, "[ \t#|>'\"{}\\[\\]:&*-]{1,3}|\n---\n|é")),
            is_cut in any::<bool>(),
        ) {
            let mut text = mark + &pod(&containers, &indentation, &end);
            if is_cut {
                text.truncate(text.trim_end().len());
            }
            if let Some((at, noise)) = noise
                && text.is_char_boundary(at)
            {
                text.insert_str(at, &noise);
            }
            holds(&text)?;
        }
    }
}
