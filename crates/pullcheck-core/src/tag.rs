//! How likely a tag is to move: the graded classifier.
//!
//! A tag is classed by its words alone. The order decides: a unique part (a full version, a date,
//! a commit, a build number) makes it fixed whatever stands beside it, then a moving word makes it
//! floating, then a short version makes it partial. What fits none of these is unknown, and no
//! rule speaks of it by default.

mod words;

use globset::GlobSet;

use words::{BRANCHES, CHANNELS, FLAVOURS, PRERELEASES, REVISIONS, TWO_PART_RELEASES};

/// How a tag behaves, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagClass {
    /// A digest decides; the tag is documentation.
    Digest,
    /// Neither tag nor digest: `latest` is implied.
    Missing,
    /// Exactly `latest`.
    Latest,
    /// Moves by its very name.
    Floating,
    /// A version with fewer than three parts, which moves with every release below it.
    Partial,
    /// Names one build by its publisher's custom.
    Fixed,
    /// No telling.
    Unknown,
}

impl TagClass {
    /// The word for it, as in output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Missing => "missing",
            Self::Latest => "latest",
            Self::Floating => "floating",
            Self::Partial => "partial",
            Self::Fixed => "fixed",
            Self::Unknown => "unknown",
        }
    }

    /// Whether what the tag names is known to change: `latest`, no tag, or floating.
    #[must_use]
    pub const fn moves(self) -> bool {
        matches!(self, Self::Missing | Self::Latest | Self::Floating)
    }
}

/// Tags that a project knows better than the classifier.
#[derive(Clone, Debug, Default)]
pub struct TagPatterns {
    /// Tags that move.
    pub mutable: GlobSet,
    /// Tags that never move; these win.
    pub immutable: GlobSet,
}

/// Classes a tag of a repository, given as `host/path`.
#[must_use]
pub fn classify(repository: &str, tag: &str, patterns: &TagPatterns) -> TagClass {
    if patterns.immutable.is_match(tag) {
        return TagClass::Fixed;
    }
    if tag == "latest" {
        return TagClass::Latest;
    }
    if patterns.mutable.is_match(tag) {
        return TagClass::Floating;
    }
    let tag = tag.to_ascii_lowercase();
    let parts: Vec<&str> = tag.split(['-', '_']).filter(|part| !part.is_empty()).collect();
    if is_branch(&parts) || is_latest_of_a_line(&tag) {
        return if holds_date(&tag) || holds_commit(&tag) {
            TagClass::Fixed
        } else {
            TagClass::Floating
        };
    }
    // Windows base images are called after a release and rebuilt each month: `1809` is no build.
    let counts_builds = !repository.starts_with("mcr.microsoft.com/windows/");
    if is_unique(&tag, &parts)
        || (counts_builds && parts.last().is_some_and(|last| is_build_number(last)))
        || (is_two_part(&parts) && releases_in_two_parts(repository, &tag))
    {
        TagClass::Fixed
    } else if is_floating(&tag, &parts) {
        TagClass::Floating
    } else if is_partial(&parts) {
        TagClass::Partial
    } else {
        TagClass::Unknown
    }
}

/// The version that a tag begins with, as its numbers: `v1.27.3-alpine` is `[1, 27, 3]`.
///
/// `None` where the tag does not begin with a version, or names a commit.
#[must_use]
pub fn version(tag: &str) -> Option<Vec<u64>> {
    if holds_commit(&tag.to_ascii_lowercase()) {
        return None;
    }
    let bare = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    let end = bare.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bare.len());
    let numbers = bare.get(..end)?.trim_end_matches('.');
    numbers.split('.').map(|number| number.parse().ok()).collect()
}

fn is_branch(parts: &[&str]) -> bool {
    match parts {
        ["pr" | "mr", number] => is_digits(number),
        [only] => only.strip_prefix("pr").is_some_and(is_digits),
        [first, _, ..] => BRANCHES.contains(first),
        [] => false,
    }
}

/// `latest-3.2`, `v1.37-latest`: the newest of a line, whatever version the line has.
fn is_latest_of_a_line(tag: &str) -> bool {
    let mut words = tag.split(['-', '_', '.']);
    words.next() == Some("latest") || words.next_back() == Some("latest")
}

fn is_unique(tag: &str, parts: &[&str]) -> bool {
    let snapshot = parts.last() == Some(&"snapshot");
    let full_version = parts.iter().any(|part| is_full_version(part));
    (full_version && !snapshot)
        || holds_date(tag)
        || holds_commit(tag)
        || parts.iter().any(|part| is_revision(part))
}

