//! The images of a root on both sides.

use std::collections::BTreeMap;

use crate::inventory::Row;

/// Rows with these roles hold no image of their own: they change others, or fill templates.
const NOT_PULLED: [&str; 2] = ["kustomize", "values"];

/// Images with the names of their containers, sorted; each as often as it is there.
#[derive(Debug, PartialEq, Eq)]
pub struct Images(Vec<(String, Option<String>)>);

/// What one side has more often than the other. Each image is there as often as it is missed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub only_kustomize: Vec<String>,
    pub only_pullcheck: Vec<String>,
}

impl Images {
    /// The images of what was built.
    pub fn built(rows: &[Row]) -> Self {
        Self::sorted(pulled(rows).map(|row| (row.pulled().to_owned(), row.container.clone())))
    }

    /// The images that belong to a root, wherever they are written.
    pub fn through(rows: &[Row], root: &str) -> Self {
        Self::sorted(pulled(rows).flat_map(|row| {
            row.through(root).map(|image| (image.to_owned(), row.container.clone()))
        }))
    }

    fn sorted(images: impl Iterator<Item = (String, Option<String>)>) -> Self {
        let mut images: Vec<_> = images.collect();
        images.sort_unstable();
        Self(images)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn pulled(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter().filter(|row| !NOT_PULLED.contains(&row.role.as_str()))
}

impl Difference {
    /// Compares the images; the names of containers do not count.
    pub fn between(kustomize: &Images, pullcheck: &Images) -> Self {
        let mut balance = BTreeMap::<&str, (usize, usize)>::new();
        for (image, _) in &kustomize.0 {
            balance.entry(image).or_default().0 += 1;
        }
        for (image, _) in &pullcheck.0 {
            balance.entry(image).or_default().1 += 1;
        }
        let mut difference = Self::default();
        for (image, (theirs, ours)) in balance {
            let times = |count| std::iter::repeat_n(image.to_owned(), count);
            difference.only_kustomize.extend(times(theirs.saturating_sub(ours)));
            difference.only_pullcheck.extend(times(ours.saturating_sub(theirs)));
        }
        difference
    }

    pub fn is_empty(&self) -> bool {
        self.only_kustomize.is_empty() && self.only_pullcheck.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory;

    const ROOT: &str = "app/prod/kustomization.yaml";

    fn row(role: &str, container: &str, image: &str, effective: &[(&str, Option<&str>)]) -> Value {
        let effective: Vec<_> = effective
            .iter()
            .map(|(image, root)| json!({"image": image, "policy": null, "root": root}))
            .collect();
        json!({
            "path": "app/base/web.yaml", "range": {"start": {"line": 7, "column": 3, "byte": 90}},
            "container": container, "role": role, "image": image, "effective": effective,
        })
    }

    fn rows(rows: &[Value]) -> Vec<Row> {
        inventory::of_json(json!({"version": 1, "images": rows}).to_string().as_bytes()).unwrap()
    }

    fn difference(built: &[Value], ours: &[Value]) -> Difference {
        Difference::between(&Images::built(&rows(built)), &Images::through(&rows(ours), ROOT))
    }

    #[test]
    fn an_image_is_compared_as_the_root_makes_it() {
        let built = [row("container", "web", "app:1", &[("docker.io/library/app:1", None)])];
        let other = ("docker.io/library/app:2", Some("app/dev/kustomization.yaml"));
        let ours =
            [row("container", "web", "app", &[other, ("docker.io/library/app:1", Some(ROOT))])];
        assert_eq!(difference(&built, &ours), Difference::default());
        // Today's program knows no roots.
        let rootless = [row("container", "web", "app", &[("docker.io/library/app:1", None)])];
        assert_eq!(difference(&built, &rootless).only_kustomize, ["docker.io/library/app:1"]);
    }

    #[test]
    fn what_has_no_name_is_compared_as_it_is_written() {
        let built = [row("container", "web", "${IMAGE}", &[])];
        let ours = [row("container", "web", "x", &[("${IMAGE}", Some(ROOT))])];
        assert_eq!(difference(&built, &ours), Difference::default());
    }

    #[test]
    fn an_image_counts_as_often_as_it_is_there() {
        let built = ["a:1", "a:1", "b:1"].map(|image| row("container", "web", image, &[]));
        let ours = [row("container", "web", "a", &[("a:1", Some(ROOT)), ("c:1", Some(ROOT))])];
        let found = difference(&built, &ours);
        assert_eq!(found.only_kustomize, ["a:1", "b:1"]);
        assert_eq!(found.only_pullcheck, ["c:1"]);
    }

    #[test]
    fn what_only_changes_images_does_not_count() {
        let ours = ["kustomize", "values"].map(|role| row(role, "", "a", &[("a:1", Some(ROOT))]));
        assert!(Images::through(&rows(&ours), ROOT).is_empty());
        assert!(difference(&[row("kustomize", "", "a:1", &[])], &ours).is_empty());
    }

    #[test]
    fn other_containers_are_no_difference_but_seen() {
        let built = rows(&[row("container", "web", "a:1", &[])]);
        let ours = rows(&[row("container", "proxy", "a", &[("a:1", Some(ROOT))])]);
        let (built, ours) = (Images::built(&built), Images::through(&ours, ROOT));
        assert!(Difference::between(&built, &ours).is_empty());
        assert_ne!(built, ours);
    }
}
