use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;

use super::{Reference, ReferenceError as E};

fn hex(digits: usize) -> String {
    "0123456789abcdef".chars().cycle().take(digits).collect()
}

fn sha256() -> String {
    format!("sha256:{}", hex(64))
}

/// `text` is accepted and shows as `shown`, the default tag left out.
#[track_caller]
fn accepts(text: &str, shown: &str) -> Reference {
    let reference = Reference::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(reference.to_string(), shown, "{text}");
    reference
}

#[track_caller]
fn refuses(text: &str, error: &E, message: &str) {
    assert_eq!(Reference::parse(text).as_ref(), Err(error), "{text}");
    assert_eq!(error.to_string(), message, "{text}");
}

fn parts(reference: &Reference) -> (&str, &str, Option<&str>, Option<&str>) {
    (reference.registry(), reference.repository(), reference.tag(), reference.digest())
}

#[test]
fn names_are_normalised() {
    for (text, registry, written, repository, tag) in [
        ("nginx", "docker.io", false, "library/nginx", None),
        ("library/nginx", "docker.io", false, "library/nginx", None),
        ("docker.io/nginx", "docker.io", true, "library/nginx", None),
        ("index.docker.io/nginx", "docker.io", true, "library/nginx", None),
        ("index.docker.io/nginx:1", "docker.io", true, "library/nginx", Some("1")),
        ("registry-1.docker.io/nginx", "registry-1.docker.io", true, "nginx", None),
        ("myorg/app", "docker.io", false, "myorg/app", None),
        ("foo.bar", "docker.io", false, "library/foo.bar", None),
        ("localhost", "docker.io", false, "library/localhost", None),
        ("localhost:5000", "docker.io", false, "library/localhost", Some("5000")),
        (
            "registry.example.com:5000",
            "docker.io",
            false,
            "library/registry.example.com",
            Some("5000"),
        ),
        ("localhost/foo", "localhost", true, "foo", None),
        ("localhost/app", "localhost", true, "app", None),
        ("localhost:5000/app", "localhost:5000", true, "app", None),
        ("registry.example.com:5000/team/app", "registry.example.com:5000", true, "team/app", None),
        ("a.b/c", "a.b", true, "c", None),
        ("Foo/bar", "Foo", true, "bar", None),
        ("MyHost/app", "MyHost", true, "app", None),
        ("my_registry/foo", "docker.io", false, "my_registry/foo", None),
        ("my_reg.io/foo", "my_reg.io", true, "foo", None),
        ("nginx:TAG", "docker.io", false, "library/nginx", Some("TAG")),
        ("nginx:LATEST", "docker.io", false, "library/nginx", Some("LATEST")),
        ("nginx:_1", "docker.io", false, "library/nginx", Some("_1")),
        ("[::1]:5000/foo:1", "[::1]:5000", true, "foo", Some("1")),
        ("[::1]:5000/app", "[::1]:5000", true, "app", None),
        ("[2001:db8::1]/foo", "[2001:db8::1]", true, "foo", None),
        ("a__b", "docker.io", false, "library/a__b", None),
        ("a--b", "docker.io", false, "library/a--b", None),
        ("a:80/c", "a:80", true, "c", None),
    ] {
        let reference = Reference::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(parts(&reference), (registry, repository, tag, None), "{text}");
        assert_eq!(reference.registry_is_written(), written, "{text}");
        assert_eq!(reference.name(), format!("{registry}/{repository}"), "{text}");
    }
}

#[test]
fn digests_are_kept_with_their_tag() {
    let digest = sha256();
    let pinned = format!("docker.io/library/nginx@{digest}");
    accepts(&format!("nginx@{digest}"), &pinned);
    for tag in ["1", "1.27", "latest"] {
        let text = format!("nginx:{tag}@{digest}");
        let reference = accepts(&text, &format!("docker.io/library/{text}"));
        let expected = ("docker.io", "library/nginx", Some(tag), Some(&*digest));
        assert_eq!(parts(&reference), expected);
    }
    for algorithm in [format!("sha384:{}", hex(96)), format!("sha512:{}", hex(128))] {
        let text = format!("nginx@{algorithm}");
        let reference = accepts(&text, &format!("docker.io/library/{text}"));
        assert_eq!(reference.digest(), Some(&*algorithm));
    }
    // A digest without its image is a name and a tag.
    let reference = accepts(&digest, &format!("docker.io/library/{digest}"));
    assert_eq!(parts(&reference), ("docker.io", "library/sha256", Some(&*hex(64)), None));
}

