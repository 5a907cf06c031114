//! What `helm template` printed.

use serde_json::json;

use crate::{Place, pod};

/// Two documents of a chart and of a chart in it, and one that somebody wrote.
fn rendered() -> String {
    let source =
        |template: &str, image: &str| format!("---\n# Source: web/{template}\n{}", pod(image));
    let parts = [
        source("templates/web.yaml", "nginx"),
        source("charts/db/templates/db.yaml", "postgres:16.4.1"),
        format!("---\n# Source: https://example.com/templates/x.yaml\n{}", pod("redis:latest")),
        "---\n# Source: web/templates/broken.yaml\napiVersion: v1\nkind: Pod\nspec: [\n".to_owned(),
    ];
    parts.concat()
}

#[test]
fn findings_name_the_template_they_come_from() {
    let place = Place::with(&[]);
    let run = |args: &[&str]| place.run_with(args, &rendered());
    let concise = run(&["check", "-", "--format", "concise"]).out();
    let lines: Vec<_> = concise.lines().collect();
    assert!(lines[0].ends_with("`latest` is pulled (from web/templates/web.yaml)"), "{concise}");
    assert!(lines[1].contains("[latest-tag]") && !lines[1].contains("(from"), "{concise}");
    assert!(lines[2].ends_with("(from web/templates/broken.yaml)"), "{concise}");
    let pretty = run(&["check", "-"]).out();
    for head in [
        "error[missing-tag] in Pod `web`, container `web`, from `web/templates/web.yaml`\n",
        "error[latest-tag] in Pod `web`, container `web`\n",
        "error[syntax] from `web/templates/broken.yaml`\n",
    ] {
        assert!(pretty.contains(head), "{head}{pretty}");
    }
    let findings = run(&["check", "-", "--format", "json"]).json()["findings"].clone();
    let sources: Vec<_> = (0..3).map(|index| findings[index]["source"].clone()).collect();
    assert_eq!(
        sources,
        [json!("web/templates/web.yaml"), json!(null), json!("web/templates/broken.yaml")]
    );
}

#[test]
fn a_rendered_chart_in_a_file_names_its_templates_in_the_inventory() {
    let place = Place::with(&[("all.yaml", &rendered())]);
    let images = place.run(&["images", "--format", "json"]).json()["images"].clone();
    let sources: Vec<_> = (0..3).map(|index| images[index]["source"].clone()).collect();
    assert_eq!(
        sources,
        [json!("web/templates/web.yaml"), json!("web/charts/db/templates/db.yaml"), json!(null)]
    );
}
