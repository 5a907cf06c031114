//! What templates render. Where a test says so, the text is what Helm 3.22 was measured to render.

mod charts;
mod hostile;
mod snippets;

use super::*;
use crate::{
    span::{At, FileId, Span},
    yaml,
};

/// The files of a chart: `Chart.yaml` is 0, `values.yaml` is 1, the templates follow.
const CHART: FileId = FileId(0);
const VALUES: FileId = FileId(1);
const TEMPLATE: FileId = FileId(2);

fn chart(text: &str) -> Chart {
    let tree = yaml::parse(text, 0..text.len()).unwrap();
    tree.roots().next().map(read_chart).unwrap_or_default()
}

fn values(text: &str) -> Values {
    let tree = yaml::parse(text, 0..text.len()).unwrap();
    tree.roots().next().map_or_else(Values::default, read_values)
}

/// Renders one template of a chart called `mc`.
fn rendered(values_text: &str, template_text: &str) -> Rendered {
    let chart = chart("name: mc\nversion: 1.2.3\nappVersion: 1.10\n");
    let values = values(values_text);
    let template = read_template(template_text);
    assert_eq!(template.broken(), None, "{template_text}");
    let input = ChartInput {
        name: "mc".into(),
        chart: (&chart, CHART),
        layers: vec![(VALUES, &values)],
        templates: vec![(TEMPLATE, "templates/x.yaml", &template)],
        subcharts: Vec::new(),
    };
    render(&input).pop().unwrap()
}

/// What a range of a rendered text is, and what it is written as where it comes from.
fn sources<'t>(rendered: &Rendered, files: [&'t str; 3]) -> Vec<(String, &'t str)> {
    let place = |at: At| at.span.slice(files[at.file.0 as usize]);
    let source = |origin: &Origin| {
        let text = Span::new(origin.range.start, origin.range.end).slice(&rendered.text);
        let from = match &origin.from {
            Source::Template(at) | Source::Value { leaf: at, .. } => place(*at),
            Source::Computed { leaves, .. } => leaves.first().map_or("", |at| place(*at)),
            Source::Unknown { used } => place(*used),
        };
        (text.to_owned(), from)
    };
    rendered.origins.iter().map(source).collect()
}

#[test]
fn what_is_read_may_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<(Template, Values, Chart, Rendered)>();
}

#[test]
fn every_byte_knows_where_it_comes_from() {
    let values_text = "image: {repository: Nginx, tag: \"1.25\"}\nm: 0123\n";
    let template = concat!(
        "{{ define \"i\" }}{{ printf \"%s:%s\" (lower .repository) .tag }}{{ end -}}\n",
        "a: {{ include \"i\" .Values.image | quote }} # {{ .Values.m }}\n",
        "b: {{ .Chart.AppVersion }}{{ .Release.Name }}{{ \"lit\" }}\n",
    );
    let rendered = rendered(values_text, template);
    assert_eq!(rendered.text, "a: \"nginx:1.25\" # 83\nb: 1.1$(unknown)lit\n");
    let chart = "name: mc\nversion: 1.2.3\nappVersion: 1.10\n";
    let table = [
        ("a: ", "a: "),
        ("\"", ""),
        ("nginx", "Nginx"),
        (":", ":"),
        ("1.25", "\"1.25\""),
        ("\"", ""),
        (" # ", " # "),
        ("83", "0123"),
        ("\nb: ", "\nb: "),
        ("1.1", "1.10"),
        ("$(unknown)", "{{ .Release.Name }}"),
        ("lit", "lit"),
        ("\n", "\n"),
    ];
    let found = sources(&rendered, [chart, values_text, template]);
    let found: Vec<(&str, &str)> =
        found.iter().map(|(text, from)| (text.as_str(), *from)).collect();
    assert_eq!(found, table);
}

#[test]
fn the_action_that_prints_a_value_is_the_one_in_the_definition() {
    let template = "{{ define \"d\" }}{{ .Values.a }}{{ end }}{{ include \"d\" . | indent 2 }}";
    let rendered = rendered("a: x\n", template);
    let used = rendered.origins.iter().find_map(|origin| match origin.from {
        Source::Value { used, .. } => Some(used),
        _ => None,
    });
    assert_eq!(used.unwrap().span.slice(template), "{{ .Values.a }}");
}

#[test]
fn lists_and_maps_keep_the_places_of_their_scalars() {
    let values_text = "c:\n- name: a\n  image: \"x:1\"\n";
    let rendered = rendered(values_text, "c:\n{{- toYaml .Values.c | nindent 2 }}\n");
    assert_eq!(rendered.text, "c:\n  - image: x:1\n    name: a\n");
    let start = Span::of(0..rendered.text.find("x:1").unwrap()).end;
    let origins: Vec<&Origin> = rendered.origins_of(start..start + 3).collect();
    let [Origin { from: Source::Value { leaf, .. }, .. }] = origins.as_slice() else {
        panic!("{origins:?}")
    };
    assert_eq!((leaf.file, leaf.span.slice(values_text)), (VALUES, "\"x:1\""));
}

#[test]
fn a_template_in_a_value_keeps_the_place_of_the_value() {
    let values_text = "i: 'r/{{ .Values.m }}:1'\nm: x\n";
    let rendered = rendered(values_text, "{{ tpl .Values.i . }}");
    assert_eq!(rendered.text, "r/x:1");
    let found = sources(&rendered, ["", values_text, ""]);
    let from: Vec<&str> = found.iter().map(|(_, from)| *from).collect();
    assert_eq!(from, ["'r/{{ .Values.m }}:1'", "x", "'r/{{ .Values.m }}:1'"]);
}

#[test]
fn unknown_lines_leave_an_empty_origin() {
    let template = "a:\n  {{- toYaml .Release.X | nindent 2 }}\nb: {{ .Release.X }}\n";
    let rendered = rendered("", template);
    assert_eq!(rendered.text, "a:\n\nb: $(unknown)\n");
    let empty = rendered.origins.iter().find(|origin| origin.range.is_empty()).unwrap();
    assert!(matches!(empty.from, Source::Unknown { .. }));
    assert_eq!(empty.range, 3..3);
}
