use crate::{
    finding::Severity,
    resolve::EffectiveFile,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// A manifest cannot be parsed
    ///
    /// ## Why
    ///
    /// What is not YAML cannot be checked, and cannot be applied either. Only a text that shows
    /// `apiVersion:` and `kind:` is taken for a manifest; a template (`{{ … }}`) and any other file
    /// that does not parse is counted in the summary as not checked. The other documents of the
    /// file are checked all the same.
    ///
    /// A value of the wrong shape on the way to the containers is reported as well: a text where a
    /// map has to be, a map where a list has to be.
    ///
    /// Documents that cannot hold an image are not parsed, so mistakes in them are not reported.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: nginx: 1.27.3 # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///     - name: web
    ///       image: nginx:1.27.3
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// For files that are broken on purpose, by `exclude` in the configuration.
    ///
    /// ## Source
    ///
    /// YAML 1.2.2; sigs.k8s.io/yaml, which `kubectl` reads with.
    id: "syntax",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::File(check),
}

fn check(file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    for broken in &file.source.facts.broken {
        report
            .at(file.at(broken.span), format!("this manifest cannot be read: {}", broken.cause))
            .label("reading stopped here");
    }
}
