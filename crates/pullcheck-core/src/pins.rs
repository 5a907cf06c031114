//! Digests of images, as somebody has looked them up.

use std::collections::HashMap;

use crate::reference::Reference;

/// Which digest an image had when it was looked up.
#[derive(Clone, Debug, Default)]
pub struct Pins(HashMap<String, Box<str>>);

impl Pins {
    /// Takes note of an image, as it may be written anywhere, and its digest; tells whether both are
    /// what they should be. The last digest of an image counts.
    pub fn add(&mut self, image: &str, digest: &str) -> bool {
        let parsed = Reference::parse(image).ok().filter(|image| image.digest().is_none());
        let Some(parsed) = parsed else { return false };
        let pinned = Reference::parse(&format!("{}@{digest}", parsed.name()));
        let is_digest = pinned.is_ok_and(|pinned| pinned.digest() == Some(digest));
        if is_digest {
            self.0.insert(parsed.pulled(), digest.into());
        }
        is_digest
    }

    /// The digest of an image, however it is written.
    #[must_use]
    pub fn get(&self, image: &Reference) -> Option<&str> {
        if self.0.is_empty() { None } else { self.0.get(&image.pulled()).map(|digest| &**digest) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_found_however_it_is_written() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let mut pins = Pins::default();
        assert!(pins.add("nginx", &digest));
        assert!(pins.add("ghcr.io/a/b:1", &digest));
        for (image, found) in [
            ("nginx:latest", true),
            ("docker.io/library/nginx", true),
            ("index.docker.io/library/nginx:latest", true),
            ("nginx:1", false),
            ("ghcr.io/a/b:1", true),
            ("ghcr.io/a/b", false),
        ] {
            let image = Reference::parse(image).unwrap();
            assert_eq!(pins.get(&image).is_some(), found, "{image}");
        }
        for (image, digest) in [
            ("nginx", "sha256:1"),
            ("NGINX", &*digest),
            (&*format!("nginx@{digest}"), &*digest),
            ("nginx", ""),
        ] {
            assert!(!pins.add(image, digest), "{image} {digest}");
        }
    }
}
