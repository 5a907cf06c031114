//! Suppressions in a tree: what each comment and annotation covers.

use thin_vec::ThinVec;

use crate::{
    span::Span,
    suppress::{self, ANNOTATION, Ignore, Scope},
    yaml::{Node, Tree},
};

/// Reads the comments that are meant for pullcheck.
pub fn read_comments(tree: &Tree<'_>, text: &str, ignores: &mut ThinVec<Ignore>) {
    let concerns = |span: &Span| suppress::concerns(span.slice(text));
    if !tree.comments().iter().any(concerns) {
        return;
    }
    let from = ignores.len();
    // From the last to the first, so that stacked comments learn what is below from one another.
    let mut below: Option<(usize, Option<usize>)> = None;
    for &span in tree.comments().iter().rev() {
        let next = next_line(text, span.end as usize);
        let content = match below {
            Some((comment, content)) if next == Some(comment) => content,
            _ => next,
        };
        below = Some((span.start as usize, content));
        if concerns(&span) {
            let scope = scope(tree, text, span, content);
            ignores.push(suppress::read_comment(span.slice(text), span, scope));
        }
    }
    if let Some(read) = ignores.get_mut(from..) {
        read.reverse();
    }
}

/// Reads the annotation of an object or of a template.
pub fn read_annotation(holder: Node<'_>, ignores: &mut ThinVec<Ignore>) {
    let annotation = holder.at(&["metadata", "annotations", ANNOTATION]);
    if let Some((value, text)) = annotation.and_then(|value| Some((value, value.as_str()?))) {
        let part = holder.content_span();
        ignores.push(suppress::read_annotation(text, value.source(), value.span(), part));
    }
}

/// At the end of a line a comment covers the line. On a line of its own it covers what begins on
/// the next line: a list item whole, a key with its value, and above the first key of a document
/// the whole document. `content` is the first character of the next line that is no comment.
fn scope(tree: &Tree<'_>, text: &str, comment: Span, content: Option<usize>) -> Scope {
    let before = text.get(..comment.start as usize).unwrap_or_default();
    let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let beside = before.get(line_start..).unwrap_or_default();
    if !beside.trim_matches([' ', '\t', '\u{feff}']).is_empty() {
        return Scope::Part(Span::of(line_start..before.len()));
    }
    content.and_then(|at| below(tree, text, at)).map_or(Scope::Nothing, Scope::Part)
}

/// The first character of the next line, unless it is blank.
fn next_line(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let line_break = rest.find(['\n', '\r'])?;
    let width = if rest.get(line_break..)?.starts_with("\r\n") { 2 } else { 1 };
    let line = rest.get(line_break + width..)?;
    let content = line.trim_start_matches([' ', '\t']);
    let is_blank = content.is_empty() || content.starts_with(['\n', '\r']);
    (!is_blank).then(|| from + line_break + width + line.len() - content.len())
}

/// What begins at the first character of a line.
fn below(tree: &Tree<'_>, text: &str, at: usize) -> Option<Span> {
    let line = text.get(at..)?;
    let after_dash = line.strip_prefix('-');
    let is_item =
        after_dash.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']));
    let start = Span::of(0..at).end;
    let node = tree.first_from(if is_item { start + 1 } else { start })?;
    let line_end = at + line.find(['\n', '\r']).unwrap_or(line.len());
    let end = if is_item {
        item(node).span().end
    } else if node.span().start as usize > line_end {
        return None;
    } else {
        entry(tree, node)?.span().end
    };
    Some(Span::new(start, end.max(start)))
}

/// The item that a dash begins. A list that is not indented stands, by its place, where the
/// content of its first item does.
fn item(node: Node<'_>) -> Node<'_> {
    let unindented = |list: Node<'_>| {
        list.is_sequence()
            && list.first_child().is_some_and(|item| item.span().start == list.span().start)
    };
    let mut node = node;
    while let Some(first) = node.first_child().filter(|_| unindented(node)) {
        node = first;
    }
    node
}

/// What ends last of the thing that begins at a node: a value after its key, a document after its
/// first key, a flow collection as it is.
fn entry<'a>(tree: &Tree<'_>, node: Node<'a>) -> Option<Node<'a>> {
    if !node.is_mapping() {
        Some(node.next_sibling().unwrap_or(node))
    } else if tree.is_root(node) || node.source().starts_with('{') {
        Some(node)
    } else {
        node.first_child()?.next_sibling()
    }
}
