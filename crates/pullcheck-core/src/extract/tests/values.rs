//! Images in the values of Helm charts, by their shapes.

use super::*;
use crate::{
    facts::{Extent, ImageUse, Role, TagMeaning},
    policy::Pulling,
};

fn values(text: &str) -> FileFacts {
    extract(&LogicalPath::new("chart/values.yaml"), text, &Settings::default())
}

/// A use as `field image policy`, then how much of the reference it is.
fn row(used: &ImageUse) -> String {
    let text = |written: Option<&Written>| written.map_or("-".to_owned(), |w| w.text.to_string());
    let extent = match used.pieces.as_ref().map(|pieces| pieces.extent) {
        None => "one",
        Some(Extent::Whole) => "whole",
        Some(Extent::WithoutRegistry) => "open",
        Some(Extent::TagAlone) => "tag",
    };
    let field = used.field.as_deref().unwrap_or("-");
    format!("{field} {} {} {extent}", text(used.image.as_ref()), text(used.policy.as_ref()))
}

fn rows(facts: &FileFacts) -> Vec<String> {
    facts.uses.iter().map(row).collect()
}

#[track_caller]
fn finds_values(table: &[(&str, &[&str])]) {
    for (text, expected) in table {
        assert_eq!(rows(&values(text)), *expected, "{text}");
    }
}

const DIGITS: &str = "6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae";

#[test]
fn the_shapes_that_charts_share_are_known() {
    finds_values(&[
        (
            "image: {registry: quay.io, repository: a/b, tag: 1.2.3, pullPolicy: Always}",
            &["image quay.io/a/b:1.2.3 Always whole"],
        ),
        ("image: {repository: a/b, tag: 1.2.3}", &["image a/b:1.2.3 - open"]),
        ("a: {image: {repository: ghcr.io/a/b, tag: v1}}", &["a.image ghcr.io/a/b:v1 - whole"]),
        (
            "csi: {provisioner: {repository: quay.io/c, tag: v1}}",
            &["csi.provisioner quay.io/c:v1 - whole"],
        ),
        ("git: {repo: alpine/git, tag: v1}", &["git alpine/git:v1 - open"]),
        ("image: {repository: quay.io/a}", &["image quay.io/a - whole"]),
        ("images: {web: {repository: quay.io/a}}", &["images.web quay.io/a - whole"]),
        ("image: {registry: quay.io, name: a, tag: v1}", &["image quay.io/a:v1 - whole"]),
        ("image: {name: cr.l5d.io/a, version: edge}", &["image cr.l5d.io/a:edge - whole"]),
        ("a: {image: {registry: r.io, image: a/b, tag: v1}}", &["a.image r.io/a/b:v1 - whole"]),
        (
            "a: {image: docker.io/b, imageTag: v1, imagePullPolicy: Never}",
            &["a docker.io/b:v1 Never whole"],
        ),
        ("image: b\nimageTag: v1\n", &["image b:v1 - open"]),
        (
            "driver: {repository: nvcr.io/n, image: driver, tag: v1}",
            &["driver nvcr.io/n/driver:v1 - whole"],
        ),
        ("global: {hub: docker.io/istio, tag: v1}", &["global.tag :v1 - tag"]),
        (
            "pilot: {hub: docker.io/istio, tag: v1, image: pilot}",
            &["pilot docker.io/istio/pilot:v1 - whole"],
        ),
        (
            "grafana: {image: {tag: latest, pullPolicy: Always}}",
            &["grafana.image.tag :latest Always tag"],
        ),
        ("image: {domain: amazonaws.com, account: '602', tag: v1}", &["image.tag :v1 - tag"]),
        ("global: {imageK8S: 'hashicorp/c:1'}", &["global.imageK8S hashicorp/c:1 - one"]),
        ("natsImage: nats:1\nnatsImagePullPolicy: Always\n", &["natsImage nats:1 Always one"]),
        ("image: a/b:1\npullPolicy: Never\n", &["image a/b:1 Never one"]),
        ("docker_image: a/b:1", &["docker_image a/b:1 - one"]),
        ("images: {repository: quay.io/shop, tag: v1}", &["images.tag :v1 - tag"]),
        (
            "images: {db: {repository: k8ssandra, name: medusa, tag: v1}}",
            &["images.db k8ssandra/medusa:v1 - open"],
        ),
        (
            "image: {repository: ghcr.io/a/web, name: web, tag: v1}",
            &["image ghcr.io/a/web:v1 - whole"],
        ),
        ("list: [{image: {repository: a, tag: v1}}]", &["list[0].image a:v1 - open"]),
    ]);
}

