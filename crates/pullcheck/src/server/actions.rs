//! Code actions: fixes, comments that suppress, and all safe fixes of a document at once.

use std::{collections::HashMap, ops::Range};

use pullcheck_core::{
    finding::Finding,
    fix::{Fix, Fixer, Replacement, Safety},
    span::{FileId, Span},
};

use super::{
    checked::{Checked, Pages},
    diagnostics::diagnostic,
    document::Document,
    lsp::{
        CodeAction, CodeActionKind, CodeActionParams, DocumentChange, Edit,
        OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier,
        TextEdit, Uri, WorkspaceEdit,
    },
    session::Session,
};
use crate::{
    add_ignore::edit::edit,
    fix::{edits, together},
    gather::Texts,
};

/// What mends all of a document that can be mended unasked.
pub const FIX_ALL: &str = "source.fixAll.pullcheck";
/// What mends one thing, or hides it.
pub const QUICK_FIX: &str = "quickfix";

/// Of more findings than this at once none is offered to be suppressed: each comment is tried first.
const MOST_SUPPRESSED: usize = 8;

/// What can be done in a range of a document that has been judged as it is.
pub fn of_range(session: &Session<'_>, params: &CodeActionParams) -> Option<Vec<CodeAction>> {
    let document = session.documents.get(params.text_document.uri.as_ref())?;
    let checked = session.projects.get(document.project.as_ref()?)?;
    let id = checked.id(&document.path)?;
    let only = params.context.only.as_deref();
    let mut pages = Pages::new(checked, &session.documents, session.client.encoding);
    let mut actions = Vec::new();
    if is_wanted(only, QUICK_FIX) {
        let bytes = document.text.bytes(params.range);
        let findings = checked.findings(id).iter().filter(|found| touches(found, &bytes));
        let findings: Vec<_> = findings.collect();
        let fixes = findings.iter().filter_map(|found| quick_fix(session, &mut pages, found));
        actions.extend(fixes);
        if findings.len() <= MOST_SUPPRESSED {
            let hidden = findings.iter();
            actions
                .extend(hidden.filter_map(|found| suppress(session, &mut pages, document, found)));
        }
    }
    if is_wanted(only, FIX_ALL) {
        actions.extend(fix_all(session, &mut pages, document, id));
    }
    Some(actions)
}

/// Whether a kind is one of those that were asked for, or below one.
fn is_wanted(only: Option<&[CodeActionKind]>, kind: &str) -> bool {
    let holds = |wanted: &CodeActionKind| {
        let rest = kind.strip_prefix(wanted.as_str());
        wanted.as_str().is_empty()
            || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    only.is_none_or(|only| only.iter().any(holds))
}

fn touches(finding: &Finding, bytes: &Range<usize>) -> bool {
    let at = finding.at.span.range();
    at.start <= bytes.end && bytes.start <= at.end
}

fn quick_fix(
    session: &Session<'_>,
    pages: &mut Pages<'_>,
    finding: &Finding,
) -> Option<CodeAction> {
    let fix = finding.fix.as_ref()?;
    let replaced = replacements_of(pages, fix)?;
    let edit = workspace_edit(session, pages, replaced)?;
    Some(CodeAction {
        title: capital(&fix.title),
        kind: Some(QUICK_FIX.into()),
        diagnostics: Some(diagnostic(pages, finding, session.client).into_iter().collect()),
        is_preferred: Some(fix.safety == Safety::Safe),
        edit: Some(edit),
        ..CodeAction::default()
    })
}

/// What a fix replaces in each file; nothing where one of them cannot be changed so.
fn replacements_of(pages: &mut Pages<'_>, fix: &Fix) -> Option<Vec<(FileId, Vec<Replacement>)>> {
    let mut by_file: Vec<(FileId, Vec<_>)> = Vec::new();
    for edit in &fix.edits {
        let change = (edit.at.span, &edit.change);
        match by_file.iter_mut().find(|(id, _)| *id == edit.at.file) {
            Some((_, changes)) => changes.push(change),
            None => by_file.push((edit.at.file, vec![change])),
        }
    }
    let replaced = by_file.into_iter().map(|(id, changes)| {
        let (_, text) = pages.page(id)?;
        Some((id, Fixer::new(text.as_str()).verified(&changes).ok()?))
    });
    replaced.collect()
}

/// The comment that hides a finding and nothing else, if there is one: it is judged before it is
/// offered.
fn suppress(
    session: &Session<'_>,
    pages: &mut Pages<'_>,
    document: &Document,
    finding: &Finding,
) -> Option<CodeAction> {
    let checked = pages.checked;
    let id = finding.at.file;
    let file = checked.gathered.project.file(id)?;
    let text = document.text.as_str();
    let lines = pullcheck_core::span::LineIndex::new(text);
    let line_of = |found: &Finding| lines.line_of(found.at.span.start);
    let own = line_of(finding);
    // The others of the line are left alone, and those of other lines tell how far a comment may reach.
    let known =
        checked.findings(id).iter().filter(|found| *found == finding || line_of(found) != own);
    let known: Vec<Finding> = known.cloned().collect();
    let refused = known.iter().map(line_of).filter(|line| *line != own).collect();
    let edited = edit(file, text, &known, "", &refused);
    if edited.comments == 0 || !hides(session, document, checked, &edited.text) {
        return None;
    }
    let replacement = difference(text, &edited.text);
    Some(CodeAction {
        title: format!("Suppress `{}` here", finding.rule),
        kind: Some(QUICK_FIX.into()),
        diagnostics: Some(diagnostic(pages, finding, session.client).into_iter().collect()),
        is_preferred: Some(false),
        edit: Some(workspace_edit(session, pages, vec![(id, vec![replacement])])?),
        ..CodeAction::default()
    })
}

/// Whether another text of a document leaves less to be said of the project, and nothing new.
fn hides(session: &Session<'_>, document: &Document, before: &Checked, text: &str) -> bool {
    let Some(project) = &document.project else { return false };
    let mut texts = session.texts(project);
    texts.insert(document.path.clone(), text.to_owned());
    let texts = Texts::default().with(texts);
    let (after, _) = Checked::of(&session.configs, &texts, &session.listings);
    let count = |checked: &Checked| {
        let mut counts: HashMap<_, usize> = HashMap::new();
        for (id, finding) in checked.all() {
            let key = (checked.path(id), finding.rule, finding.message.clone());
            *counts.entry(key).or_default() += 1;
        }
        counts
    };
    let (had, has) = (count(before), count(&after));
    has.values().sum::<usize>() < had.values().sum::<usize>()
        && has.iter().all(|(key, count)| had.get(key).is_some_and(|had| count <= had))
}

/// What has to be replaced for a text to become another one.
fn difference(before: &str, after: &str) -> Replacement {
    let same = before.char_indices().zip(after.chars()).find(|((_, a), b)| a != b);
    let start = same.map_or(before.len().min(after.len()), |((at, _), _)| at);
    let rest = |text: &str| text.get(start..).unwrap_or_default().to_owned();
    let (old, new) = (rest(before), rest(after));
    let same = old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b);
    let end: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let new = new.get(..new.len() - end).unwrap_or_default().to_owned();
    Replacement { span: Span::of(start..before.len() - end), text: new }
}