#[test]
fn lengths_have_limits() {
    let tag = "t".repeat(128);
    accepts(&format!("nginx:{tag}"), &format!("docker.io/library/nginx:{tag}"));
    refuses(
        &format!("nginx:{tag}t"),
        &E::TagTooLong { length: 129 },
        "the tag has 129 characters, at most 128 are allowed",
    );
    let path = "p".repeat(255);
    accepts(&format!("x.io/{path}"), &format!("x.io/{path}"));
    let message = "the repository path has 256 characters, at most 255 are allowed";
    let error = E::PathTooLong { length: 256 };
    refuses(&format!("x.io/{path}p"), &error, message);
    refuses(&format!("docker.io/{}", "p".repeat(248)), &error, message);
    // A host that is only valid as a path counts as one.
    refuses(&format!("x_y.io/{}", "p".repeat(249)), &error, message);
    let longest = format!("docker.io/library/{}", "p".repeat(247));
    accepts(&longest, &longest);
}

#[test]
fn default_policy_follows_the_tag() {
    let digest = sha256();
    let sha512 = format!("sha512:{}", hex(128));
    for text in [
        "nginx",
        "myorg/app",
        "localhost:5000/app",
        "registry.example.com:5000/team/app",
        "localhost/app",
        "a.b/c",
        "MyHost/app",
        "[::1]:5000/app",
        "index.docker.io/nginx",
        "x:latest",
        &format!("nginx:latest@{digest}"),
    ] {
        assert!(Reference::parse(text).unwrap().is_latest(), "{text}");
    }
    for text in [
        "registry.example.com:5000",
        "nginx:LATEST",
        "x:1.2",
        "x:stable",
        "x:Latest",
        "x:latest-alpine",
        &format!("nginx@{digest}"),
        &format!("nginx:1.27@{digest}"),
        &format!("nginx@{sha512}"),
    ] {
        assert!(!Reference::parse(text).unwrap().is_latest(), "{text}");
    }
}

#[test]
fn outline_errors_are_named() {
    refuses("", &E::Empty, "it is empty");
    refuses(" ", &E::Blank, "it is blank");
    refuses("nginx\n", &E::LineBreak, "it holds a line break");
    refuses("nginx\r\n", &E::LineBreak, "it holds a line break");
    let trimmed = "nginx:1".to_owned();
    let message = "there is whitespace around it";
    refuses(" nginx:1", &E::SurroundingWhitespace { trimmed }, message);
    refuses("nginx: 1", &E::InnerWhitespace, "there is whitespace in it");
    refuses("{{ .Values.image }}", &E::InnerWhitespace, "there is whitespace in it");
    for (text, scheme) in
        [("https://quay.io/a:1", "https"), ("https://", "https"), ("docker://nginx:1", "docker")]
    {
        let error = E::Scheme { scheme: scheme.to_owned() };
        refuses(text, &error, &format!("it starts with the scheme `{scheme}://`"));
    }
    refuses(&hex(64), &E::BareId, "64 hexadecimal digits alone are an image id, not a name");
}

#[test]
fn host_errors_are_named() {
    let character = |host: &str, character| E::HostCharacter { host: host.to_owned(), character };
    let invalid = |host: &str| E::InvalidHost { host: host.to_owned() };
    for (text, error, message) in [
        (
            "[fe80::1%25eth0]/foo",
            character("[fe80::1%25eth0]", '%'),
            "the registry host `[fe80::1%25eth0]` cannot hold `%`",
        ),
        ("my_reg:80/a", character("my_reg", '_'), "the registry host `my_reg` cannot hold `_`"),
        (
            "user@a.io/b",
            character("user@a.io", '@'),
            "the registry host `user@a.io` cannot hold `@`",
        ),
        (
            "::1/foo",
            invalid("::1"),
            "the registry `::1` is neither a domain name nor an IPv6 address in brackets",
        ),
        (
            "2001:db8::1/foo",
            invalid("2001:db8::1"),
            "the registry `2001:db8::1` is neither a domain name nor an IPv6 address in brackets",
        ),
        (
            "[]:80/foo",
            invalid("[]:80"),
            "the registry `[]:80` is neither a domain name nor an IPv6 address in brackets",
        ),
        (
            "-a.io/foo",
            invalid("-a.io"),
            "the registry `-a.io` is neither a domain name nor an IPv6 address in brackets",
        ),
        (
            "[::1]:/foo",
            E::EmptyPort { host: "[::1]".to_owned() },
            "the port after `[::1]:` is empty",
        ),
        (
            "a:b/c",
            E::InvalidPort { port: "b".to_owned() },
            "the port `b` of the registry is not a number",
        ),
    ] {
        refuses(text, &error, message);
    }
}

