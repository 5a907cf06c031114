use crate::{
    facts::Unquoted,
    finding::{Severity, Subject},
    fix::{Change, Safety},
    resolve::EffectiveFile,
    rule::{Check, Level, Report, rule},
};

rule! {
    /// A tag is a number or boolean to YAML, so another tag is pulled or nothing is built
    ///
    /// ## Why
    ///
    /// Without quotes `1.20` is a number, and the number is 1.2. In the values of a Helm chart the
    /// template prints what YAML has read, so `tag: 1.20` pulls `1.2`, `tag: 0123` pulls `83` and
    /// `tag: yes` pulls `true`. Whole numbers from 1000000 on are printed with an exponent:
    /// `tag: 20240101` becomes `2.0240101e+07`, which is no tag at all. `--set tag=1.20` is not
    /// concerned.
    ///
    /// Kustomize takes only strings for `newTag`, `newName` and `digest` and refuses the
    /// whole file otherwise, also where the number would print as it is written. So does the API
    /// server where Flux has these keys.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: helm.toolkit.fluxcd.io/v2
    /// kind: HelmRelease
    /// metadata:
    ///   name: web
    /// spec:
    ///   values:
    ///     image:
    ///       repository: registry.example.com/shop/web
    ///       tag: 20240101 # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: helm.toolkit.fluxcd.io/v2
    /// kind: HelmRelease
    /// metadata:
    ///   name: web
    /// spec:
    ///   values:
    ///     image:
    ///       repository: registry.example.com/shop/web
    ///       tag: "20240101"
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where the chart converts the number itself, with `int64` for example. Quotes do no harm
    /// there either.
    ///
    /// ## Source
    ///
    /// Helm documentation, "General Conventions", "Be careful with types"; kustomize,
    /// `api/types/image.go`; go-yaml v2, `resolve.go`.
    id: "numeric-tag",
    level: Level::always(Severity::Error),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Safe),
    yields_to: &[],
    check: Check::File(check),
}

fn check(file: &EffectiveFile<'_>, report: &mut Report<'_>) {
    for unquoted in &file.source.facts.unquoted {
        let Unquoted { key, written, becomes, span, object } = unquoted;
        let what = if written.starts_with(|first: char| first.is_ascii_alphabetic()) {
            "boolean"
        } else {
            "number"
        };
        let group = file.source.facts.objects.get(*object).map(|object| &*object.api_version);
        let is_flux = group.is_some_and(|group| group.contains(".fluxcd.io/"));
        let (message, label) = match becomes {
            Some(becomes) => (
                format!("the tag `{written}` is a {what} to YAML, so Helm makes it `{becomes}`"),
                format!("the template prints `{becomes}`"),
            ),
            None => (
                format!("`{key}` has to be a string, `{written}` is a {what} to YAML"),
                if is_flux { "the API server refuses it" } else { "kustomize refuses the file" }.to_owned(),
            ),
        };
        report
            .at(file.at(*span), message)
            .label(label)
            .help(format!("quote it, `{key}: \"{written}\"`"))
            .fix(Safety::Safe, "Quote it", file.at(*span), Change::Value(written.to_string()))
            .about(Subject::object(file.id, *object));
    }
}