/// The safe fixes of a document that do not get in each other's way. One that changes other files,
/// too, is left to be chosen.
fn fix_all(
    session: &Session<'_>,
    pages: &mut Pages<'_>,
    document: &Document,
    id: FileId,
) -> Option<CodeAction> {
    let findings = pages.checked.findings(id);
    let mut fixes: Vec<_> =
        findings.iter().filter_map(|finding| edits(finding, id, Safety::Safe)).collect();
    fixes.dedup();
    let reader = Fixer::new(document.text.as_str());
    let together = reader.verified(&together(&reader, &fixes).concat()).ok()?;
    if together.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: "Fix all that pullcheck can fix safely".to_owned(),
        kind: Some(FIX_ALL.into()),
        edit: Some(workspace_edit(session, pages, vec![(id, together)])?),
        ..CodeAction::default()
    })
}

/// Replacements as the client applies them.
fn workspace_edit(
    session: &Session<'_>,
    pages: &mut Pages<'_>,
    replaced: Vec<(FileId, Vec<Replacement>)>,
) -> Option<WorkspaceEdit> {
    let mut files = Vec::new();
    for (id, replacements) in replaced {
        let version = pages.document(id).map(|document| document.version);
        let (uri, text) = pages.page(id)?;
        let edits = replacements.into_iter().map(|replacement| TextEdit {
            range: text.range(replacement.span),
            new_text: replacement.text,
        });
        files.push((uri.clone(), version, edits.collect()));
    }
    Some(if session.client.document_changes {
        let changes = files.into_iter().map(versioned).collect();
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    } else {
        let changes = files.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    })
}

fn versioned((uri, version, edits): (Uri, Option<i32>, Vec<TextEdit>)) -> DocumentChange {
    let text_document_identifier = TextDocumentIdentifier { uri };
    DocumentChange::TextDocumentEdit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier,
        },
        edits: edits.into_iter().map(Edit::TextEdit).collect(),
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use pullcheck_core::fix::replaced;

    use super::*;

    #[test]
    fn kinds_are_matched_by_their_beginning() {
        let wanted = |only: &'static str| is_wanted(Some(&[only.into()]), FIX_ALL);
        assert!(["source", "source.fixAll", FIX_ALL, ""].into_iter().all(wanted));
        let others = ["quickfix", "source.fix", "source.fixAll.other", "source.fixAll.pullcheck.x"];
        assert!(!others.into_iter().any(wanted));
        assert!(is_wanted(None, QUICK_FIX));
    }

    #[test]
    fn the_difference_makes_one_text_the_other() {
        for (before, after) in [("", "x"), ("ab", "axb"), ("é\r\n", "é # x\r\n"), ("aa", "aaa")] {
            let replacement = difference(before, after);
            assert_eq!(replaced(before, &[replacement]), after);
        }
    }
}
