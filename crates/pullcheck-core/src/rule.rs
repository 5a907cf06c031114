//! What a rule is, and how it reports.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
};

use crate::{
    finding::{Finding, Label, Severity, Subject},
    fix::{Change, Edit, Fix, Safety},
    policy::{Policy, PullPolicy, Pulling},
    reference::by_marks,
    resolve::{EffectiveFile, EffectivePod, EffectiveUse},
    settings::Settings,
    span::At,
    suppress::IgnoreVerdict,
};

/// A rule: a value in a file of its own.
#[derive(Debug)]
pub struct Rule {
    /// Its one name: file, configuration key, suppression, page.
    pub id: &'static str,
    /// Where it runs by default, and how severe it is there.
    pub level: Level,
    /// The release that brought it.
    pub since: &'static str,
    /// How severe it is as a matter of security, if it is one: from `0.1` to `10.0`, as in CVSS and
    /// in the property `security-severity` of SARIF that GitHub reads.
    pub security: Option<&'static str>,
    /// How safe its fixes are, if it has any.
    pub fix: Option<Safety>,
    /// Its page, in Markdown: a line that sums it up, then sections.
    pub docs: &'static str,
    /// The rules that speak for it: its finding is dropped where one of these blames the same
    /// place, so that one cause gives one finding.
    pub yields_to: &'static [&'static str],
    pub(crate) check: Check,
}

impl Rule {
    /// The line that sums the rule up, in Markdown.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.docs.lines().next().unwrap_or_default().trim()
    }

    /// The first paragraph of its reasons, in Markdown, as one line.
    #[must_use]
    pub fn reason(&self) -> String {
        let mut lines = self.docs.lines().map(str::trim).skip_while(|line| *line != "## Why");
        let paragraph = lines.by_ref().skip(1).skip_while(|line| line.is_empty());
        paragraph.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The address of its page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://pullcheck.dev/rules/{}", self.id)
    }
}

/// A set of rules to begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// What is worth its place on any repository.
    #[default]
    Recommended,
    /// Every image pinned by digest, every policy and registry written.
    Strict,
    /// Every rule there is.
    All,
}

impl Profile {
    /// All profiles, the quietest first.
    pub const ALL: [Self; 3] = [Self::Recommended, Self::Strict, Self::All];

    /// The word for it, as in configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Strict => "strict",
            Self::All => "all",
        }
    }
}

/// The severity of a rule in each profile.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    recommended: Option<Severity>,
    strict: Severity,
}

impl Level {
    /// The same severity in all profiles.
    #[must_use]
    pub const fn always(severity: Severity) -> Self {
        Self { recommended: Some(severity), strict: severity }
    }

    /// One severity by default, another in `strict`.
    #[must_use]
    pub const fn raised(recommended: Severity, strict: Severity) -> Self {
        Self { recommended: Some(recommended), strict }
    }

    /// Off by default.
    #[must_use]
    pub const fn strict(severity: Severity) -> Self {
        Self { recommended: None, strict: severity }
    }

    /// The severity in a profile, or `None` where the rule does not run.
    #[must_use]
    pub const fn of(self, profile: Profile) -> Option<Severity> {
        match profile {
            Profile::Recommended => self.recommended,
            Profile::Strict | Profile::All => Some(self.strict),
        }
    }

