//! Hosts, by their labels.

use std::net::IpAddr;

/// A host in lower case, without its port.
pub fn without_port(registry: &str) -> String {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let host = match registry.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => registry,
    };
    host.to_ascii_lowercase()
}

/// An address without its scheme.
#[must_use]
pub fn without_scheme(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest)
}

/// Whether a host has the labels of a pattern, one for one: no look-alike with more of them, before
/// or behind, fits.
#[must_use]
pub fn matches(pattern: &str, host: &str) -> bool {
    // From the end, where most hosts differ, and most of them in the last letter.
    let ends = pattern.bytes().next_back().zip(host.bytes().next_back());
    if ends.is_some_and(|(of_pattern, of_host)| {
        of_pattern.is_ascii_alphanumeric() && of_pattern != of_host
    }) {
        return false;
    }
    let (mut pattern, mut host) = (pattern.rsplit('.'), host.rsplit('.'));
    loop {
        match (pattern.next(), host.next()) {
            (None, None) => return true,
            (Some(pattern), Some(label)) if matches_label(pattern, label) => {}
            _ => return false,
        }
    }
}

fn matches_label(pattern: &str, label: &str) -> bool {
    if pattern == label {
        return true;
    }
    match pattern.split_once('*') {
        Some((before, after)) => {
            let inner = label.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            inner.is_some_and(|inner| !inner.is_empty())
        }
        None if pattern == "#" => label.len() == 12 && label.bytes().all(|b| b.is_ascii_digit()),
        None => false,
    }
}

/// Whether a registry is the machine itself: `localhost` or a loopback address.
#[must_use]
pub fn is_loopback(registry: &str) -> bool {
    // Most hosts are told by their first character.
    if !registry.starts_with(|c: char| c == '[' || c.is_ascii_digit())
        && !registry.to_ascii_lowercase().contains("localhost")
    {
        return false;
    }
    let host = without_port(registry);
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| {
            let address = address.to_canonical();
            address.is_loopback() || address.is_unspecified()
        })
}
