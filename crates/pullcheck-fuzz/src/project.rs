//! A text as each kind of file that it can be, in a small project around it.

use std::sync::Arc;

use pullcheck_core::{
    extract::extract,
    judge::{Judged, judge},
    path::LogicalPath,
    pins::Pins,
    policy::PullPolicy,
    resolve::{Others, Project, Resolved, SourceFile, kustomize::Deployed},
    rule::Profile,
    rules::levels,
    settings::Settings,
};

const DIGEST: &str = "sha256:6a59f1cbb8d28ac484176d52c473494859a512ddba3ea62a547258cf16c9b3ae";

const OBJECT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  \
    template:\n    spec:\n      containers:\n      - name: web\n        image: nginx\n        \
    imagePullPolicy: IfNotPresent\n";
const PATCHED: &str = "resources:\n- web.yaml\npatches:\n- path: patch.yaml\n  target: {kind: \
    Deployment}\nimages:\n- name: nginx\n  newTag: main\n";
const OVERLAY: &str = "resources:\n- ../\nimages:\n- name: nginx\n  newName: registry.example/web\n  \
    newTag: \"1\"\n";
const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: 1.2.3\n";
const VALUES: &str = "image:\n  repository: nginx\n  tag: \"\"\n  pullPolicy: IfNotPresent\nsidecar: \
    busybox\nreplicas: 1\n";
const HELPERS: &str = "{{- define \"web.image\" -}}\n{{ .Values.image.repository }}:{{ \
    .Values.image.tag | default .Chart.AppVersion }}\n{{- end }}\n";
const TEMPLATE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  \
    template:\n    spec:\n      containers:\n      - name: web\n        image: {{ include \
    \"web.image\" . }}\n        imagePullPolicy: {{ .Values.image.pullPolicy }}\n      {{- with \
    .Values.sidecar }}\n      - name: side\n        image: {{ . | quote }}\n      {{- end }}\n";

/// The files of a project.
pub type Files = Vec<(&'static str, String)>;

/// The projects that a text can be part of, as the first file of each; a second text is the file
/// that it works together with, where there is one.
pub fn around(text: &str, beside: Option<&str>) -> [Files; 7] {
    let beside = |default: &str| beside.unwrap_or(default).to_owned();
    let text = || text.to_owned();
    [
        vec![("deploy/app.yaml", text())],
        vec![("compose.yaml", text())],
        vec![
            ("kustomization.yaml", text()),
            ("web.yaml", beside(OBJECT)),
            ("overlay/kustomization.yaml", OVERLAY.to_owned()),
        ],
        vec![
            ("patch.yaml", text()),
            ("web.yaml", beside(OBJECT)),
            ("kustomization.yaml", PATCHED.to_owned()),
        ],
        vec![
            ("Chart.yaml", text()),
            ("values.yaml", VALUES.to_owned()),
            ("templates/_helpers.tpl", HELPERS.to_owned()),
            ("templates/web.yaml", beside(TEMPLATE)),
        ],
        vec![
            ("values.yaml", text()),
            ("Chart.yaml", CHART.to_owned()),
            ("templates/_helpers.tpl", HELPERS.to_owned()),
            ("templates/web.yaml", beside(TEMPLATE)),
        ],
        vec![
            ("templates/web.yaml", text()),
            ("values.yaml", beside(VALUES)),
            ("templates/_helpers.tpl", HELPERS.to_owned()),
            ("Chart.yaml", CHART.to_owned()),
        ],
    ]
}

/// The settings under which all rules have something to say, and most fixes something to do.
pub fn settings() -> Settings {
    let mut pins = Pins::default();
    for image in ["nginx", "nginx:1", "busybox", "registry.example/web:main"] {
        assert!(pins.add(image, DIGEST), "{image}");
    }
    Settings {
        levels: levels(Profile::All),
        required_policy: Some(PullPolicy::Always),
        strict: true,
        read_config_maps: true,
        pins: Arc::new(pins),
        honour_ignores: true,
        ..Settings::default()
    }
}

/// Reads the files as the program does.
pub fn read(files: &Files, settings: &Arc<Settings>) -> Project {
    let read = |(path, text): &(&str, String)| {
        let path = LogicalPath::new(*path);
        let facts = extract(&path, text, settings);
        SourceFile {
            path,
            facts: Box::new(facts),
            settings: Arc::clone(settings),
            is_context: false,
        }
    };
    Project::new(files.iter().map(read).collect(), Others::default())
}

/// What the files together make a cluster pull: charts rendered, builds followed.
pub fn resolved(project: &Project) -> Resolved<'_> {
    let (charts, builds) = (project.charts(), project.builds());
    let rendered = charts.inputs().iter().map(|input| charts.render(input)).collect();
    project.resolve(rendered, Deployed::join(vec![builds.follow(0..builds.count())]))
}

/// What is said of each file.
pub fn judged(files: &Files, settings: &Arc<Settings>) -> Vec<Judged> {
    judge(&resolved(&read(files, settings)))
}
