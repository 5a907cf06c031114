//! The syntax of Go templates, as `text/template/parse` reads them.

use crate::span::Span;

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Text that is printed as it stands: its place in the file, and where it begins in
    /// [`super::parse::Template`]'s literals.
    Literal { span: Span, at: u32 },
    /// `{{ pipeline }}`.
    Print { pipe: Pipe, span: Span },
    /// `if` and `with`, each with what `else if` and `else with` add.
    Choice(Choice),
    /// `range`.
    Range(Loop),
    /// `template` and `block`.
    Call { name: Box<str>, argument: Option<Pipe>, span: Span },
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// The branches of an `if` or `with`.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) branches: Vec<Branch>,
    pub(super) otherwise: Option<Vec<Node>>,
    /// Whether a line of the body begins with the key of an image.
    pub(super) names_image: bool,
    /// The action that opens it.
    pub(super) span: Span,
}

/// One condition and what it guards.
#[derive(Debug)]
pub(super) struct Branch {
    /// Whether the body sees the value of the condition as its dot.
    pub(super) with: bool,
    pub(super) pipe: Pipe,
    pub(super) body: Vec<Node>,
}

/// A `range`.
#[derive(Debug)]
pub(super) struct Loop {
    pub(super) pipe: Pipe,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Option<Vec<Node>>,
    /// Whether a line of the body begins with the key of an image.
    pub(super) names_image: bool,
    /// The action that opens it.
    pub(super) span: Span,
}

/// Commands joined by `|`, and the variables that take the result.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    pub(super) variables: Vec<Box<str>>,
    /// Whether the variables are set with `=` rather than declared with `:=`.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Debug)]
pub(super) enum Operand {
    Dot,
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Box<str>, Span),
    /// `.a.b`.
    Field(Vec<Box<str>>),
    /// `$x.a.b`; the name without its `$`.
    Variable(Box<str>, Vec<Box<str>>),
    Function(Box<str>),
    /// `(pipeline).a.b`.
    Paren(Box<Pipe>, Vec<Box<str>>),
}