#[test]
fn repository_errors_are_named() {
    for text in [":1", "quay.io/", "docker.io/:1", &format!("@{}", sha256())] {
        refuses(text, &E::EmptyRepository, "the repository name is missing");
    }
    for (text, proposal) in [
        ("Nginx", "nginx"),
        ("NGINX:1.2", "nginx:1.2"),
        ("foo/Bar", "foo/bar"),
        ("MyOrg/App:RC", "myorg/app:RC"),
        ("Quay.io/a/B:1", "Quay.io/a/b:1"),
    ] {
        let error = E::UpperCase { proposal: proposal.to_owned() };
        refuses(text, &error, "the repository must be in lower case");
        assert!(Reference::parse(proposal).is_ok(), "{proposal}");
    }
    for text in ["a/", "a//b", "/a", "quay.io/a//b:1", "//"] {
        let message = "a part of the repository path is empty, as in `a//b` or `a/`";
        refuses(text, &E::EmptyComponent, message);
    }
    for text in ["a___b", "a..b", "a.-b", "-a", "a-", "a_"] {
        refuses(
            text,
            &E::InvalidComponent { component: text.to_owned() },
            &format!(
                "`{text}` in the repository path must start and end with a letter or digit, \
                 and hold only single `.`, `_`, `__` or dashes between them"
            ),
        );
    }
    for (text, component) in
        [("${reg}/app:1", "${reg}"), ("$(var)", "$(var)"), ("quay.io/a/$b", "$b")]
    {
        refuses(
            text,
            &E::ComponentCharacter { component: component.to_owned(), character: '$' },
            &format!("the repository path cannot hold `$`, here in `{component}`"),
        );
    }
    let host = E::HostCharacter { host: "${REG}".to_owned(), character: '$' };
    refuses("${REG}/app:1", &host, "the registry host `${REG}` cannot hold `$`");
}

#[test]
fn tag_errors_are_named() {
    refuses("nginx:", &E::EmptyTag, "the tag after `:` is empty");
    refuses(&format!("nginx:@{}", sha256()), &E::EmptyTag, "the tag after `:` is empty");
    refuses("nginx:1:2", &E::ManyColons, "there is more than one `:` after the repository");
    for (tag, character) in [("1+2", '+'), ("1+build", '+'), ("1/2", '/'), ("é", 'é')] {
        refuses(
            &format!("quay.io/nginx:{tag}"),
            &E::TagCharacter { tag: tag.to_owned(), character },
            &format!("a tag cannot hold `{character}`"),
        );
    }
    for (tag, character) in [("-1", '-'), (".1", '.')] {
        refuses(
            &format!("nginx:{tag}"),
            &E::TagStart { tag: tag.to_owned(), character },
            &format!("a tag cannot start with `{character}`"),
        );
    }
}

#[test]
fn digest_errors_are_named() {
    let digest = sha256();
    let malformed = |digest: &str| E::MalformedDigest { digest: digest.to_owned() };
    let algorithm = |name: &str| E::UnsupportedAlgorithm { algorithm: name.to_owned() };
    let length = |found| E::DigestLength { algorithm: "sha256", expected: 64, found };
    let short = "the sha256 digest has 3 hexadecimal digits, 64 are needed";
    for (text, error, message) in [
        ("nginx@", E::EmptyDigest, "the digest after `@` is empty"),
        ("nginx@sha256:abc", length(3), short),
        (
            "nginx@1.2",
            malformed("1.2"),
            "the digest `1.2` does not start with an algorithm such as `sha256:`",
        ),
        (
            "nginx@:12",
            malformed(":12"),
            "the digest `:12` does not start with an algorithm such as `sha256:`",
        ),
        (
            &format!("nginx@md5:{}", hex(32)),
            algorithm("md5"),
            "the digest algorithm `md5` is not supported, only sha256, sha384 and sha512 are",
        ),
        (
            &format!("nginx@SHA256:{}", hex(64)),
            algorithm("SHA256"),
            "the digest algorithm `SHA256` is not supported, only sha256, sha384 and sha512 are",
        ),
        (
            &format!("nginx@sha256:{}", hex(63)),
            length(63),
            "the sha256 digest has 63 hexadecimal digits, 64 are needed",
        ),
        (
            &format!("nginx@sha256:{}", hex(64).to_uppercase()),
            E::DigestCase,
            "the digest must be in lower case",
        ),
        (
            "nginx@sha256:xyz",
            E::DigestCharacter { character: 'x' },
            "a digest cannot hold `x`, only hexadecimal digits",
        ),
        (&format!("x@{digest}@{digest}"), E::ManyDigests, "there is more than one `@`"),
        (
            &format!("nginx@{digest}:1.2"),
            E::TagAfterDigest,
            "a tag cannot follow the digest, it stands before the `@`",
        ),
    ] {
        refuses(text, &error, message);
    }
}

/// Registry, whether it is written, repository, tag, digest.
type Parts = (String, bool, String, Option<String>, Option<String>);

