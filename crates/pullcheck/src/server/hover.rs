//! What is told of the text under the pointer: of an image what it means, of a suppression what it
//! hides.

use std::path::Path;

use pullcheck_core::{
    policy::Policy,
    reference::Reference,
    registry::registry,
    resolve::{EffectiveUse, Resolved},
    rules,
    span::{At, FileId, Span},
    tag::TagClass,
};

use super::{
    checked::Pages,
    client::Client,
    document::Document,
    lsp::{Contents, Hover, MarkupContent, MarkupKind, Position},
};
use crate::{paths::shown, run::resolve};

/// What is told at a position.
pub fn at(
    pages: &mut Pages<'_>,
    document: &Document,
    position: Position,
    client: Client,
) -> Option<Hover> {
    let checked = pages.checked;
    let file = checked.id(&document.path)?;
    let byte = Span::of(0..document.text.byte(position)).end;
    let facts = &checked.gathered.project.file(file)?.facts;
    let ignore = facts.ignores.iter().find(|ignore| ignore.span.contains(byte));
    let (span, told) = if let Some(ignore) = ignore {
        (ignore.span, suppressed(ignore.rules.iter().map(|(name, _)| &**name)))
    } else {
        let resolved = resolve(&checked.gathered.project);
        let (span, used) = image_at(&resolved, file, byte)?;
        (span, image(pages, &used, document)?)
    };
    let range = document.text.range(span);
    let (kind, value) = if client.markdown {
        (MarkupKind::Markdown, told)
    } else {
        (MarkupKind::PlainText, told.replace(['`', '*'], ""))
    };
    let contents = Contents::MarkupContent(MarkupContent { kind, value });
    Some(Hover { contents, range: Some(range) })
}

/// The summaries of rules.
fn suppressed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let lines = names.map(|name| match rules::find(name) {
        Some(rule) => format!("- [`{name}`]({}): {}", rule.url(), rule.summary()),
        None => format!("- `{name}`: there is no rule of this name"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The image that is written at a byte of a file, or that a piece there decides, and its place.
fn image_at<'r>(
    resolved: &'r Resolved<'r>,
    file: FileId,
    byte: u32,
) -> Option<(Span, EffectiveUse<'r>)> {
    let files = resolved.project.files().len();
    // The file itself comes first: what it says of its own images goes before what others make of them.
    let others = (0..).map(FileId).take(files).filter(|id| *id != file);
    let within = |at: At| (at.file == file && at.span.contains(byte)).then_some(at.span);
    std::iter::once(file).chain(others).find_map(|id| {
        let uses = resolved.file(id)?.uses;
        uses.into_iter().find_map(|used| {
            let image = used.subject.image.and_then(|image| {
                let facts = &resolved.source(image.file)?.facts;
                let span = facts.uses.get(image.index)?.image.as_ref()?.span;
                within(At { file: image.file, span })
            });
            let span = image.or_else(|| within(used.image.by)).or_else(|| within(used.named_by))?;
            Some((span, used))
        })
    })
}

/// What is known of an image.
fn image(pages: &mut Pages<'_>, used: &EffectiveUse<'_>, document: &Document) -> Option<String> {
    let image = &used.image.value;
    let class = image.class()?;
    let mut lines = Vec::new();
    match image.reference() {
        Some(reference) => {
            lines.push(format!("**`{}`**\n", reference.pulled()));
            lines.extend(names(reference));
        }
        None => lines.push(format!("**`{}`**\n", used.text())),
    }
    let implied = class == TagClass::Missing;
    let tag = image.tag().map(|tag| format!("- tag: `{tag}`{}", class_of(class)));
    let tag =
        tag.or_else(|| implied.then(|| format!("- tag: `latest`, implied{}", class_of(class))));
    lines.extend(tag);
    lines.extend(image.digest().map(|digest| format!("- digest: `{digest}`, which cannot move")));
    lines.extend(policy(used));
    let by = pages.checked.path(used.image.by.file).filter(|path| *path != document.path);
    if let Some((path, place)) = by.zip(pages.location(used.image.by)) {
        lines.push(format!("- decided in `{}`, line {}", told(&path), place.range.start.line + 1));
    }
    Some(lines.join("\n"))
}

fn told(path: &Path) -> String {
    shown(path).replace('`', "'")
}

fn names(reference: &Reference) -> Vec<String> {
    let host = reference.registry();
    let implied = if reference.registry_is_written() { "" } else { ", implied" };
    let known = registry(host).map(|known| {
        let of = if known.name == known.provider {
            String::new()
        } else {
            format!(" of {}", known.provider)
        };
        format!(" ({}{of}; a node needs {})", known.name, known.access.as_str())
    });
    vec![
        format!("- registry: `{host}`{implied}{}", known.unwrap_or_default()),
        format!("- repository: `{}`", reference.repository()),
    ]
}

fn class_of(class: TagClass) -> &'static str {
    match class {
        TagClass::Digest => ", for people only: the digest decides",
        TagClass::Missing | TagClass::Latest => ", which moves with every release",
        TagClass::Floating => ", floating: it moves by its very name",
        TagClass::Partial => ", partial: it moves with every release below it",
        TagClass::Fixed => ", fixed: it names one build by custom",
        TagClass::Unknown => "; no telling whether it moves",
    }
}

fn policy(used: &EffectiveUse<'_>) -> Option<String> {
    let policy = used.policy.value;
    let word = policy.effective().map(|policy| used.word(policy))?;
    Some(match policy {
        Policy::Defaulted(_) => {
            let defaults = used.written.pulling.defaults_it();
            format!("- pull policy: `{word}`; none is written, and {defaults} `{word}`")
        }
        Policy::Forced => {
            format!("- pull policy: `{word}`, whatever is written: `AlwaysPullImages` is assumed")
        }
        _ => format!("- pull policy: `{word}`, as it is written"),
    })
}