    /// The severity of the rule where it is asked for by name.
    #[must_use]
    pub const fn on_request(self, profile: Profile) -> Severity {
        match self.of(profile) {
            Some(severity) => severity,
            None => self.strict,
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// One image.
    Use(fn(&EffectiveUse<'_>, &mut Report<'_>)),
    /// The images of one pod.
    Pod(fn(&EffectivePod<'_>, &mut Report<'_>)),
    /// Everything that is known of one file.
    File(fn(&EffectiveFile<'_>, &mut Report<'_>)),
    /// What became of each suppression, after all other rules.
    Ignores(fn(&[IgnoreVerdict<'_>], &mut Report<'_>)),
}

/// Where a rule's findings go. It stamps each with the rule's name and severity.
pub(crate) struct Report<'r> {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub settings: &'r Settings,
    pub subject: Option<Subject>,
    /// What deploys the image at hand.
    pub roots: Vec<Box<str>>,
    pub found: &'r mut Vec<Finding>,
}

impl<'r> Report<'r> {
    /// A report about no image as yet.
    pub const fn new(
        rule: &'static Rule,
        severity: Severity,
        settings: &'r Settings,
        found: &'r mut Vec<Finding>,
    ) -> Self {
        Self { rule, severity, settings, subject: None, roots: Vec::new(), found }
    }

    /// Blames a place. The finding comes back, to be given its labels and help.
    pub fn at(&mut self, at: At, message: impl Into<String>) -> &mut Finding {
        self.found.push_mut(Finding {
            rule: self.rule.id,
            severity: self.severity,
            at,
            message: message.into(),
            labels: Vec::new(),
            origin: None,
            help: None,
            fix: None,
            roots: self.roots.clone(),
            subject: self.subject,
        })
    }

    /// Blames an image that moves, and says what its effective policy makes of that.
    pub fn moving(
        &mut self,
        used: &EffectiveUse<'_>,
        message: impl Into<String>,
        label: &str,
    ) -> &mut Finding {
        let at_policy = used.policy.by;
        let settings = self.settings;
        let pulling = used.written.pulling;
        let remark = match (pulling, used.policy.value) {
            (Pulling::Resolved(resolver), _) => {
                Some((used.image.by, resolver.effect_on_moving().to_owned()))
            }
            (_, Policy::Defaulted(policy)) => {
                let effect = pulling.effect_on_moving(policy);
                let defaults_it = pulling.defaults_it();
                let word = used.word(policy);
                let remark = format!("no policy written: {defaults_it} `{word}`, so {effect}");
                Some((at_policy, remark))
            }
            (_, Policy::Written(policy)) => {
                let effect = pulling.effect_on_moving(policy);
                Some((at_policy, format!("`{}`: {effect}", used.word(policy))))
            }
            (_, Policy::Forced) => {
                let remark =
                    "the cluster is assumed to force `Always`, so each start may run another build";
                Some((at_policy, remark.to_owned()))
            }
            (_, Policy::Invalid(_) | Policy::Unknown) => None,
        };
        let finding = self.at(used.image.by, message).label(label);
        if used.written.by_default.is_some() {
            finding.also(used.image.by, "by default: no variable is set");
        }
        if let Some((at, remark)) = remark {
            finding.also(at, remark);
        }
        finding.fix_by_pin(used, settings);
        finding
    }
}

impl Finding {
    pub(crate) fn label(&mut self, message: impl Into<String>) -> &mut Self {
        let at = self.at;
        self.also(at, message)
    }

    pub(crate) fn also(&mut self, at: At, message: impl Into<String>) -> &mut Self {
        self.labels.push(Label { at, message: message.into() });
        self
    }

    pub(crate) fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// A fix of one edit.
    pub(crate) fn fix(
        &mut self,
        safety: Safety,
        title: impl Into<String>,
        at: At,
        change: Change,
    ) -> &mut Self {
        self.fix = Some(Fix { title: title.into(), safety, edits: vec![Edit { at, change }] });
        self
    }

    /// A safe fix that gives the blamed scalar another value.
    pub(crate) fn fix_value(&mut self, value: &str) -> &mut Self {
        let at = self.at;
        self.fix(Safety::Safe, format!("Write `{value}`"), at, Change::Value(value.to_owned()))
    }

    /// A fix that adds the digest that somebody has looked up: behind the reference, or beside the
    /// `newTag` of a kustomization.
    pub(crate) fn fix_by_pin(&mut self, used: &EffectiveUse<'_>, settings: &Settings) {
        let Some(reference) = used.image.value.reference() else { return };
        let Some(digest) = settings.pins.get(reference) else { return };
        let title = format!("Pin to `{digest}`");
        let pieces = used.written.pieces.as_ref();
        let is_override = pieces.is_some_and(|pieces| {
            &*pieces.tag_key == "newTag" && pieces.digest_key.as_deref() == Some("digest")
        });
        let change = if used.is_direct() {
            // `latest` beside a digest would only make Kubernetes ask the registry at every start.
            let name = if reference.is_latest() { used.name() } else { used.text() };
            Change::Value(format!("{}{name}@{digest}", used.written.before))
        } else if is_override && used.rendered.is_none() {
            Change::Beside { key: "digest".into(), value: digest.to_owned() }
        } else {
            return;
        };
        self.fix(Safety::Safe, title, used.image.by, change);
    }

    /// A fix that writes another name for an image: where the whole reference is written, `reference`;
    /// where only the name is, the name in it.
    pub(crate) fn fix_name(&mut self, used: &EffectiveUse<'_>, safety: Safety, reference: &str) {
        let before = &used.written.before;
        let (name, ..) = by_marks(reference);
        let change = if used.is_direct() {
            Change::Value(format!("{before}{reference}"))
        } else if before.is_empty() {
            // What an overlay matches by its name must keep it.
            let under = (!used.roots.is_empty()).then_some("newName");
            Change::Exchange { under, from: used.name().into(), to: name.to_owned() }
        } else {
            return;
        };
        let written = if used.is_direct() { reference } else { name };
        let title = format!("Write `{before}{written}`");
        self.fix(safety, title, used.named_by, change);
    }

    /// A safe fix that writes a policy beside an image that has none.
    pub(crate) fn fix_missing_policy(&mut self, used: &EffectiveUse<'_>, policy: PullPolicy) {
        let Some(key) = used.written.policy_key.clone().filter(|_| used.is_direct()) else {
            return;
        };
        let value = used.word(policy).to_owned();
        let title = format!("Write `{key}: {value}`");
        self.fix(Safety::Safe, title, used.image.by, Change::Beside { key: key.into(), value });
    }

    pub(crate) fn about(&mut self, subject: Subject) -> &mut Self {
        self.subject = Some(subject);
        self
    }
}

/// Pairs each image of a pod with the first one before it that has the same key.
pub(crate) fn repeats<'a, 'p, K: Eq + Hash>(
    pod: &'a [EffectiveUse<'p>],
    key: impl Fn(&'a EffectiveUse<'p>) -> Option<K>,
) -> impl Iterator<Item = (&'a EffectiveUse<'p>, &'a EffectiveUse<'p>)> {
    // Most pods have one image, of which nothing is repeated.
    let pod = if pod.len() > 1 { pod } else { &[] };
    let mut firsts = HashMap::new();
    pod.iter().filter_map(move |used| match firsts.entry(key(used)?) {
        Entry::Occupied(first) => Some((*first.get(), used)),
        Entry::Vacant(empty) => {
            empty.insert(used);
            None
        }
    })
}

/// Declares a rule; its doc comment is its page.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $($field:ident: $value:expr),+ $(,)?) => {
        $(#[doc = $doc])+
        pub static RULE: $crate::rule::Rule = $crate::rule::Rule {
            $($field: $value,)+
            docs: concat!($($doc, "\n"),+),
        };
    };
}
pub(crate) use rule;