/// `1.27.3`, `v1.2.3.4`, `1.2.3rc1`, but also the `3.1.4` of `debian3.1.4`.
fn is_full_version(part: &str) -> bool {
    let start = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
    let numbers = part.get(start..).unwrap_or_default().splitn(3, '.').collect::<Vec<_>>();
    match numbers.as_slice() {
        [major, minor, patch] => {
            is_digits(major) && is_digits(minor) && patch.starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    }
}

/// A day, written `20240131`, `2024-01-31` or `2024.01.31`, also with a time behind it.
fn holds_date(tag: &str) -> bool {
    let starts = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| tag.as_bytes().get(before));
        !before.is_some_and(u8::is_ascii_digit)
    };
    tag.char_indices().any(|(at, _)| {
        starts(at)
            && tag.get(at..).is_some_and(|rest| {
                let year = rest.get(..4).and_then(number);
                let rest = rest.get(4..).unwrap_or_default();
                let rest = rest.strip_prefix(['-', '.', '_']).unwrap_or(rest);
                let month = rest.get(..2).and_then(number);
                let rest = rest.get(2..).unwrap_or_default();
                let rest = rest.strip_prefix(['-', '.', '_']).unwrap_or(rest);
                let day = rest.get(..2).and_then(number);
                matches!((year, month, day), (Some(1990..=2099), Some(1..=12), Some(1..=31)))
            })
    })
}

/// An abbreviated or full hash: 7 to 64 hexadecimal digits, letters and numbers both, bare or
/// behind the `g` of `git describe`; or anything behind `sha-` and `git-`.
fn holds_commit(tag: &str) -> bool {
    let mut after_word = false;
    tag.split(['-', '_', '.']).any(|part| {
        let hex = part.strip_prefix('g').filter(|rest| is_commit(rest)).unwrap_or(part);
        let named = after_word && hex.len() >= 6 && is_hex(hex);
        after_word = matches!(part, "sha" | "git" | "commit");
        named || is_commit(hex)
    })
}

fn is_commit(part: &str) -> bool {
    (7..=64).contains(&part.len())
        && is_hex(part)
        && part.bytes().any(|b| b.is_ascii_digit())
        && part.bytes().any(|b| b.is_ascii_alphabetic())
}

fn is_revision(part: &str) -> bool {
    is_counted(part, REVISIONS)
}

/// A word of a list and a number behind it, with or without a dot between.
fn is_counted(part: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let rest = part.strip_prefix(word);
        rest.is_some_and(|rest| is_digits(rest.strip_prefix('.').unwrap_or(rest)))
    })
}

/// A number of three digits or more that is no year; behind a version, of five or more.
fn is_build_number(part: &str) -> bool {
    let (before, part) = part.rsplit_once('.').unwrap_or(("", part));
    if before.ends_with(|c: char| c.is_ascii_digit()) {
        return part.len() >= 5 && is_digits(part);
    }
    let year = part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    part.len() >= 3 && is_digits(part) && !year
}

fn is_floating(tag: &str, parts: &[&str]) -> bool {
    let mut words = tag.split(['-', '_', '.']).peekable();
    while let Some(word) = words.next() {
        let is_numbered = words.peek().is_some_and(|next| is_digits(next));
        // `1.2-rc.1` is one pre-release, `1.2-rc` the newest of them.
        if CHANNELS.contains(&word) && !(is_numbered && PRERELEASES.contains(&word)) {
            return true;
        }
    }
    !parts.is_empty() && is_flavour_alone(tag)
}

/// Whether a tag says only how the image is made, not which version it is: `alpine`,
/// `slim-bookworm`.
#[must_use]
pub fn is_flavour_alone(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    tag.split(['-', '_']).all(is_flavour)
}

fn is_flavour(part: &str) -> bool {
    let word = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    FLAVOURS.contains(&part) || FLAVOURS.contains(&word)
}

/// `1`, `v2`, `1.27`, `3.9-slim`, `16-3.4`, `1.x`.
fn is_partial(parts: &[&str]) -> bool {
    let Some((first, variants)) = parts.split_first() else { return false };
    is_short_version(first)
        && variants
            .iter()
            .all(|part| is_short_version(part) && part.contains('.') || is_variant(part))
}

/// A word that names a flavour, not a pre-release: `alpine`, `alpine3.20`, `jre`.
fn is_variant(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphabetic())
        && !is_counted(part, PRERELEASES)
        && !is_counted(part, &["m"])
}

fn is_short_version(part: &str) -> bool {
    let bare = part.strip_prefix('v').unwrap_or(part);
    let mut numbers = bare.split('.');
    let wildcard = |text: &str| is_digits(text) || text == "x";
    match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
        (Some(major), None, ..) => is_digits(major) && major.len() <= 4,
        (Some(major), Some(minor), None, _) => is_digits(major) && wildcard(minor),
        (Some(major), Some(minor), Some("x"), None) => is_digits(major) && is_digits(minor),
        _ => false,
    }
}

fn is_two_part(parts: &[&str]) -> bool {
    parts.first().is_some_and(|first| {
        first.split_once('.').is_some_and(|(major, minor)| {
            is_digits(major.strip_prefix('v').unwrap_or(major)) && is_digits(minor)
        })
    })
}

