//! What a finding is known by.

use pullcheck_core::{
    facts::ObjectFact,
    finding::{Finding, ImageId},
    reference::Reference,
    resolve::Resolved,
    span::FileId,
};

use super::file::Key;
use crate::subject::Subjects;

/// The keys of the findings of a file, in the same order; `path` is what the baseline calls it.
///
/// Objects and containers are named only where they are written in the file itself. Where a line of
/// a kustomization or of values decides for several objects, or a template is rendered in several
/// ways, which of them a finding is about is chance, and the line is what has to be changed.
pub fn keys(resolved: &Resolved<'_>, id: FileId, path: &str, findings: &[Finding]) -> Vec<Key> {
    let mut subjects = Subjects::of(resolved);
    findings.iter().map(|finding| key(resolved, id, path, finding, &mut subjects)).collect()
}

fn key(
    resolved: &Resolved<'_>,
    id: FileId,
    path: &str,
    finding: &Finding,
    subjects: &mut Subjects<'_>,
) -> Key {
    let mut key = Key { path: path.to_owned(), rule: finding.rule.to_owned(), ..Key::default() };
    let Some(subject) = finding.subject else { return key };
    let Some((object, written)) = resolved.subject(subject) else { return key };
    let is_decided = |image: ImageId| resolved.is_decided(image.file, image.index);
    // Only builds make another image of the one that is written; to look that up takes time.
    let is_built = subject.rendering.is_none() && subject.image.is_some_and(is_decided);
    let built = if is_built { subjects.used(finding) } else { None };
    let used = built.map(|used| &*used.written).or(written.filter(|_| subject.image.is_some()));
    let image = used.and_then(|used| used.image.as_ref());
    key.image = image.map(|image| plain(&image.text));
    if subject.file == id && subject.rendering.is_none() {
        key.resource = full_name(object);
        let container = used.and_then(|used| used.container.as_ref().or(used.field.as_ref()));
        key.container = container.map(ToString::to_string);
    }
    key
}

/// Kind, namespace and name; nothing for a patch of an object that another file names.
fn full_name(object: &ObjectFact) -> Option<String> {
    let parts = [Some(&object.kind), object.namespace.as_ref(), object.name.as_ref()];
    let parts: Vec<&str> = parts.into_iter().flatten().map(|part| &**part).collect();
    (!object.kind.is_empty()).then(|| parts.join("/"))
}

/// An image by its full name, so that writing the registry makes no new finding; what is no
/// reference stays as it is written.
fn plain(written: &str) -> String {
    let written = written.trim();
    Reference::parse(written).map_or_else(|_| written.to_owned(), |image| image.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_one_name() {
        for (written, name) in [
            ("nginx", "docker.io/library/nginx"),
            (" docker.io/library/nginx ", "docker.io/library/nginx"),
            ("index.docker.io/shop/web:1.2", "docker.io/shop/web:1.2"),
            ("ghcr.io/shop/web:1.2", "ghcr.io/shop/web:1.2"),
            ("${REGISTRY}/web:1.2", "${REGISTRY}/web:1.2"),
            (":1.2", ":1.2"),
        ] {
            assert_eq!(plain(written), name);
        }
    }
}
