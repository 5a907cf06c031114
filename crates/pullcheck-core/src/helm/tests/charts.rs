//! Charts with subcharts, several values files, and several templates.

use super::*;

struct Files {
    chart: Chart,
    layers: Vec<Values>,
    templates: Vec<(&'static str, Template)>,
}

fn files(about: &str, layers: &[&str], templates: &[(&'static str, &str)]) -> Files {
    Files {
        chart: chart(about),
        layers: layers.iter().map(|text| values(text)).collect(),
        templates: templates.iter().map(|(path, text)| (*path, read_template(text))).collect(),
    }
}

/// Files are numbered from `first`: the chart, its values, its templates.
fn input<'f>(
    name: &str,
    files: &'f Files,
    first: u32,
    subcharts: Vec<ChartInput<'f>>,
) -> ChartInput<'f> {
    let mut number = first..;
    let mut next = || FileId(number.next().unwrap());
    ChartInput {
        name: name.into(),
        chart: (&files.chart, next()),
        layers: files.layers.iter().map(|values| (next(), values)).collect(),
        templates: files.templates.iter().map(|(path, text)| (next(), *path, text)).collect(),
        subcharts,
    }
}

fn texts(input: &ChartInput<'_>) -> Vec<String> {
    render(input).into_iter().map(|rendered| rendered.text).collect()
}

/// Measured with Helm 3.22.
#[test]
fn stronger_values_win_and_null_takes_away() {
    let layers = [
        "a: {x: 2, gone: null}\nl: [9]\nm: scalar\n",
        "a: {x: 1, w: 1, gone: 1}\nl: [1, 2]\nm: {k: v}\nown: null\n",
    ];
    let template =
        "{{ toYaml .Values }}{{ hasKey .Values \"own\" }}{{ hasKey .Values.a \"gone\" }}";
    let files = files("name: c\n", &layers, &[("templates/x.yaml", template)]);
    let expected = "a:\n  w: 1\n  x: 2\nl:\n- 9\nm: scalar\nown: nulltruefalse";
    assert_eq!(texts(&input("c", &files, 0, Vec::new())), [expected]);
}

/// Measured with Helm 3.22.
#[test]
fn a_parent_overrides_its_subcharts_and_shares_its_globals() {
    let parent = files(
        "name: p\ndependencies:\n- {name: s, alias: al}\n",
        &["global: {r: top, both: p}\nal: {tag: '2', global: {own: 1}}\n"],
        &[
            ("templates/p.yaml", "{{ .Values.al.tag }}{{ .Values.al.repo }}{{ include \"n\" . }}"),
            ("templates/_n.tpl", "{{ define \"n\" }}parent{{ end }}"),
        ],
    );
    let sub = files(
        "name: s\nappVersion: '7'\n",
        &["tag: '1'\nrepo: x\nglobal: {both: s, deep: 1}\n"],
        &[
            (
                "templates/s.yaml",
                "{{ .Values.tag }}{{ .Values.repo }} {{ toYaml .Values.global }} {{ .Chart.Name }} {{ .Chart.AppVersion }} {{ include \"n\" . }}",
            ),
            ("templates/_n.tpl", "{{ define \"n\" }}sub{{ end }}"),
        ],
    );
    let sub = input("al", &sub, 10, Vec::new());
    let rendered = texts(&input("p", &parent, 0, vec![sub]));
    assert_eq!(rendered, ["2x both: p\ndeep: 1\nown: 1\nr: top al 7 parent", "2xparent"]);
}

#[test]
fn a_subchart_that_is_switched_off_is_assumed() {
    let parent = files(
        "name: p\ndependencies:\n- {name: s, condition: s.enabled}\n",
        &["s: {enabled: false, tag: '2'}\n"],
        &[("templates/p.yaml", "p{{ .Values.s.repo }}")],
    );
    let sub = files(
        "name: s\n",
        &["repo: x\n"],
        &[("templates/s.yaml", "{{ .Values.repo }}:{{ .Values.tag }}")],
    );
    let rendered = render(&input("p", &parent, 0, vec![input("s", &sub, 10, Vec::new())]));
    let [own, below] = rendered.as_slice() else { panic!("{rendered:?}") };
    assert_eq!((own.text.as_str(), own.assumed.len()), ("p", 0));
    assert_eq!((below.text.as_str(), below.assumed.len()), ("x:2", 1));
    assert!(below.is_assumed(0) && below.is_assumed(2) && !below.is_assumed(3));
    assert_eq!(below.template, FileId(12));
}

#[test]
fn partials_notes_and_libraries_render_nothing_themselves() {
    let parent = files(
        "name: p\n",
        &[],
        &[
            ("templates/_x.tpl", "no"),
            ("templates/NOTES.txt", "no"),
            ("templates/a.yaml", "{{ include \"lib\" . }}"),
            ("templates/broken.yaml", "{{ if }}"),
        ],
    );
    let library = files(
        "name: l\ntype: library\n",
        &[],
        &[("templates/_l.tpl", "{{ define \"lib\" }}L{{ end }}"), ("templates/l.yaml", "no")],
    );
    let rendered = texts(&input("p", &parent, 0, vec![input("l", &library, 10, Vec::new())]));
    assert_eq!(rendered, ["L"]);
}

/// What one template changes in the values, those after it see: Helm runs the last path first.
#[test]
fn templates_run_in_the_order_of_helm() {
    let parent = files(
        "name: p\n",
        &["a: 1\n"],
        &[
            ("templates/a.yaml", "{{ .Values.a }}"),
            ("templates/z.yaml", "{{ $_ := set .Values \"a\" 2 }}"),
        ],
    );
    assert_eq!(texts(&input("p", &parent, 0, Vec::new())), ["", "2"]);
}

#[test]
fn a_chart_is_read() {
    let text = "name: c\nversion: 1.20\nappVersion: 1.10\ntype: Library\ndependencies:\n\
                - {name: a, alias: b, condition: 'x.y,z', tags: [t], repository: 'oci://r', import-values: [d]}\n\
                - {version: 1}\n";
    let chart = chart(text);
    let version = chart.version.unwrap();
    assert_eq!((&*version.text, version.span.slice(text)), ("1.2", "1.20"));
    assert_eq!(&*chart.app_version.unwrap().text, "1.1");
    assert!(chart.is_library);
    let [dependency] = chart.dependencies.as_slice() else { panic!("{:?}", chart.dependencies) };
    assert_eq!(dependency.key(), "b");
    assert_eq!(dependency.condition.as_deref(), Some("x.y,z"));
    assert_eq!(dependency.repository.as_ref().map(|leaf| &*leaf.text), Some("oci://r"));
    assert!(dependency.imports_values);
}
