use crate::{
    finding::Severity,
    policy::Policy,
    resolve::{EffectivePod, EffectiveUse},
    rule::{Check, Level, Report, repeats, rule},
};

rule! {
    /// One pod pulls the same image under different policies
    ///
    /// ## Why
    ///
    /// Two containers of a pod share an image but not its policy, so one asks the registry and the
    /// other takes what the node holds. If the tag was pushed again, they run different builds side
    /// by side; and if one of the two was meant for both, the other was forgotten.
    ///
    /// An image pinned by digest cannot differ and is not reported, nor is a line that another rule
    /// about the policy blames already.
    ///
    /// ## Example
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///     - name: migrate
    ///       image: example/web:2.4.1
    ///   containers:
    ///     - name: web
    ///       image: example/web:2.4.1
    ///       imagePullPolicy: Always # reported
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///     - name: migrate
    ///       image: example/web:2.4.1
    ///       imagePullPolicy: Always
    ///   containers:
    ///     - name: web
    ///       image: example/web:2.4.1
    ///       imagePullPolicy: Always
    /// ```
    ///
    /// ## When to ignore it
    ///
    /// Where the first container to start pulls on purpose and the others are to use its copy.
    ///
    /// ## Source
    ///
    /// Kubernetes documentation, "Images", section "Image pull policy".
    id: "mixed-pull-policy",
    level: Level::always(Severity::Warning),
    since: "0.1.0",
    security: None,
    fix: None,
    yields_to: &[
        "cached-mutable-image",
        "invalid-pull-policy",
        "never-pull",
        "required-pull-policy",
    ],
    check: Check::Pod(check),
}

fn check(pod: &EffectivePod<'_>, report: &mut Report<'_>) {
    for (first, later) in repeats(pod.uses, moving_image) {
        let policies = first.policy.value.effective().zip(later.policy.value.effective());
        let Some((first_policy, later_policy)) = policies.filter(|(a, b)| a != b) else { continue };
        // Blame a line that is written.
        let mut sides = [(later, later_policy), (first, first_policy)];
        if later.written.policy.is_none() {
            sides.reverse();
        }
        let [(blamed, policy), (other, other_policy)] = sides;
        let how = match other.policy.value {
            Policy::Defaulted(_) => {
                format!("nothing is written here: {}", other.written.pulling.defaults_it())
            }
            _ => "here it is".to_owned(),
        };
        let key = later.written.policy_key.as_deref().unwrap_or_default();
        report
            .at(
                blamed.policy.by,
                format!("`{}` is pulled under two policies in one pod", later.text()),
            )
            .label(format!("`{policy}` for {}", blamed.holder()))
            .also(other.policy.by, format!("{how} `{other_policy}`, for {}", other.holder()))
            .help(format!("write the same `{key}` in both"))
            .about(blamed.subject);
    }
}

/// The name and tag of an image that a policy can make a difference to.
fn moving_image(used: &EffectiveUse<'_>) -> Option<(String, String)> {
    used.policy.value.effective()?;
    let reference = used.image.value.reference().filter(|image| image.digest().is_none())?;
    Some((reference.name(), reference.tag().unwrap_or("latest").to_owned()))
}