const COMPONENT: &str = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const LABEL: &str = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";

static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    let domain = format!(r"(?:{LABEL}(?:\.{LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?");
    let path = format!("{COMPONENT}(?:/{COMPONENT})*");
    let tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    let digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
    Regex::new(&format!("^(?:({domain})/)?({path})(?::({tag}))?(?:@({digest}))?$")).unwrap()
});
static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[a-f0-9]{64}$").unwrap());
static DIGEST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$").unwrap()
});

/// distribution/reference by its regular expressions, for comparison.
fn by_regex(text: &str) -> Option<Parts> {
    if IDENTIFIER.is_match(text) {
        return None;
    }
    let (host, rest) = match text.split_once('/') {
        Some((first, rest))
            if first == "localhost"
                || first.contains(['.', ':'])
                || first.to_lowercase() != first =>
        {
            (Some(first), rest)
        }
        _ => (None, text),
    };
    let domain = host.filter(|host| *host != "index.docker.io").unwrap_or("docker.io");
    let official = if domain == "docker.io" && !rest.contains('/') { "library/" } else { "" };
    let remote = rest.split(':').next().unwrap();
    if remote.to_lowercase() != remote {
        return None;
    }
    let whole = format!("{domain}/{official}{rest}");
    let found = WHOLE.captures(&whole)?;
    let part = |at| found.get(at).map(|part| part.as_str().to_owned());
    let (matched, path) = (part(1), part(2)?);
    let digest = part(4);
    if path.len() > 255 || digest.as_deref().is_some_and(|digest| !DIGEST.is_match(digest)) {
        return None;
    }
    // Without a domain the registry is the first part of the path.
    let (registry, path) = match matched {
        Some(matched) => (matched, path),
        None => path.split_once('/').map(|(a, b)| (a.to_owned(), b.to_owned()))?,
    };
    Some((registry, host.is_some(), path, part(3), digest))
}

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9._/:@+-]{1,3}",
        4 => prop::sample::select(vec![
            "/", ":", "@", ".", "_", "__", "-", "--", "+", " ", "\n", "[", "]", "a", "nginx", "A",
            "localhost", "docker.io", "index.docker.io", "my_reg.io", "Foo", "[::1]", "library",
            ":5000", ":latest", "sha256", "md5", "é", "É",
        ]).prop_map(str::to_owned),
        1 => "[a-f0-9]{63,65}",
    ]
}

fn near_valid() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        3 => Just(String::new()),
        3 => "(localhost|docker\\.io|index\\.docker\\.io|Foo|[a-zA-Z0-9._-]{1,6})(:[0-9]{0,5})?/",
        1 => "\\[[0-9a-fF:]{0,6}\\](:80)?/",
    ];
    let path = prop_oneof![
        6 => "[a-z0-9]{1,3}([._-]{1,2}[a-z0-9]{1,2}){0,2}(/[a-z0-9]{1,3}){0,2}",
        1 => "[a-z0-9._/A-]{1,8}",
        1 => "[a-z]{244,258}",
    ];
    let tag = prop_oneof![
        3 => Just(String::new()),
        3 => ":[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,6}",
        1 => ":[a-zA-Z0-9_.+:-]{0,4}",
        1 => ":[a-z]{126,130}",
    ];
    let digest = prop_oneof![
        3 => Just(String::new()),
        3 => "@(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})",
        1 => "@(sha256|SHA256|md5|sha512|a+b):[0-9a-fA]{30,66}",
        1 => "@[a-f0-9:@]{0,4}",
    ];
    (host, path, tag, digest).prop_map(|(host, path, tag, digest)| host + &path + &tag + &digest)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[aAz09._/:@+\\[\\] -]{0,12}",
        2 => prop::collection::vec(fragment(), 0..7).prop_map(|parts| parts.concat()),
        4 => near_valid(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_the_regular_expressions(text in text()) {
        let read = Reference::parse(&text);
        let ours = read.as_ref().ok().map(|reference| {
            let (registry, repository, tag, digest) = parts(reference);
            (
                registry.to_owned(),
                reference.registry_is_written(),
                repository.to_owned(),
                tag.map(str::to_owned),
                digest.map(str::to_owned),
            )
        });
        prop_assert_eq!(ours, by_regex(&text), "{:?}: {:?}", text, read);
    }

    #[test]
    fn normal_form_reads_back_as_itself(text in text()) {
        if let Ok(reference) = Reference::parse(&text) {
            let shown = reference.to_string();
            let again = Reference::parse(&shown);
            // The normal form always writes its registry.
            let expected = Reference { registry_is_written: true, ..reference };
            prop_assert_eq!(again, Ok(expected), "{}", shown);
        }
    }
}
