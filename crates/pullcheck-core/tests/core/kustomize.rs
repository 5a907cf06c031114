//! Kustomizations of every size and shape: what is said of them, and that it takes no more time or
//! stack than their number.

use std::sync::Arc;

use crate::support::{profile, resolved};
use pullcheck_core::{
    extract::extract,
    finding::Finding,
    judge::judge,
    path::LogicalPath,
    resolve::{Others, Project, SourceFile},
    rule::Profile,
};

/// The findings of a project with these files, in the order of the files.
fn found(files: &[(String, String)]) -> Vec<Finding> {
    let settings = Arc::new(profile(Profile::Recommended));
    let file = |(path, text): &(String, String)| {
        let path = LogicalPath::new(path.as_str());
        let facts = extract(&path, text, &settings);
        SourceFile {
            path,
            facts: Box::new(facts),
            settings: Arc::clone(&settings),
            is_context: false,
        }
    };
    let project = Project::new(files.iter().map(file).collect(), Others::default());
    let judged = judge(&resolved(&project));
    judged.into_iter().flat_map(|judged| judged.findings).collect()
}

fn rules(files: &[(String, String)]) -> Vec<&'static str> {
    found(files).into_iter().map(|finding| finding.rule).collect()
}

fn pod(image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n    - name: web\n      image: {image}\n"
    )
}

fn file(path: impl Into<String>, text: impl Into<String>) -> (String, String) {
    (path.into(), text.into())
}

#[test]
fn a_long_chain_is_followed_as_far_as_anybody_builds_one() {
    let chain = |length: usize| {
        let mut files = vec![
            file("0/kustomization.yaml", "resources: [pod.yaml]\n"),
            file("0/pod.yaml", pod("web")),
        ];
        for n in 1..length {
            let text = format!("resources: [../{}]\n", n - 1);
            files.push(file(format!("{n}/kustomization.yaml"), text));
        }
        let last =
            format!("resources: [../{}]\nimages: [{{name: web, newTag: 1.0.0}}]\n", length - 1);
        files.push(file("last/kustomization.yaml", last));
        files
    };
    assert_eq!(rules(&chain(50)), [""; 0]);
    // Past that the base is judged as it is written, and nothing is said of the entry.
    assert_eq!(rules(&chain(5000)), ["missing-tag"]);
}

#[test]
fn bases_that_multiply_are_gathered_up_to_a_limit() {
    let mut files = vec![
        file("0/kustomization.yaml", "resources: [pod.yaml]\n"),
        file("0/pod.yaml", pod("web:latest")),
    ];
    for n in 1..64 {
        let below = format!("../{}", n - 1);
        let text = format!("resources: [{below}, {below}]\n");
        files.push(file(format!("{n}/kustomization.yaml"), text));
    }
    let found = found(&files);
    assert_eq!(found.len(), 1);
}

#[test]
fn a_circle_is_no_root() {
    let files = [
        file("a/kustomization.yaml", "resources: [../b, pod.yaml]\n"),
        file("b/kustomization.yaml", "resources: [../a]\nimages: [{name: web, newTag: 1.0.0}]\n"),
        file("a/pod.yaml", pod("web")),
        file("self/kustomization.yaml", "resources: [.]\n"),
    ];
    assert_eq!(rules(&files), ["missing-tag"]);
}

#[test]
fn many_entries_and_many_images_take_no_more_than_a_moment() {
    let entries: String =
        (0..3000).map(|n| format!("- {{name: app{n}, newTag: v1.0.{n}}}\n")).collect();
    let pods: String = (0..3000)
        .map(|n| pod(&format!("app{n}")).replace("name: web}", &format!("name: w{n}}}")) + "---\n")
        .collect();
    let files = [
        file("kustomization.yaml", format!("resources: [pods.yaml]\nimages:\n{entries}")),
        file("pods.yaml", pods),
    ];
    assert_eq!(rules(&files), [""; 0]);
}
