//! From the text of a template to its syntax tree.

use super::{
    ast::{Branch, Choice, Loop, Node, Operand, Pipe},
    lex::{self, Action, Lexed, Token},
};
use crate::span::Span;

/// How deep blocks and parentheses may be nested. Real templates stay below twenty.
const DEPTH: usize = 64;

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
        let mut words = Words { tokens: action.tokens.into_iter().peekable(), depth: 0 };
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
        let keyword = matches!(
            &*word,
            "if" | "with"
                | "range"
                | "else"
                | "end"
                | "define"
                | "block"
                | "template"
                | "break"
                | "continue"
        );
        if keyword {
            words.tokens.next();
        }
        match &*word {
            "if" | "with" => {
                let pipe = words.pipe(false)?;
                self.enter(
                    Kind::Choice { branches: Vec::new(), with: &*word == "with", pipe },
                    span,
                )?;
            }
            "range" => {
                let pipe = words.pipe(true)?;
                self.enter(Kind::Range(pipe), span)?;
            }
            "else" => self.otherwise(&mut words)?,
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
                let argument =
                    if words.tokens.peek().is_some() { Some(words.pipe(false)?) } else { None };
                self.push(Node::Call { name, argument, span });
            }
            "break" | "continue" => {
                let inside = |open: &Open| matches!(open.kind, Kind::Range(_));
                if !self.open.iter().any(inside) {
                    return None;
                }
                self.push(if &*word == "break" { Node::Break } else { Node::Continue });
            }
            _ => {
                let pipe = words.pipe(false)?;
                self.push(Node::Print { pipe, span });
            }
        }
        words.end()
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

/// The words of one action.
struct Words {
    tokens: std::iter::Peekable<std::vec::IntoIter<Lexed>>,
    depth: usize,
}

impl Words {
    /// Nothing may be left over.
    fn end(&mut self) -> Option<()> {
        self.tokens.next().is_none().then_some(())
    }

    fn string(&mut self) -> Option<Box<str>> {
        match self.tokens.next()?.token {
            Token::Str(text) => Some(text),
            _ => None,
        }
    }

    fn take(&mut self, token: &Token) -> bool {
        self.tokens.next_if(|next| next.token == *token).is_some()
    }

    fn pipe(&mut self, ranges: bool) -> Option<Pipe> {
        let mut pipe = Pipe::default();
        let mut first = Vec::new();
        if let Some(Token::Variable(_)) = self.tokens.peek().map(|next| &next.token) {
            let Some(Lexed { token: Token::Variable(name), .. }) = self.tokens.next() else {
                return None;
            };
            self.variable(name, ranges, &mut pipe, &mut first)?;
        }
        loop {
            let command = self.command(std::mem::take(&mut first))?;
            pipe.commands.push(command);
            if !self.take(&Token::Pipe) {
                return Some(pipe);
            }
        }
    }

    /// A variable at the beginning: one that takes the result, or an operand.
    fn variable(
        &mut self,
        name: Box<str>,
        ranges: bool,
        pipe: &mut Pipe,
        first: &mut Vec<Operand>,
    ) -> Option<()> {
        if ranges && self.take(&Token::Comma) {
            let Token::Variable(second) = self.tokens.next()?.token else { return None };
            pipe.variables = vec![name, second];
        } else if let Some(Token::Declare | Token::Assign) =
            self.tokens.peek().map(|next| &next.token)
        {
            pipe.variables = vec![name];
        } else {
            let fields = self.fields();
            first.push(Operand::Variable(name, fields));
            return Some(());
        }
        match self.tokens.next()?.token {
            Token::Declare => {}
            Token::Assign => pipe.assigns = true,
            _ => return None,
        }
        Some(())
    }

    fn command(&mut self, mut operands: Vec<Operand>) -> Option<Vec<Operand>> {
        while let Some(next) = self.tokens.peek() {
            if matches!(next.token, Token::Pipe | Token::Close) {
                break;
            }
            // Two words need white space between them, unless one is in parentheses.
            let needs_space = !matches!(next.token, Token::Open);
            if !operands.is_empty() && needs_space && !next.spaced {
                return None;
            }
            operands.push(self.operand()?);
        }
        (!operands.is_empty()).then_some(operands)
    }

    fn operand(&mut self) -> Option<Operand> {
        let next = self.tokens.next()?;
        Some(match next.token {
            Token::Dot => Operand::Dot,
            Token::Field(name) => {
                let mut fields = vec![name];
                fields.append(&mut self.fields());
                Operand::Field(fields)
            }
            Token::Variable(name) => Operand::Variable(name, self.fields()),
            Token::Word(word) => match &*word {
                "true" => Operand::Bool(true),
                "false" => Operand::Bool(false),
                "nil" => Operand::Nil,
                "if" | "with" | "range" | "else" | "end" | "define" | "block" | "template" => {
                    return None;
                }
                _ => Operand::Function(word),
            },
            Token::Str(text) => Operand::Str(text, next.span),
            Token::Int(number) => Operand::Int(number),
            Token::Float(number) => Operand::Float(number),
            Token::Open => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return None;
                }
                let pipe = self.pipe(false)?;
                self.depth -= 1;
                if !self.take(&Token::Close) {
                    return None;
                }
                Operand::Paren(Box::new(pipe), self.fields())
            }
            Token::Pipe | Token::Close | Token::Declare | Token::Assign | Token::Comma => {
                return None;
            }
        })
    }

    /// The `.a.b` that follows without white space.
    fn fields(&mut self) -> Vec<Box<str>> {
        let mut fields = Vec::new();
        let follows = |next: &Lexed| !next.spaced && matches!(next.token, Token::Field(_));
        while let Some(Lexed { token: Token::Field(name), .. }) = self.tokens.next_if(follows) {
            fields.push(name);
        }
        fields
    }
}
