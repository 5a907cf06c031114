//! A text as far as comments can be added to it: its lines, its comments, and what is no place for
//! one.

use std::{collections::HashMap, ops::Range};

use pullcheck_core::{
    finding::Finding,
    resolve::SourceFile,
    span::{LineIndex, Span},
    suppress::{Ignore, Scope, concerns},
    yaml::{self, Node, Tree},
};

use super::Why;

/// What stands where in a text.
pub struct Page<'t> {
    pub text: &'t str,
    pub lines: LineIndex,
    /// The comments, in order.
    comments: Vec<Span>,
    /// The suppressions that are written there, by comment and by annotation.
    ignores: HashMap<Span, &'t Ignore>,
    /// Values that go over several lines, in order.
    texts: Vec<Span>,
    /// The documents that are JSON.
    json: Vec<Range<usize>>,
    /// The actions of a template.
    actions: Vec<Range<usize>>,
    /// It is no YAML as it stands.
    pub is_template: bool,
}

impl<'t> Page<'t> {
    /// Reads a file that was read before.
    pub fn read(file: &'t SourceFile, text: &'t str) -> Self {
        let facts = &file.facts;
        let mut page = Self {
            text,
            lines: LineIndex::new(text),
            comments: Vec::new(),
            ignores: facts.ignores.iter().map(|ignore| (ignore.span, ignore)).collect(),
            texts: Vec::new(),
            json: Vec::new(),
            actions: Vec::new(),
            is_template: facts.template.is_some()
                && (facts.skipped.is_some() || facts.manifests == 0),
        };
        if page.is_template {
            page.read_template();
        } else {
            let extension = file.path.name().rsplit_once('.').map(|(_, extension)| extension);
            let is_json = extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
            yaml::documents(text).for_each(|part| page.read_document(part, is_json));
        }
        page
    }

    fn read_document(&mut self, part: Range<usize>, is_json: bool) {
        let content = self.text.get(part.clone()).unwrap_or_default();
        let content = content.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        // What begins with a bracket is read as JSON by `kubectl`
        // (k8s.io/apimachinery, `pkg/util/yaml/decoder.go`, `GuessJSONStream`).
        if is_json || content.starts_with(['{', '[']) {
            self.json.push(part);
            return;
        }
        let Ok(tree) = yaml::parse(self.text, part) else { return };
        self.comments.extend(tree.comments());
        let mut texts = Vec::new();
        each(&tree, |node, _| {
            let is_long = node.source().trim_end().contains(['\n', '\r']);
            if is_long && node.first_child().is_none() {
                texts.push(node.span());
            }
        });
        texts.sort_unstable();
        self.texts.extend(texts);
    }

    fn read_template(&mut self) {
        let mut at = 0;
        while let Some(open) = self.text.get(at..).and_then(|rest| rest.find("{{")) {
            let start = at + open;
            let close = self.text.get(start..).and_then(|rest| rest.find("}}"));
            at = close.map_or(self.text.len(), |close| start + close + 2);
            self.actions.push(start..at);
        }
        let mut block: Option<(usize, usize)> = None;
        for line in 0..self.lines.count() {
            let (start, content) = self.line(line);
            let indentation = indentation(content).len();
            if let Some((from, above)) = block {
                if content.trim().is_empty() || indentation > above {
                    continue;
                }
                self.texts.push(Span::of(from..start));
                block = None;
            }
            let comment = content.match_indices('#').map(|(at, _)| at).find(|&at| {
                content
                    .get(..at)
                    .is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']))
            });
            let code = comment.and_then(|at| content.get(..at)).unwrap_or(content).trim_end();
            if let Some(at) = comment {
                self.comments.push(Span::of(start + at..start + content.trim_end().len()));
            }
            let header = code.trim_end_matches(['+', '-', '1', '2', '4']);
            if header.ends_with([' ', '-']) || header.len() < 2 || !header.ends_with(['|', '>']) {
                continue;
            }
            block = Some((start + header.len() - 1, indentation));
        }
        self.texts.extend(block.map(|(from, _)| Span::of(from..self.text.len())));
    }

    /// A line, counted from 0, without its line break, and where it begins.
    pub fn line(&self, line: usize) -> (usize, &'t str) {
        let span = self.lines.span_of(line, self.text);
        let content = span.slice(self.text).trim_end_matches(['\n', '\r']);
        let start = span.range().start;
        let mark = usize::from(content.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
        (start + mark, content.get(mark..).unwrap_or_default())
    }

    /// What ends a line; that of the one before where the text ends in it.
    pub fn line_break(&self, line: usize) -> &'static str {
        let ends = |line| {
            let line: &str = self.lines.span_of(line, self.text).slice(self.text);
            ["\r\n", "\n", "\r"].into_iter().find(|end| line.ends_with(end))
        };
        ends(line).or_else(|| ends(line.checked_sub(1)?)).unwrap_or("\n")
    }

    /// The comment that begins in a line.
    pub fn comment_in(&self, line: usize) -> Option<Span> {
        let (start, content) = self.line(line);
        let first = self.comments.partition_point(|comment| comment.range().start < start);
        let comment = self.comments.get(first)?;
        (comment.range().start <= start + content.len()).then_some(*comment)
    }

