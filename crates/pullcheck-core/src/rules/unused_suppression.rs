use crate::{
    finding::Severity,
    fix::{Change, Safety},
    rule::{Check, Level, Report, rule},
    rules::nearest,
    suppress::{IgnoreVerdict, Scope},
};

rule! {
    /// A suppression hides nothing, or names no rule there is
    ///
    /// ## Why
    ///
    /// A suppression that outlives its cause hides the next mistake on that line. One that names a
    /// rule wrongly never hid anything, though somebody believes that it does.
    ///
    /// A suppression of a rule that does not run is not reported, nor one in a file that could not
    /// be read to its end.
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
    ///       image: nginx:1.27.3 # pullcheck: ignore[lastest-tag] # reported
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
    /// Where the same file is checked with several configurations.
    ///
    /// ## Source
    ///
    /// pullcheck's own, see `docs/configuration.md`, "Suppressions".
    id: "unused-suppression",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: Some(Safety::Safe),
    yields_to: &[],
    check: Check::Ignores(check),
}

fn check(verdicts: &[IgnoreVerdict<'_>], report: &mut Report<'_>) {
    for verdict in verdicts {
        if let Some(problem) = verdict.ignore.problem {
            report
                .at(verdict.at, "this suppression is not understood and hides nothing")
                .label(problem)
                .help("write `# pullcheck: ignore[<rule>] <reason>`");
        }
        for &(name, at, known) in &verdict.idle {
            if known {
                let label = match verdict.ignore.scope {
                    Scope::Nothing => "it stands above no item and no key",
                    Scope::File | Scope::Part(_) => "no such finding here",
                };
                report
                    .at(at, format!("this suppression of `{name}` hides nothing"))
                    .label(label)
                    .fix(Safety::Safe, format!("Take `{name}` out"), verdict.at, Change::Unlist(at.span))
                    .help("delete it, or put it at the end of the line or on the line above");
            } else {
                let finding = report
                    .at(at, format!("there is no rule `{name}`"))
                    .label("hides nothing");
                match nearest(name) {
                    Some(rule) => finding.help(format!("did you mean `{}`?", rule.id)),
                    None => finding.help("`pullcheck explain` lists the rules"),
                };
            }
        }
    }
}
