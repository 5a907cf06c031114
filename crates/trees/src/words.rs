//! Names and images.

use fastrand::Rng;

const APPS: [&str; 16] = [
    "account", "billing", "cart", "catalog", "checkout", "gateway", "invoice", "ledger", "mail",
    "metrics", "orders", "payments", "search", "session", "shipping", "stock",
];

const WORDS: [&str; 24] = [
    "address",
    "batch",
    "buffer",
    "cache",
    "client",
    "cluster",
    "count",
    "deadline",
    "endpoint",
    "handler",
    "interval",
    "limit",
    "logging",
    "memory",
    "policy",
    "queue",
    "replica",
    "retries",
    "schema",
    "storage",
    "target",
    "threshold",
    "timeout",
    "window",
];

const IMAGES: [&str; 10] = [
    "ghcr.io/example/",
    "registry.example.com/shop/",
    "registry.example.com/platform/",
    "quay.io/example/",
    "europe-docker.pkg.dev/example/apps/",
    "public.ecr.aws/example/",
    "docker.io/example/",
    "example/",
    "registry.k8s.io/",
    "mcr.microsoft.com/",
];

/// One of several.
pub fn one_of<'a>(rng: &mut Rng, words: &[&'a str]) -> &'a str {
    words.get(between(rng, 0, words.len().max(1))).copied().unwrap_or_default()
}

/// A number from `start` to just below `end`, the same whatever the machine's word is.
pub fn between(rng: &mut Rng, start: usize, end: usize) -> usize {
    usize::try_from(rng.u64(start as u64..end as u64)).unwrap_or(start)
}

/// The name of an application.
pub fn app(rng: &mut Rng) -> &'static str {
    one_of(rng, &APPS)
}

/// A word for a key.
pub fn word(rng: &mut Rng) -> &'static str {
    one_of(rng, &WORDS)
}

/// Whether something is there that is there in so many of a hundred cases.
pub fn now_and_then(rng: &mut Rng, percent: u8) -> bool {
    rng.u8(0..100) < percent
}

/// Some words, as a description is made of.
pub fn sentence(rng: &mut Rng, length: usize) -> String {
    let mut text = "The".to_owned();
    for _ in 0..length {
        text += " ";
        text += word(rng);
    }
    text
}

/// The name of an image without a tag.
pub fn repository(rng: &mut Rng) -> String {
    format!("{}{}", one_of(rng, &IMAGES), app(rng))
}

/// A version in full.
pub fn version(rng: &mut Rng) -> String {
    format!("{}.{}.{}", rng.u8(0..6), rng.u8(0..30), rng.u8(0..20))
}

/// `sha256:` and 64 digits.
pub fn digest(rng: &mut Rng) -> String {
    format!("sha256:{:032x}{:032x}", rng.u128(..), rng.u128(..))
}

/// An image: mostly of a full version, as in a repository that is well kept.
pub fn image(rng: &mut Rng) -> String {
    let repository = repository(rng);
    match rng.u8(0..100) {
        0..76 => format!("{repository}:{}", version(rng)),
        76..86 => format!("{repository}:{}@{}", version(rng), digest(rng)),
        86..91 => format!("{repository}:{}.{}", rng.u8(1..9), rng.u8(0..30)),
        91..94 => format!("{repository}:latest"),
        94..96 => format!("{repository}:main"),
        96..98 => repository,
        _ => format!("{repository}:${{VERSION}}"),
    }
}

/// The metadata of an object.
pub fn metadata(rng: &mut Rng, name: &str) -> String {
    format!(
        "metadata:\n  name: {name}\n  namespace: {}\n  labels:\n    app.kubernetes.io/name: {name}\n    app.kubernetes.io/part-of: {}\n    app.kubernetes.io/version: \"{}\"\n    app.kubernetes.io/managed-by: platform\n  annotations:\n    example.com/owner: team-{}\n    example.com/contact: \"#{}-{}\"\n    example.com/description: {}\n",
        app(rng),
        app(rng),
        version(rng),
        app(rng),
        app(rng),
        word(rng),
        sentence(rng, 8)
    )
}
