//! The inventory in all its forms.

use serde_json::json;

use crate::Place;

/// Three uses of two images, one that is filled in later and one in pieces.
fn shop() -> Place {
    Place::with(&[
        (
            "b/web.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n    - {name: web, image: nginx:1.27.3}\n    - {name: side, image: 'quay.io/a/b'}\n",
        ),
        (
            "a/compose.yaml",
            "services:\n  web: {image: 'docker.io/library/nginx:1.27.3'}\n  later: {image: '${X}'}\n",
        ),
        (
            "c/widget.yaml",
            "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec:\n  image:\n    repository: quay.io/a/b\n    tag: latest\n",
        ),
        (
            "pullcheck.yaml",
            "kinds:\n  - {group: example.com, kind: Widget, places: [parts spec.image]}\n",
        ),
    ])
}

#[test]
fn each_image_is_listed_once_by_its_full_name() {
    let place = shop();
    let run = place.run(&["images", "--unique"]);
    assert_eq!(run.out(), "docker.io/library/nginx:1.27.3\nquay.io/a/b:latest\n");
    assert_eq!(run.code(), 0);
    assert_eq!(run.err(), "5 images in 3 files; not known: 1 image filled in later\n");
    assert_eq!(place.run(&["images", "--unique", "--quiet"]).err(), "");
    let images = place.run(&["images", "--unique", "--format", "json"]).json()["images"].clone();
    assert_eq!(images[0]["places"], 2);
    assert_eq!(images[1]["provider"], "Quay");
    let csv = place.run(&["images", "--unique", "--format", "csv"]).out();
    assert_eq!(
        csv.lines().next_back().unwrap(),
        "quay.io/a/b:latest,quay.io,a/b,latest,,Quay,latest,2"
    );
}

#[test]
fn images_are_grouped_by_what_runs_them_and_what_they_are() {
    let place = shop();
    let table = place.run(&["images", "--by", "image"]).out();
    let heads: Vec<_> = table.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(heads, ["${X}", "", "docker.io/library/nginx:1.27.3", "", "quay.io/a/b:latest"]);
    let table = place.run(&["images", "--by", "resource"]).out();
    let heads: Vec<_> = table.lines().filter(|line| !line.starts_with([' '])).collect();
    assert_eq!(
        heads,
        [
            "Compose in a/compose.yaml",
            "",
            "Pod shop/web in b/web.yaml",
            "",
            "Widget w in c/widget.yaml"
        ]
    );
    let groups = place.run(&["images", "--by", "image", "--format", "json"]).json();
    assert_eq!(groups["groups"][1]["name"], "docker.io/library/nginx:1.27.3");
    assert_eq!(groups["groups"][1]["images"][0]["path"], "a/compose.yaml");
    assert_eq!(groups["groups"][1]["images"][1]["path"], "b/web.yaml");
}

#[test]
fn every_row_tells_who_serves_the_image_and_what_holds_it() {
    let place = shop();
    let images = place.run(&["images", "--format", "json"]).json()["images"].clone();
    assert_eq!(images[0]["provider"], "Docker Hub");
    assert_eq!(images[0]["policy"], json!({"effective": "missing", "explicit": false}));
    assert_eq!(
        images[0]["resource"],
        json!({"apiVersion": null, "kind": "Compose", "namespace": null, "name": null})
    );
    assert_eq!(images[1]["tagClass"], "placeholder");
    let widget = &images[4];
    assert_eq!(widget["role"], "custom");
    assert_eq!(widget["field"], "spec.image");
    assert_eq!(widget["image"], "quay.io/a/b:latest");
    assert_eq!(widget["range"]["start"]["line"], 7);
    assert_eq!(widget["policy"], json!({"effective": null, "explicit": false}));
    let csv = place.run(&["images", "--format", "csv"]).out();
    let lines: Vec<_> = csv.lines().collect();
    assert!(lines[0].starts_with("path,line,column,apiVersion,kind,namespace,name,container,"));
    assert_eq!(
        lines[3],
        "b/web.yaml,6,26,v1,Pod,shop,web,web,,container,nginx:1.27.3,docker.io,library/nginx,1.27.3,,Docker Hub,fixed,IfNotPresent,false,docker.io/library/nginx:1.27.3"
    );
    assert_eq!(lines.len(), 6);
}

#[test]
fn once_each_and_grouped_exclude_each_other() {
    let run = shop().run(&["images", "--unique", "--by", "image"]);
    assert_eq!(run.code(), 2);
    assert!(run.err().contains("cannot be used with"), "{}", run.err());
}

#[test]
fn an_added_kind_is_judged_at_its_pieces() {
    let run = shop().run(&["check", "c", "--format", "concise"]);
    assert_eq!(
        run.out().trim_end(),
        "c/widget.yaml:7:10: error[latest-tag] `quay.io/a/b` is pulled as `latest`, whatever that is by then"
    );
}

#[test]
fn a_patch_has_no_object_and_none_is_made_up() {
    let place = Place::with(&[(
        "patch.yaml",
        "- {op: replace, path: /spec/template/spec/containers/0/imagePullPolicy, value: Never}\n- {op: replace, path: /spec/template/spec/containers/1/image, value: 'a:main'}\n",
    )]);
    let findings = place.run(&["--format", "json"]).json()["findings"].clone();
    assert_eq!(findings[0]["rule"], "never-pull");
    assert_eq!(findings[0]["resource"], json!(null));
    assert_eq!(findings[0]["image"], json!(null));
    assert_eq!(findings[1]["image"], "a:main");
    let images = place.run(&["images", "--format", "json"]).json()["images"].clone();
    assert_eq!(images.as_array().unwrap().len(), 1);
    let pretty = place.run(&[]).out();
    assert!(pretty.contains("in a patch, `/spec/template/spec/containers/0`"), "{pretty}");
}