#[test]
fn digests_decide_and_empty_tags_say_nothing() {
    let text = format!("image: {{repository: a, tag: latest, digest: 'sha256:{DIGITS}'}}");
    let facts = values(&text);
    let image = facts.uses[0].image.as_ref().unwrap();
    assert_eq!(&*image.text, format!("a:latest@sha256:{DIGITS}"));
    assert_eq!(image.span.slice(&text), format!("'sha256:{DIGITS}'"));
    for text in [
        format!("image: {{repository: a, tag: '', sha: {DIGITS}}}"),
        format!("image: {{repository: a@sha256, tag: {DIGITS}}}"),
        format!("image: {{repository: a, tag: 'sha256:{DIGITS}'}}"),
        format!("a: {{image: a@sha256, imageTag: {DIGITS}}}"),
    ] {
        let facts = values(&text);
        let read = facts.uses[0].image.as_ref().unwrap().text.replace("a:@", "a@");
        assert_eq!(read.replace("@sha256:", "@"), format!("a@{DIGITS}"), "{text}");
    }
    for tag in ["", "''", "null", "~"] {
        let facts = values(&format!("image: {{repository: a, tag: {tag}}}"));
        assert_eq!(rows(&facts), ["image a - open"]);
        assert_eq!(facts.uses[0].tag, TagMeaning::AddedLater);
        assert!(values(&format!("image: {{tag: {tag}}}")).uses.is_empty());
    }
}

#[test]
fn a_registry_for_all_images_stands_before_those_without_one() {
    let global = "global: {imageRegistry: r.example.com}\n";
    finds_values(&[
        (
            &format!("{global}image: {{registry: '', repository: a, tag: v1}}"),
            &["image r.example.com/a:v1 - whole"],
        ),
        (
            &format!("{global}image: {{registry: quay.io, repository: a, tag: v1}}"),
            &["image quay.io/a:v1 - whole"],
        ),
        (
            &format!("{global}image: {{repository: quay.io/a, tag: v1}}"),
            &["image quay.io/a:v1 - whole"],
        ),
        (
            "global: {image: {registry: r.io}}\nimage: {registry: null, repository: a, tag: v1}",
            &["image r.io/a:v1 - whole"],
        ),
        ("image: {registry: '', repository: a, tag: v1}", &["image a:v1 - open"]),
        // A chart may use it for the images that say so alone.
        (&format!("{global}image: {{repository: a, tag: v1}}"), &["image a:v1 - open"]),
    ]);
}

#[test]
fn keys_that_look_like_images_are_none() {
    for text in [
        "output: {tag: 'kube.*'}",
        "source: {repository: 'https://github.com/a/b', tag: v1}",
        "source: {repository: github.com/a/b.git, tag: v1}",
        "source: {repository: 'git@github.com:a/b', tag: v1}",
        "source: {repository: github.com/a/b, tag: v1, branch: main}",
        "source: {repository: example.com/charts, tag: v1, chart: web}",
        "source: {repository: github.com/a/b}",
        "imageRegistry: localhost:5000",
        "imageNamespace: shop",
        "imageRenderer: {enabled: true, replicas: 1}",
        "sysctlImage: {enabled: true}",
        "image: nginx",
        "backgroundImage: sky.png",
        "logoImage: 'data:image/png;base64,xx'",
        "image: 'http://example.com/a.png:1'",
        "name: web\ntag: v1\n",
        "web: {name: web, version: v1}",
        "crd: {openAPIV3Schema: {properties: {image: {default: 'a:latest'}}}}",
        "schema: {type: object, properties: {image: {repository: a, tag: latest}}}",
        "image: {tag: {a: b}}",
    ] {
        assert!(values(text).uses.is_empty(), "{text}: {:?}", rows(&values(text)));
    }
}

