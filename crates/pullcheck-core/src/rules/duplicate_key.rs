use crate::{
    finding::{Severity, Subject},
    resolve::EffectiveFile,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// `image` or `imagePullPolicy` is given twice in one container
    ///
    /// ## Why
    ///
    /// `kubectl` takes the last of equal keys and says nothing of the others, so the manifest shows
    /// an image that is never pulled. Kustomize refuses such a file altogether.
    ///
    /// The last value is the one that all other rules judge.
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
    ///       image: nginx:1.26.2
    ///       image: nginx:1.27.3 # reported
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
    /// Never: delete one of the two.
    ///
    /// ## Source
    ///
    /// YAML 1.2.2, section 3.2.1.3 (keys are unique); sigs.k8s.io/yaml v1.6.0 keeps the last.
    id: "duplicate-key",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[],
    check: Check::File(check),
}

fn check(file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    for duplicate in &file.source.facts.duplicates {
        let key = duplicate.key;
        let times = match duplicate.lost.len() {
            1 => "twice".to_owned(),
            lost => format!("{} times", lost + 1),
        };
        let finding = report
            .at(file.at(duplicate.kept), format!("`{key}` is given {times}"))
            .label("this value is used")
            .help(format!("keep one `{key}`"))
            .about(Subject::object(file.id, duplicate.object));
        for &lost in &duplicate.lost {
            finding.also(file.at(lost), "this value is lost");
        }
    }
}