fn releases_in_two_parts(repository: &str, tag: &str) -> bool {
    // PostgreSQL had three parts before 10: `9.6` moved.
    if repository.ends_with("/postgres") && version(tag).and_then(|v| v.first().copied()) < Some(10)
    {
        return false;
    }
    TWO_PART_RELEASES.iter().any(|known| {
        if known.ends_with('/') { repository.starts_with(known) } else { repository == *known }
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn number(text: &str) -> Option<u32> {
    is_digits(text).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{TagClass::*, *};

    fn class(tag: &str) -> TagClass {
        classify("docker.io/library/app", tag, &TagPatterns::default())
    }

    #[test]
    fn every_class_has_its_tags() {
        let table = [
            (Latest, "latest"),
            (
                Floating,
                "LATEST Latest latest-alpine main-latest latest_release latest.1 stable \
                 stable-alpine edge nightly ci qa canary main master dev develop test prod lts lts-alpine \
                 20-lts mainline next rc beta snapshot 1.2.3-SNAPSHOT release-1.2 release \
                 pr-12 pr-1234 pr123 feature-login feature-4711 hotfix_x renovate-foo alpine slim \
                 bookworm bullseye-slim ubi9 windowsservercore-ltsc2022 jammy trixie-slim v2-beta \
                 latest-kafka-4.3.1 1.2.3-latest hourly alpine3.23 ubuntu22.04 ubi9-minimal dind fpm-alpine \
                 nonroot debug-nonroot bugfix-123 issue-1234 20.04-lts 1.2-rc",
            ),
            (
                Partial,
                "1 v2 7 1.27 3.9 v1.2 3.9-slim 1.25-alpine 16-bookworm 24.04 2024 2024.1 \
                 12-alpine3.20 17-jre 1.x 1.27.x 14-3.2 3.12-slim-bookworm v12 v123 8.0-jdk-alpine",
            ),
            (
                Fixed,
                "1.27.3 v1.2.3 1.27.3-alpine 1.2.3.4 1.2.3-rc.1 1.2.3rc1 v0.0.0-dev 20240131 \
                 2024-01-31 2024.01.31 nightly-20240131 main-2024-01-31 20240131123000 \
                 RELEASE.2024-01-16T16-07-38Z 3f2a9c1 main-3f2a9c1 v2-gdeadbe1 sha-6257a44 \
                 git-6257a44b0 master-1234 4711 100 1.2.3-debian-12-r4 2.19-r4 1.19-eksbuild.5 \
                 feature-x-3f2a9c1 release-20240131 1.2-build.7 \
                 5f36a4a4b8a9c1de9cbe19b1c1b3a4d6f4c1e2a3 distroless-v1.35.10 v1.36.2_x \
                 1-34.1599745032 9.4-1227.1726694542 \
                 1.29-gke.100 v1.28-k3s1 latest-20240131 main-latest-3f2a9c1 main.123 main-123 \
                 a230623960f0e8d6b1f3a8c2d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f607",
            ),
            (
                Unknown,
                "version dummy b e2e blue example k8s k8s-linux-amd64 secure-port v1beta1 1.0-rc1 \
                 1.2-3 1.2-rc.1 1.2-beta.3 beta-2 jdk-17 custom cu124.py311 deadbeef",
            ),
        ];
        for (expected, tags) in table {
            for tag in tags.split_whitespace() {
                assert_eq!(class(tag), expected, "{tag}");
            }
        }
    }

    #[test]
    fn two_part_releases_are_fixed_where_they_are_known() {
        let class = |repository, tag| classify(repository, tag, &TagPatterns::default());
        assert_eq!(class("docker.io/library/postgres", "16.4"), Fixed);
        assert_eq!(class("docker.io/library/postgres", "16.4-alpine"), Fixed);
        assert_eq!(class("docker.io/library/postgres", "16"), Partial);
        assert_eq!(class("docker.io/library/postgres", "9.6"), Partial);
        assert_eq!(class("registry.k8s.io/pause", "3.9"), Fixed);
        assert_eq!(class("registry.k8s.io/e2e-test-images/agnhost", "2.39"), Fixed);
        assert_eq!(class("mirror.gcr.io/library/postgres", "16.4"), Fixed);
        assert_eq!(class("nvcr.io/nvidia/vllm", "25.09-py3"), Fixed);
        assert_eq!(class("registry.k8s.io/pauser", "3.9"), Partial);
        assert_eq!(class("mcr.microsoft.com/windows/servercore", "1809"), Partial);
        assert_eq!(class("mcr.microsoft.com/windows/servercore", "ltsc2022"), Floating);
        assert_eq!(class("mcr.microsoft.com/windows/servercore", "10.0.17763.6054"), Fixed);
    }

    #[test]
    fn a_projects_own_patterns_win() {
        let set =
            |glob: &str| GlobSet::builder().add(globset::Glob::new(glob).unwrap()).build().unwrap();
        let patterns = TagPatterns { mutable: set("demo-*"), immutable: set("release-*") };
        let class = |tag| classify("docker.io/library/app", tag, &patterns);
        assert_eq!(class("demo-1.2.3"), Floating);
        assert_eq!(class("release-7"), Fixed);
        assert_eq!(class("latest"), Latest);
    }

    #[test]
    fn versions_are_read_from_the_front() {
        assert_eq!(version("v1.27.3-alpine"), Some(vec![1, 27, 3]));
        assert_eq!(version("16-bookworm"), Some(vec![16]));
        assert_eq!(version("main"), None);
        assert_eq!(version("3f2a9c1"), None);
        assert_eq!(version(""), None);
    }
}