#[test]
fn containers_in_values_are_containers() {
    let list = "[{name: a, image: one}, {name: b, image: 'two:1', imagePullPolicy: Always}]";
    for (key, role) in [
        ("extraContainers", Role::Container),
        ("sidecars", Role::Container),
        ("extraInitContainers", Role::Init),
        ("ephemeralContainers", Role::Ephemeral),
    ] {
        let facts = values(&format!("web:\n  {key}: {list}\n"));
        let field = |index| format!("web.{key}[{index}].image");
        let wanted = [format!("{} one - one", field(0)), format!("{} two:1 Always one", field(1))];
        assert_eq!(rows(&facts), wanted);
        assert!(facts.uses.iter().all(|used| used.role == role && used.pulling == Pulling::Pod));
    }
    let text = "initContainers: |\n  - name: a\n    image: one:1\n  - name: b\n    image: {}\n";
    let facts = values(text);
    assert_eq!(rows(&facts), ["initContainers[0].image one:1 - one"]);
    assert_eq!(facts.uses[0].image.as_ref().unwrap().span.slice(text), "one:1");
    finds_values(&[
        ("sidecars: [{name: a, image: one, tag: v1}]", &["sidecars[0] one:v1 - open"]),
        (
            "sidecars: [{name: a, image: {repository: one, tag: v1}}]",
            &["sidecars[0].image one:v1 - open"],
        ),
        ("extraContainers: |\n  {{- if x }}\n  - name: a\n    image: a\n", &[]),
    ]);
}

#[test]
fn objects_in_values_are_objects() {
    let facts = values(
        "extraDeploy:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec: {containers: [{name: a, image: one}]}\n- apiVersion: apiextensions.k8s.io/v1\n  kind: CustomResourceDefinition\n  image: {repository: a, tag: latest}\n",
    );
    assert_eq!(rows(&facts), ["- one - one"]);
    assert_eq!(&*facts.objects[facts.uses[0].object].kind, "Pod");
}

#[test]
fn templates_in_values_are_placeholders() {
    for text in [
        "image: {repository: a, tag: '{{ .Chart.AppVersion }}'}",
        "image: '{{ .Values.a }}'",
        "image: a:$(TAG)",
        "image: {repository: '{{ .Values.x }}/y', tag: v1}",
    ] {
        let facts = values(text);
        assert!(crate::image::is_filled_later(&facts.uses[0]), "{text}");
    }
}

#[test]
fn numbers_at_tags_become_what_helm_prints() {
    for (tag, wanted) in [
        ("1.20", Some("1.2")),
        ("20240101", Some("2.0240101e+07")),
        ("0123", Some("83")),
        ("1e3", Some("1000")),
        ("yes", Some("true")),
        ("1.27", None),
        ("999999", None),
        ("\"1.20\"", None),
        ("2024-01-01", None),
    ] {
        for shape in [
            format!("image: {{repository: a, tag: {tag}}}"),
            format!("image: {{tag: {tag}}}"),
            format!("a: {{image: b, imageTag: {tag}}}"),
            format!("image: {{name: a, version: {tag}}}"),
        ] {
            let facts = values(&shape);
            let becomes = facts.unquoted.first().and_then(|value| value.becomes.as_deref());
            assert_eq!(becomes, wanted, "{shape}");
            let text = &facts.uses[0].image.as_ref().unwrap().text;
            assert!(text.ends_with(wanted.unwrap_or(tag.trim_matches('"'))), "{text}");
        }
    }
    let pinned = values(&format!("image: {{repository: a, tag: 1.20, digest: 'sha256:{DIGITS}'}}"));
    assert!(pinned.unquoted.is_empty());
}

#[test]
fn files_of_values_are_known_by_their_names() {
    let text = "image: {repository: a, tag: latest}\n";
    let read = |path: &str| extract(&LogicalPath::new(path), text, &Settings::default());
    for name in ["values.yml", "values-prod.yaml", "values.eu.yaml", "ci/test-values.yaml"] {
        assert_eq!(read(name).uses.len(), 1, "{name}");
        assert_eq!(read(name).helm, Some(HelmFile::Values), "{name}");
    }
    for name in ["valuestore.yaml", "myvalues.yaml", "values.json", "app.yaml"] {
        assert!(read(name).uses.is_empty(), "{name}");
    }
    let settings = Settings { is_helm_values: true, ..Settings::default() };
    let named = extract(&LogicalPath::new("prod.yaml"), text, &settings);
    assert_eq!((named.uses.len(), named.helm), (1, Some(HelmFile::CertainValues)));
    let typed = format!("apiVersion: example.com/v1\nkind: Web\n{text}");
    let typed = extract(&LogicalPath::new("values.yaml"), &typed, &Settings::default());
    assert!(typed.uses.is_empty() && typed.helm.is_none());
}

