//! From the text of a template to its syntax tree.

use super::{
    ast::{Branch, Choice, Loop, Node, Pipe},
    lex::{self, Action, Lexed, Token},
    words::Words,
};
use crate::span::Span;

/// How deep blocks and parentheses may be nested. Real templates stay below twenty.
pub(super) const DEPTH: usize = 64;

/// The words that begin an action and are no function.
const KEYWORDS: [&str; 10] =
    ["if", "with", "range", "else", "end", "define", "block", "template", "break", "continue"];

/// A template file, parsed: its literal text and its actions, owned, each with its place.
#[derive(Debug, Default)]
pub struct Template {
    pub(super) literals: String,
    pub(super) body: Vec<Node>,
    /// The blocks it defines, in the order of the file.
    pub(super) defines: Vec<(Box<str>, Vec<Node>)>,
    broken: Option<Span>,
}

impl Template {
    /// Where it stops being a template; what Helm refuses to parse renders nothing.
    #[must_use]
    pub const fn broken(&self) -> Option<Span> {
        self.broken
    }

    /// The literal text of a node.
    pub(super) fn literal(&self, span: Span, at: u32) -> &str {
        let length = span.end.saturating_sub(span.start);
        Span::new(at, at.saturating_add(length)).slice(&self.literals)
    }
}

impl Template {
    /// The first action that prints something and begins at or behind a byte.
    #[must_use]
    pub fn action_from(&self, byte: u32) -> Option<Span> {
        let bodies = self.defines.iter().map(|(_, body)| body).chain([&self.body]);
        bodies.filter_map(|body| action_from(body, byte)).min_by_key(|span| span.start)
    }
}

fn action_from(body: &[Node], byte: u32) -> Option<Span> {
    let spans = body.iter().filter_map(|node| match node {
        Node::Print { span, .. } | Node::Call { span, .. } => (span.start >= byte).then_some(*span),
        Node::Choice(choice) => {
            let bodies = choice.branches.iter().map(|branch| &branch.body);
            let bodies = bodies.chain(&choice.otherwise);
            bodies.filter_map(|body| action_from(body, byte)).min_by_key(|span| span.start)
        }
        Node::Range(range) => {
            let bodies = [&range.body].into_iter().chain(&range.otherwise);
            bodies.filter_map(|body| action_from(body, byte)).min_by_key(|span| span.start)
        }
        Node::Literal { .. } | Node::Break | Node::Continue => None,
    });
    spans.min_by_key(|span| span.start)
}

/// Reads a template file. Never fails: what cannot be parsed is [`Template::broken`].
#[must_use]
pub fn read_template(text: &str) -> Template {
    let mut parser = Parser {
        text,
        image_keys: image_keys(text),
        template: Template::default(),
        open: vec![Open { kind: Kind::File, nodes: Vec::new(), span: Span::default() }],
    };
    match parser.file() {
        Ok(body) => Template { body, ..parser.template },
        Err(Broken(span)) => Template { broken: Some(span), ..Template::default() },
    }
}

/// Where a file stops being a template.
struct Broken(Span);

/// Where lines begin with a key that holds an image, or says how it is pulled.
fn image_keys(text: &str) -> Vec<u32> {
    let mut keys = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let key = line.trim_start_matches(['{', '-', ' ', '\t']).split(':').next();
        let key = key.unwrap_or_default().trim_matches(['"', '\'']);
        if line.len() > key.len()
            && (key == "image" || key == "imagePullPolicy" || key.ends_with("Image"))
            && key.chars().all(|c| c.is_ascii_alphanumeric())
        {
            keys.push(Span::of(0..start).end);
        }
        start += line.len();
    }
    keys
}

struct Parser<'t> {
    text: &'t str,
    image_keys: Vec<u32>,
    template: Template,
    open: Vec<Open>,
}

/// A block whose `end` has not come yet.
struct Open {
    kind: Kind,
    nodes: Vec<Node>,
    span: Span,
}

enum Kind {
    File,
    Define(Box<str>),
    Block(Box<str>, Pipe),
    Choice {
        branches: Vec<Branch>,
        with: bool,
        pipe: Pipe,
    },
    Range(Pipe),
    /// After an `else`: what came before it.
    ChoiceElse(Vec<Branch>),
    RangeElse(Pipe, Vec<Node>),
}