    /// The comment that a line consists of.
    pub fn comment_alone(&self, line: usize) -> Option<Span> {
        let (start, content) = self.line(line);
        let comment = self.comment_in(line)?;
        (comment.range().start == start + indentation(content).len()).then_some(comment)
    }

    /// The suppression that a comment is, if rules can be added to it.
    pub fn ignore(&self, comment: Span) -> Option<&'t Ignore> {
        let is_one = concerns(comment.slice(self.text));
        self.ignores.get(&comment).copied().filter(|ignore| {
            let is_understood = ignore.problem.is_none() && !ignore.rules.is_empty();
            is_one && is_understood && ignore.scope != Scope::File
        })
    }

    /// Why nothing can hide a finding, as far as that shows before anything is tried.
    pub fn refuses(&self, finding: &Finding) -> Option<Why> {
        let at = finding.at.span.start;
        if finding.rule == "syntax" {
            return Some(Why::Broken);
        }
        let is_within = |ranges: &[Range<usize>]| {
            let before = ranges.partition_point(|range| range.start <= at as usize);
            let last = before.checked_sub(1).and_then(|last| ranges.get(last));
            last.is_some_and(|range| (at as usize) < range.end)
        };
        if is_within(&self.json) {
            return Some(Why::Json);
        }
        // A template's action is itself what prints the image; only one of several lines matters.
        let line = self.lines.line_of(at);
        self.text_around(self.line(line).0).filter(|text| at < text.end).map(|_| Why::InText)
    }

    /// The value of several lines that goes on at a byte.
    fn text_around(&self, byte: usize) -> Option<Span> {
        let before = self.texts.partition_point(|text| text.range().start < byte);
        let text = before.checked_sub(1).and_then(|last| self.texts.get(last))?;
        (byte < text.range().end).then_some(*text)
    }

    /// Whether a comment can stand at the end of a line that has none.
    pub fn takes_comment_beside(&self, line: usize) -> bool {
        let (start, content) = self.line(line);
        let end = start + content.len();
        let is_header = |text: Span| {
            let source = text.slice(self.text);
            text.range().start >= start && (source.starts_with('|') || source.starts_with('>'))
        };
        let within = self.text_around(end).is_some_and(|text| !is_header(text));
        let is_code =
            !self.is_template || is_entry(content) && !content.trim_end().ends_with("-}}");
        !within && is_code && !self.is_in_action(end)
    }

    /// Whether a comment can stand above a line.
    pub fn takes_comment_above(&self, line: usize) -> bool {
        let (start, content) = self.line(line);
        let is_code = !self.is_template || is_entry(content);
        is_code && self.text_around(start).is_none() && !self.is_in_action(start)
    }

    fn is_in_action(&self, byte: usize) -> bool {
        let before = self.actions.partition_point(|action| action.start < byte);
        let action = before.checked_sub(1).and_then(|last| self.actions.get(last));
        action.is_some_and(|action| byte < action.end)
    }
}

/// The white space that a line begins with.
pub fn indentation(line: &str) -> &str {
    let content = line.trim_start_matches([' ', '\t']);
    line.get(..line.len() - content.len()).unwrap_or_default()
}

/// Whether a line of a template begins an entry of a map or a list. Anything else may be a part of
/// what another template puts in quotes.
fn is_entry(line: &str) -> bool {
    let line = line.trim_start();
    let key =
        line.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', '\t']));
    line.starts_with("- ") || key.is_some_and(|(key, _)| !key.contains("{{"))
}

/// Every node of a tree as it is written, with its depth, parents first.
fn each<'a>(tree: &'a Tree<'a>, mut take: impl FnMut(Node<'a>, usize)) {
    let mut open: Vec<(Node<'a>, usize)> = tree.roots().map(|root| (root, 0)).collect();
    open.reverse();
    while let Some((node, depth)) = open.pop() {
        take(node, depth);
        open.extend(node.next_sibling().filter(|_| depth > 0).map(|next| (next, depth)));
        open.extend(node.first_child().map(|first| (first, depth + 1)));
    }
}

/// Whether two texts hold the same documents: the same keys and values in the same order.
pub fn is_same(one: &str, other: &str) -> bool {
    let parts = |text| yaml::documents(text).collect::<Vec<_>>();
    let (ours, theirs) = (parts(one), parts(other));
    let is_alike = |(ours, theirs): (&Range<usize>, &Range<usize>)| {
        match (yaml::parse(one, ours.clone()), yaml::parse(other, theirs.clone())) {
            (Ok(ours), Ok(theirs)) => content(&ours) == content(&theirs),
            // What cannot be read is left as it is.
            (Err(_), Err(_)) => one.get(ours.clone()) == other.get(theirs.clone()),
            _ => false,
        }
    };
    ours.len() == theirs.len() && ours.iter().zip(&theirs).all(is_alike)
}

/// What a tree says: the depth of each node, whether it is a list, and its value; an alias by its name.
fn content<'a>(tree: &'a Tree<'a>) -> Vec<(usize, bool, Option<&'a str>)> {
    let mut content = Vec::new();
    each(tree, |node, depth| {
        let source = node.source();
        let value = match node.first_child() {
            Some(_) => None,
            None if source.starts_with('*') => Some(source),
            None => node.scalar().map(|(value, _)| value).or(Some(source)),
        };
        let is_list = !source.starts_with('*') && node.is_sequence();
        content.push((depth, is_list, value));
    });
    content
}
