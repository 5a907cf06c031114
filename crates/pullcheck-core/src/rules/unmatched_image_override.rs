use crate::{
    facts::ImageOverride,
    finding::Severity,
    resolve::{
        EffectiveFile,
        kustomize::{Fate, Why},
    },
    rule::{Check, Level, Report, rule},
};

rule! {
    /// An entry of kustomize's `images` matches no image, so it does nothing
    ///
    /// ## Why
    ///
    /// Kustomize says nothing of an entry that matches no image. The image that it was meant for is
    /// deployed as the manifest has it, most often without a tag, and everybody believes that the
    /// kustomization pins it.
    ///
    /// `name` is compared with the image as it is written, without its tag: `nginx` is not
    /// `docker.io/nginx`, and not `library/nginx`. A layer below that gives an image another name
    /// hides the old name from the layers above. Kustomize looks in lists called `containers` and
    /// `initContainers`, in image volumes, and in fields that `configurations` names; not in fields
    /// of other custom resources, nor in ephemeral containers.
    ///
    /// Only a kustomization of which everything was read is judged: what it takes from other
    /// repositories may hold the image.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// # kustomization.yaml
    /// resources:
    ///   - deployment.yaml
    /// images:
    ///   - name: shop/web # reported
    ///     newTag: 2.4.1
    /// # deployment.yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: web
    ///           image: ghcr.io/shop/web
    /// ```
    ///
    /// Write the name as the manifest does:
    ///
    /// ```yaml good
    /// # kustomization.yaml
    /// resources:
    ///   - deployment.yaml
    /// images:
    ///   - name: ghcr.io/shop/web
    ///     newTag: 2.4.1
    /// # deployment.yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: web
    ///           image: ghcr.io/shop/web
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// In a component that is made for applications of which this repository holds only some.
    ///
    /// ## Source
    ///
    /// kubernetes-sigs/kustomize, `api/filters/imagetag` and `api/internal/image/image.go`.
    id: "unmatched-image-override",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::File(check),
}

fn check(file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    for entry in file.overrides() {
        let fate = file.fate(entry);
        let Some(fate) = fate.filter(|fate| fate.is_whole && !fate.is_matched) else { continue };
        let name = &entry.name.text;
        let near = fate.near.as_ref();
        let finding = report
            .at(file.at(entry.name.span), format!("no image is called `{name}`, so this changes nothing"))
            .label(near.map_or("matches no image", |near| why(near.why)))
            .help(help(entry, fate));
        if let Some(near) = near {
            finding.also(near.at, format!("`{}` when this entry is applied", near.name));
        }
        finding.about(file.subject_of(entry.used));
    }
}

const fn why(why: Why) -> &'static str {
    match why {
        Why::Registry => "compared as it is written, registry and path included",
        Why::Renamed => "that image has another name by then",
        Why::Tagged => "compared without tag and digest",
        Why::Unreached => "kustomize does not look at the field where this image stands",
        Why::Alike => "matches no image",
    }
}

fn help(entry: &ImageOverride, fate: &Fate) -> String {
    match &fate.near {
        Some(near) if near.why == Why::Unreached => {
            "write the image in the manifest, or name its field in a file of `configurations`".to_owned()
        }
        Some(near) => format!("write `name: {}`", near.name),
        None if fate.names.is_empty() => {
            format!("take the entry out, or add the manifest that names `{}`", entry.name.text)
        }
        None => {
            let names: Vec<_> = fate.names.iter().map(|name| format!("`{name}`")).collect();
            format!("write the name that the manifest has, such as {}, or take the entry out", names.join(", "))
        }
    }
}
