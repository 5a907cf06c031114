//! Amazon ECS task definitions.

use super::{
    Reader,
    written::{scalar_text, written_text},
};
use crate::{
    facts::{ImageUse, ObjectFact, PodFact, Role},
    policy::{Pulling, Resolver},
    yaml::Node,
};

impl Reader<'_> {
    /// A task definition, as `aws ecs register-task-definition --cli-input-json` reads one and
    /// `describe-task-definition` prints one. No pull policy can be written there; a service
    /// resolves tags once for each deployment, unless `versionConsistency` is `disabled`
    /// (docs.aws.amazon.com, "Container image resolution", `ContainerDefinition`).
    pub fn task_definition(&mut self, root: Node<'_>) {
        let task = root.get("taskDefinition").unwrap_or(root);
        let containers: Vec<_> =
            task.get("containerDefinitions").into_iter().flat_map(Node::items).collect();
        let is_container =
            |node: &Node<'_>| ["name", "image"].iter().all(|key| node.get(key).is_some());
        if containers.is_empty() || !containers.iter().all(is_container) {
            return;
        }
        self.facts.manifests += 1;
        let object = self.facts.objects.len();
        self.facts.objects.push(ObjectFact {
            kind: "TaskDefinition".into(),
            name: task.get("family").and_then(scalar_text).map(Box::from),
            ..ObjectFact::default()
        });
        let from = self.facts.uses.len();
        for container in containers {
            let Some(image) = container.get("image").and_then(written_text) else { continue };
            if !self.is_worth_reading(container) {
                continue;
            }
            let is_resolved =
                container.get("versionConsistency").and_then(Node::as_str) != Some("disabled");
            let resolved = Pulling::Resolved(Resolver::Ecs);
            self.facts.uses.push(ImageUse {
                container: container.get("name").and_then(scalar_text).map(Box::from),
                image: Some(image),
                policy_key: None,
                pulling: if is_resolved { resolved } else { Pulling::Unknown },
                ..ImageUse::without_image(object, Role::Container)
            });
        }
        self.facts.pods.push(PodFact::alone(object, from..self.facts.uses.len()));
    }
}
