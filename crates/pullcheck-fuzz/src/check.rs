//! Any text is judged, as any kind of file, and every place that is named lies in its file.

use std::{cmp::Reverse, sync::Arc};

use pullcheck_core::{judge::judge, span::At};

use crate::{
    input::text_and_beside,
    places::{lie_in, lies_in},
    project::{Files, around, read, resolved, settings},
};

pub fn holds(data: &[u8]) {
    let (text, beside) = text_and_beside(data);
    for files in around(&text, beside.as_deref()) {
        places_are_sound(&files);
    }
}

fn places_are_sound(files: &Files) {
    let project = read(files, &Arc::new(settings()));
    let lies = |at: At| {
        let (path, text) = &files.get(at.file.0 as usize).unwrap();
        assert!(text.get(at.span.range()).is_some(), "{:?} is not in {path}: {text:?}", at.span);
    };
    for (file, (_, text)) in project.files().iter().zip(files) {
        lie_in(text, &file.facts);
    }
    let resolved = resolved(&project);
    for used in resolved.rendered() {
        lies(used.image.by);
        lies(used.policy.by);
    }
    for (judged, (file, (_, text))) in judge(&resolved).iter().zip((0..).zip(files)) {
        let order =
            judged.findings.iter().map(|found| (found.at, Reverse(found.severity), found.rule));
        assert!(order.is_sorted(), "out of order: {:?}", judged.findings);
        for found in &judged.findings {
            assert_eq!(found.at.file.0, file, "handed over to the wrong file: {found:?}");
            assert!(!found.message.is_empty(), "says nothing: {found:?}");
            lies_in(text, found.at.span.range());
            let edits = found.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.at);
            found.labels.iter().map(|label| label.at).chain(edits).for_each(lies);
        }
    }
}
