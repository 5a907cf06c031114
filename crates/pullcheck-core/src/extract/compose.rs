//! Docker Compose files: they run the same images, under rules of their own.

use super::{
    Reader,
    written::{scalar_text, written, written_text},
};
use crate::{
    facts::{Filler, ImageUse, ObjectFact, PodFact, Role},
    policy::Pulling,
    yaml::Node,
};

/// Whether a file is a Compose file by its name: `compose.yaml`, `docker-compose.yml`,
/// `docker-compose.prod.yml`, `compose-dev.yaml` (docs.docker.com, "How Compose works").
pub fn is_named(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else {
        return false;
    };
    let own = |rest: &str| rest.is_empty() || rest.starts_with(['.', '-', '_']);
    stem.contains("docker-compose") || stem.strip_prefix("compose").is_some_and(own)
}

impl Reader<'_> {
    /// The services of a Compose file. One that is built here gives its image a name; nobody has to
    /// pull that (compose-spec, "build", "image").
    pub fn compose(&mut self, root: Node<'_>) {
        let Some(services) = root.get("services").filter(|node| node.is_mapping()) else { return };
        self.facts.manifests += 1;
        let object = self.facts.objects.len();
        self.facts.objects.push(ObjectFact {
            kind: "Compose".into(),
            name: root.get("name").and_then(scalar_text).map(Box::from),
            ..ObjectFact::default()
        });
        for (name, service) in services.entries() {
            let (Some((name, _)), true) = (name.scalar(), service.is_mapping()) else { continue };
            let image = service.get("image").and_then(written_text);
            let policy = service.get("pull_policy").and_then(written);
            let is_built = service.get("build").is_some();
            if image.is_none() && policy.is_none() || !self.is_worth_reading(service) {
                continue;
            }
            let from = self.facts.uses.len();
            let by_default = image.as_ref().and_then(|image| by_default(&image.text));
            self.facts.uses.push(ImageUse {
                container: Some(name.into()),
                by_default: by_default.map(Into::into),
                image,
                policy,
                policy_key: Some("pull_policy".into()),
                pulling: Pulling::Compose,
                set_later: is_built.then_some(Filler::Build),
                ..ImageUse::without_image(object, Role::Container)
            });
            self.facts.pods.push(PodFact::alone(object, from..self.facts.uses.len()));
        }
    }
}

/// What a text is where no variable is set: each must have a default, `${TAG:-1.2}` or `${TAG-1.2}`
/// (docs.docker.com, "Interpolation").
fn by_default(text: &str) -> Option<String> {
    let mut parts = text.split("${");
    let mut result = parts.next().filter(|start| !start.contains('$'))?.to_owned();
    let mut has_default = false;
    for part in parts {
        let (variable, rest) = part.split_once('}')?;
        let end = variable.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
        let (_, operation) = variable.split_at_checked(end)?;
        let default = operation.strip_prefix(":-").or_else(|| operation.strip_prefix('-'))?;
        if default.contains('$') || rest.contains('$') {
            return None;
        }
        result += default;
        result += rest;
        has_default = true;
    }
    (has_default && !result.is_empty()).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_with_defaults_are_known() {
        for (text, expected) in [
            ("nginx:${TAG:-latest}", Some("nginx:latest")),
            ("${IMAGE-docker.io/acme/web:1.2}", Some("docker.io/acme/web:1.2")),
            ("${REGISTRY:-ghcr.io}/acme/web:${TAG-main}", Some("ghcr.io/acme/web:main")),
            ("acme/web${SUFFIX:-}:1.2", Some("acme/web:1.2")),
            ("nginx:${TAG}", None),
            ("nginx:$TAG", None),
            ("nginx:${TAG:?not set}", None),
            ("nginx:${TAG:+x}", None),
            ("nginx:${TAG:-${OTHER}}", None),
            ("nginx:${TAG:-1}-$OTHER", None),
            ("nginx:${TAG:-1", None),
            ("nginx:1.2", None),
            ("${IMAGE:-}", None),
            ("$$x${TAG:-1}", None),
        ] {
            assert_eq!(by_default(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn compose_files_are_known_by_name() {
        for name in [
            "compose.yaml",
            "compose.yml",
            "docker-compose.yml",
            "docker-compose.prod.yml",
            "compose-dev.yaml",
            "compose.override.yaml",
            "dev-docker-compose.yml",
        ] {
            assert!(is_named(name), "{name}");
        }
        for name in
            ["composer.yaml", "composition.yaml", "compose.json", "compose", "my-compose.yml"]
        {
            assert!(!is_named(name), "{name}");
        }
    }
}