impl Parser<'_> {
    fn file(&mut self) -> Result<Vec<Node>, Broken> {
        let mut at = 0;
        let mut trims = false;
        loop {
            let rest = self.text.as_bytes().get(at..).unwrap_or_default();
            let Some(found) = memchr::memmem::find(rest, b"{{") else {
                self.literal(at, self.text.len(), trims, false);
                break;
            };
            let start = at + found;
            let unread = Broken(Span::of(start..start + 2));
            let action = lex::action(self.text, start).ok_or(unread)?;
            self.literal(at, start, trims, action.trims_before);
            trims = action.trims_after;
            at = action.span.end as usize;
            let span = action.span;
            self.action(action).ok_or(Broken(span))?;
        }
        match self.open.pop() {
            Some(Open { kind: Kind::File, nodes, .. }) => Ok(nodes),
            open => Err(Broken(open.map(|open| open.span).unwrap_or_default())),
        }
    }

    fn literal(&mut self, start: usize, end: usize, trims_before: bool, trims_after: bool) {
        let (mut start, mut end) = (start, end);
        let mut piece = self.text.get(start..end).unwrap_or_default();
        if trims_before {
            piece = piece.trim_start_matches(lex::is_space);
            start = end - piece.len();
        }
        if trims_after {
            piece = piece.trim_end_matches(lex::is_space);
            end = start + piece.len();
        }
        if piece.is_empty() {
            return;
        }
        let at = Span::of(0..self.template.literals.len()).end;
        self.template.literals.push_str(piece);
        self.push(Node::Literal { span: Span::of(start..end), at });
    }

    fn push(&mut self, node: Node) {
        if let Some(open) = self.open.last_mut() {
            open.nodes.push(node);
        }
    }

    fn enter(&mut self, kind: Kind, span: Span) -> Option<()> {
        if self.open.len() >= DEPTH {
            return None;
        }
        self.open.push(Open { kind, nodes: Vec::new(), span });
        Some(())
    }

    fn action(&mut self, action: Action) -> Option<()> {
        let span = action.span;
        let mut words = Words::new(action.tokens);
        let Some(first) = words.tokens.peek() else {
            // A comment; an action without words is refused.
            let inside = span.slice(self.text).trim_start_matches(['{', '-']);
            return inside.trim_start().starts_with("/*").then_some(());
        };
        let Token::Word(word) = &first.token else {
            let pipe = words.pipe(false)?;
            self.push(Node::Print { pipe, span });
            return words.end();
        };
        let word = word.clone();
        if KEYWORDS.contains(&&*word) {
            words.tokens.next();
            self.keyword(&word, &mut words, span)?;
        } else {
            let pipe = words.pipe(false)?;
            self.push(Node::Print { pipe, span });
        }
        words.end()
    }

    /// Reads what follows a keyword.
    fn keyword(&mut self, word: &str, words: &mut Words, span: Span) -> Option<()> {
        match word {
            "if" | "with" => {
                let (with, pipe) = (word == "with", words.pipe(false)?);
                self.enter(Kind::Choice { branches: Vec::new(), with, pipe }, span)?;
            }
            "range" => {
                let pipe = words.pipe(true)?;
                self.enter(Kind::Range(pipe), span)?;
            }
            "else" => self.otherwise(words)?,
            "end" => self.end(span)?,
            "define" => {
                let name = words.string()?;
                // Go allows definitions at the top of a file only.
                if self.open.len() > 1 {
                    return None;
                }
                self.enter(Kind::Define(name), span)?;
            }
            "block" => {
                let name = words.string()?;
                let pipe = words.pipe(false)?;
                self.enter(Kind::Block(name, pipe), span)?;
            }
            "template" => {
                let name = words.string()?;
                let has_argument = words.tokens.peek().is_some();
                let argument = if has_argument { Some(words.pipe(false)?) } else { None };
                self.push(Node::Call { name, argument, span });
            }
            _ => {
                let inside = |open: &Open| matches!(open.kind, Kind::Range(_));
                if !self.open.iter().any(inside) {
                    return None;
                }
                self.push(if word == "break" { Node::Break } else { Node::Continue });
            }
        }
        Some(())
    }

    fn otherwise(&mut self, words: &mut Words) -> Option<()> {
        let Open { kind, nodes: body, span } = self.open.pop()?;
        let kind = match kind {
            Kind::Choice { mut branches, with, pipe } => {
                branches.push(Branch { with, pipe, body });
                match words.tokens.next() {
                    None => Kind::ChoiceElse(branches),
                    Some(Lexed { token: Token::Word(word), .. })
                        if matches!(&*word, "if" | "with") =>
                    {
                        Kind::Choice { branches, with: &*word == "with", pipe: words.pipe(false)? }
                    }
                    Some(_) => return None,
                }
            }
            Kind::Range(pipe) => Kind::RangeElse(pipe, body),
            _ => return None,
        };
        self.open.push(Open { kind, nodes: Vec::new(), span });
        Some(())
    }

    fn end(&mut self, end: Span) -> Option<()> {
        let Open { kind, nodes, span } = self.open.pop()?;
        let names_image = self.names_image(span.end, end.start);
        match kind {
            Kind::File => return None,
            Kind::Define(name) => self.template.defines.push((name, nodes)),
            Kind::Block(name, pipe) => {
                self.template.defines.push((name.clone(), nodes));
                self.push(Node::Call { name, argument: Some(pipe), span });
            }
            Kind::Choice { mut branches, with, pipe } => {
                branches.push(Branch { with, pipe, body: nodes });
                self.push(Node::Choice(Choice { branches, otherwise: None, names_image, span }));
            }
            Kind::ChoiceElse(branches) => {
                let otherwise = Some(nodes);
                self.push(Node::Choice(Choice { branches, otherwise, names_image, span }));
            }
            Kind::Range(pipe) => {
                let otherwise = None;
                self.push(Node::Range(Loop { pipe, body: nodes, otherwise, names_image, span }));
            }
            Kind::RangeElse(pipe, body) => {
                let otherwise = Some(nodes);
                self.push(Node::Range(Loop { pipe, body, otherwise, names_image, span }));
            }
        }
        Some(())
    }

    fn names_image(&self, start: u32, end: u32) -> bool {
        let next = self.image_keys.partition_point(|&key| key < start);
        self.image_keys.get(next).is_some_and(|&key| key < end)
    }
}