#[test]
fn values_in_other_objects_keep_their_places() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      values: |\n        # chart\n        image:\n          repository: a\n          tag: latest\n";
    let facts = read(text);
    assert_eq!(rows(&facts), ["spec.source.helm.values.image a:latest - open"]);
    assert_eq!(facts.uses[0].image.as_ref().unwrap().span.slice(text), "latest");
    let folded = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nspec:\n  valuesContent: \"image: {repository: a,\\n tag: 1.20}\"\n";
    let facts = read(folded);
    let whole = "\"image: {repository: a,\\n tag: 1.20}\"";
    assert_eq!(facts.uses[0].image.as_ref().unwrap().span.slice(folded), whole);
    assert_eq!(facts.unquoted[0].span.slice(folded), whole);
    let broken =
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nspec:\n  valuesContent: \"image: {\"\n";
    assert!(read(broken).broken[0].cause.starts_with("the text of the values has to be YAML"));
    let inline = "helmCharts:\n- name: a\n  valuesInline: {image: {repository: a, tag: v1}}\n";
    let facts = extract(&LogicalPath::new("kustomization.yaml"), inline, &Settings::default());
    assert_eq!(rows(&facts), ["helmCharts[0].valuesInline.image a:v1 - open"]);
}

#[test]
fn containers_in_a_release_are_read_once() {
    let text = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n    initContainers: [{name: a, image: one}]\n    containers: [{name: b, image: two, tag: v1}]\n";
    assert_eq!(
        rows(&read(text)),
        [
            "spec.values.initContainers[0].image one - one",
            "spec.values.containers[0] two:v1 - open",
        ]
    );
}

#[test]
fn single_values_are_put_together() {
    let head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {helm: {parameters: [\n";
    let set = |pairs: &[(&str, &str)]| {
        let items =
            pairs.iter().map(|(name, value)| format!("{{name: {name}, value: '{value}'}},\n"));
        let text = format!("{head}{}]}}}}}}\n", items.collect::<String>());
        rows(&read(&text))
    };
    let under = "spec.source.helm.parameters";
    assert_eq!(set(&[("image.tag", "latest")]), [format!("{under}.image.tag :latest - tag")]);
    assert_eq!(
        set(&[
            ("a.image.tag", "v1"),
            ("x", "y"),
            ("a.image.repository", "b"),
            ("a.image.pullPolicy", "Never")
        ]),
        [format!("{under}.a.image b:v1 Never open")]
    );
    assert_eq!(set(&[("a.sideImage", "b:1")]), [format!("{under}.a.sideImage b:1 - one")]);
    assert!(set(&[("log.tag", "kube.*"), ("image.pullSecrets", "x"), ("tag", "1")]).is_empty());
    let chart = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nspec:\n  set:\n    image.repository: a\n    image.tag: v1\n";
    assert_eq!(rows(&read(chart)), ["spec.set.image a:v1 - open"]);
}

#[test]
fn values_that_multiply_or_nest_without_end_are_left() {
    let deep = format!("{}image: {{tag: latest}}{}", "{a: ".repeat(100), "}".repeat(100));
    assert!(values(&deep).uses.is_empty());
    // Objects in values of objects begin again, as deep as YAML may nest.
    let release = "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, spec: {values: {a: ";
    for depth in [10, 40, 60, 80, 1000] {
        let nested = format!("a: {}1{}\n", release.repeat(depth), "}}}".repeat(depth));
        assert!(values(&nested).uses.is_empty());
    }
    let key = "k".repeat(100_000);
    let long = format!("{key}: {{image: {{tag: latest}}}}\n");
    assert!(values(&long).uses.is_empty());
    let many: String = (0..20_000).map(|n| format!("a{n}Image: a/b:latest\n")).collect();
    assert_eq!(values(&many).uses.len(), 20_000);
    let mut bomb = "a0: &a0 [{image: {repository: a, tag: latest}}]\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        bomb += &format!("a{level}: &a{level} [*a{before}, *a{before}]\n");
    }
    assert!(values(&bomb).uses.len() < 20_000);
}
