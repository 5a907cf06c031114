//! Pipelines out of the words of an action.

use super::{
    ast::{Operand, Pipe},
    lex::{Lexed, Token},
    parse::DEPTH,
};
use crate::span::Span;

/// The words of one action.
pub(super) struct Words {
    pub(super) tokens: std::iter::Peekable<std::vec::IntoIter<Lexed>>,
    depth: usize,
}

impl Words {
    pub(super) fn new(tokens: Vec<Lexed>) -> Self {
        Self { tokens: tokens.into_iter().peekable(), depth: 0 }
    }

    /// Nothing may be left over.
    pub(super) fn end(&mut self) -> Option<()> {
        self.tokens.next().is_none().then_some(())
    }

    /// A string constant.
    pub(super) fn string(&mut self) -> Option<Box<str>> {
        match self.tokens.next()?.token {
            Token::Str(text) => Some(text),
            _ => None,
        }
    }

    fn take(&mut self, token: &Token) -> bool {
        self.tokens.next_if(|next| next.token == *token).is_some()
    }

    /// A pipeline; one of a `range` may set two variables.
    pub(super) fn pipe(&mut self, ranges: bool) -> Option<Pipe> {
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
            Token::Str(text) => {
                let span = inside(next.span, text.len());
                Operand::Str(text, span)
            }
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

/// The place of a string without its quotes; with them if it has escapes.
fn inside(span: Span, length: usize) -> Span {
    let range = span.range();
    if range.len() == length + 2 { Span::of(range.start + 1..range.end - 1) } else { span }
}
