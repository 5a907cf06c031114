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
            self.facts.uses.push(ImageUse {
                container: Some(name.into()),
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

#[cfg(test)]
mod tests {
    use super::*;

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
