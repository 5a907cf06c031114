//! Small templates and what becomes of them.

use super::rendered;

const VALUES: &str = r#"
s: hello
empty: ""
nul: null
num: 5
big: 20240101
f: 1.20
zero: 0
t: yes
negative: off
oct: 0123
exp: 1e3
sha: 1234567e1
date: 2024-01-01
multi: |
  a
  b
keep: "  lead\n next"
q: 'it''s "q"'
img: {repository: nginx, tag: 1.25.3, registry: ""}
list: [a, b, 3, true, null]
elist: []
emap: {}
nested: {z: 1, a10: 2, a9: 3, B: {c: [x, {w: 1, z: [1, 2]}]}}
maps: [{name: b, image: i}, {name: a}]
tpl: "{{ .Values.s }}-{{ .Chart.Name }}"
anchors: &a {x: 1, w: 2}
merged: {<<: *a, w: 3}
dup: 1
dup: 2
ver: 3.4.5-debian-12-r0
"#;

fn check(table: &[(&str, &str)]) {
    for (template, expected) in table {
        let rendered = rendered(VALUES, template);
        assert_eq!(rendered.text, *expected, "{template}");
        assert!(rendered.unsure.is_empty() && rendered.assumed.is_empty(), "{template}");
    }
}

/// Measured with Helm 3.22.
#[test]
fn values_print_as_go_prints_them() {
    check(&[
        (
            "{{ .Values.big }} {{ .Values.f }} {{ .Values.t }} {{ .Values.negative }}",
            "2.0240101e+07 1.2 true false",
        ),
        (
            "{{ .Values.oct }} {{ .Values.exp }} {{ .Values.sha }} {{ .Values.date }}",
            "83 1000 1.234567e+07 2024-01-01",
        ),
        ("{{ .Values.dup }} {{ .Values.merged.x }}{{ .Values.merged.w }}", "2 13"),
        ("[{{ .Values.nul }}][{{ .Values.missing }}][{{ .Values.empty }}]", "[][][]"),
        (
            "[{{ (.Values.missing).x }}][{{ ((.Values.missing).x).y }}][{{ (.Values.missing).x.y }}]",
            "[][][]",
        ),
        ("{{ $x := .Values.missing }}[{{ $x.foo }}]", "[]"),
        (
            "{{ 1000000.0 }} {{ 0.0001 }} {{ 0.00001 }} {{ 123456.789 }} {{ 1e21 }}",
            "1e+06 0.0001 1e-05 123456.789 1e+21",
        ),
        (
            "{{ \"a\" }}{{ `raw\\n` }}{{ 'a' }} {{ 0x10 }} {{ 1_000 }} {{ 017 }} {{ -5 }} {{ true }}",
            "araw\\n97 16 1000 15 -5 true",
        ),
        (
            "{{ .Chart.Name }} {{ .Chart.Version }} {{ .Chart.AppVersion }} {{ .Template.Name }} {{ .Template.BasePath }} {{ .Release.Service }}",
            "mc 1.2.3 1.1 mc/templates/x.yaml mc/templates Helm",
        ),
    ]);
}

/// Measured with Helm 3.22.
#[test]
fn strings_are_made_and_changed() {
    check(&[
        (
            "{{ quote .Values.s .Values.nul 3 }} {{ squote .Values.q }} {{ .Values.q | quote }} {{ .Values.multi | quote }}",
            r#""hello" "3" 'it's "q"' "it's \"q\"" "a\nb\n""#,
        ),
        (
            "{{ printf \"%s|%v|%d|%s|%v\" .Values.f .Values.f .Values.num .Values.nul .Values.nul }}",
            "%!s(float64=1.2)|1.2|%!d(float64=5)|%!s(<nil>)|<nil>",
        ),
        (
            "{{ printf \"%q %t 100%% %d\" .Values.s .Values.t (int .Values.num) }}",
            "\"hello\" true 100% 5",
        ),
        ("{{ print \"a\" 1 2 \"b\" }} {{ print .Values.s .Values.num }}", "a1 2b hello5"),
        (
            "{{ trim \"  a \" }}|{{ trimSuffix \"-\" \"a-\" }}|{{ trimPrefix \"v\" \"v1\" }}|{{ trunc 3 \"abcdef\" }}|{{ trunc -2 \"abcdef\" }}",
            "a|a|1|abc|ef",
        ),
        (
            "{{ upper \"aB\" }}|{{ replace \"+\" \"_\" \"a+b+c\" }}|{{ trimAll \"/\" \"/a/\" }}|{{ nospace \"a b\" }}|{{ title \"foo bar_baz-qux\" }}|{{ camelcase \"foo_bar\" | untitle }}",
            "AB|a_b_c|a|ab|Foo Bar_baz-Qux|fooBar",
        ),
        (
            "{{ contains \"ell\" .Values.s }} {{ hasPrefix \"he\" .Values.s }} {{ hasSuffix \"x\" .Values.s }}",
            "true true false",
        ),
        (
            "{{ b64enc \"abc\" }} {{ b64dec \"YWJj\" }} {{ indent 2 \"a\\n\\nb\" }}",
            "YWJj abc   a\n  \n  b",
        ),
        (
            "{{ join \",\" .Values.list }} {{ cat \"a\" nil \"b\" 3 }} {{ (split \".\" \"a.b\")._1 }}",
            "a,b,3,true a b 3 b",
        ),
        (
            "{{ regexMatch \"^h.*o$\" .Values.s }} {{ regexReplaceAll \"(l+)\" .Values.s \"[${1}]\" }} [{{ regexFind \"zz\" \"a\" }}]",
            "true he[ll]o []",
        ),
        ("{{ tpl .Values.tpl . }} {{ tpl \"{{ .Values.missing }}x\" . }}", "hello-mc x"),
    ]);
}

/// Measured with Helm 3.22.
#[test]
fn values_are_compared_and_chosen() {
    check(&[
        (
            "{{ default \"d\" .Values.zero }} {{ .Values.negative | default \"d\" }} {{ default \"d\" .Values.elist }} {{ default \"d\" .Values.s }}",
            "d d d hello",
        ),
        (
            "{{ coalesce .Values.empty .Values.nul \"x\" }} [{{ coalesce .Values.empty }}] {{ ternary \"a\" \"b\" .Values.t }}",
            "x [] a",
        ),
        (
            "{{ eq .Values.s \"x\" \"hello\" }} {{ eq .Values.nul nil }} {{ eq .Values.missing \"x\" }} {{ gt (int .Values.num) 3 }} {{ lt \"a\" \"b\" }}",
            "true true false true true",
        ),
        (
            "{{ and .Values.s .Values.num }} [{{ and .Values.empty .Values.num }}] {{ or .Values.empty .Values.zero }} {{ not .Values.t }}",
            "5 [] 0 false",
        ),
        (
            "{{ kindIs \"map\" .Values.img }} {{ kindOf .Values.list }} {{ kindOf .Values.nul }} {{ typeIs \"string\" .Values.list }} {{ kindIs \"float64\" .Values.num }}",
            "true slice invalid false true",
        ),
        (
            "{{ semverCompare \">=1.19-0\" \"v1.18.3\" }} {{ semverCompare \"^3\" \"3.4.5\" }} {{ semverCompare \"^3\" .Values.ver }} {{ semverCompare \"<1.19-0\" \"1.19.0\" }} {{ (semver \"1.2.3\").Minor }}",
            "false true false false 2",
        ),
        (
            "{{ int .Values.big }} {{ int nil }} {{ int 5.9 }} {{ add 1 2 3 }} {{ div 7 2 }} {{ max 1 5 3 }} {{ atoi \"7x\" }}",
            "20240101 0 5 6 3 5 0",
        ),
        (
            "{{ len .Values.list }} {{ first .Values.list }} {{ last (list 1 2) }} {{ index .Values.nested \"B\" \"c\" 1 \"w\" }} {{ has \"z\" .Values.list }}",
            "5 a 2 1 false",
        ),
        (
            "{{ dig \"B\" \"q\" \"def\" .Values.nested }} {{ dig \"z\" \"def\" .Values.nested }} {{ keys .Values.nested | sortAlpha | join \",\" }}",
            "def 1 B,a10,a9,z",
        ),
    ]);
}

/// Measured with Helm 3.22.
#[test]
fn control_flow_and_variables() {
    check(&[
        ("{{ range $i, $e := .Values.list }}{{ $i }}={{ $e }};{{ end }}", "0=a;1=b;2=3;3=true;4=;"),
        (
            "{{ range $k, $v := .Values.nested }}{{ $k }},{{ end }}{{ range .Values.elist }}x{{ else }}none{{ end }}",
            "B,a10,a9,z,none",
        ),
        (
            "{{ range $i := until 5 }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ if eq $i 3 }}{{ break }}{{ end }}{{ $i }}{{ end }}",
            "02",
        ),
        (
            "{{ with .Values.nul }}x{{ else with .Values.s }}w{{ . }}{{ end }}{{ if .Values.nul }}a{{ else if .Values.s }}b{{ else }}c{{ end }}",
            "whellob",
        ),
        (
            "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 9 }}{{ end }}{{ $x }}{{ range list 1 2 3 }}{{ $x = add $x . }}{{ end }}{{ $x }}",
            "28",
        ),
        (
            "{{ define \"d\" }}({{ . }}){{ end }}{{ include \"d\" 5 }}{{ template \"d\" \"v\" }}[{{ include \"d\" nil | len }}]",
            "(5)(v)[12]",
        ),
        (
            "{{ define \"r\" }}{{ if gt (int .) 0 }}{{ . }}{{ include \"r\" (sub . 1) }}{{ end }}{{ end }}{{ include \"r\" 3 }}",
            "321",
        ),
        ("{{ block \"b1\" .Values.img }}{{ .repository }}{{ end }}", "nginx"),
        ("  a  {{- \"b\" -}}  c  {{/* comment */}} d {{- /* trim */ -}} e", "  abc   de"),
    ]);
}

/// Measured with Helm 3.22.
#[test]
fn maps_are_changed_in_place() {
    check(&[
        (
            "{{ $d := dict \"a\" 1 }}{{ $_ := set $d \"b\" 2 }}{{ $_ := unset $d \"a\" }}{{ toYaml $d }}{{ get $d \"zz\" }}",
            "b: 2",
        ),
        (
            "{{ $c := deepCopy .Values.nested }}{{ $_ := set $c \"z\" 9 }}{{ $c.z }}{{ .Values.nested.z }}{{ $_ := set .Values.nested \"z\" 7 }}{{ .Values.nested.z }}",
            "917",
        ),
        (
            "{{ $a := dict \"x\" 1 \"e\" \"\" \"m\" (dict \"p\" 1 \"q\" (list)) \"l\" (list 1) }}{{ $b := dict \"x\" 2 \"e\" \"f\" \"n\" 3 \"m\" (dict \"p\" 2 \"q\" (list 5) \"r\" 9) \"l\" (list 2) \"z\" false }}{{ merge $a $b | toYaml }}",
            "e: f\nl:\n- 1\nm:\n  p: 1\n  q:\n  - 5\n  r: 9\n\"n\": 3\nx: 1\nz: false",
        ),
        (
            "{{ $a := dict \"x\" 1 \"e\" \"f\" \"m\" (dict \"p\" 1 \"q\" (list 1)) \"l\" (list 1) \"k\" (dict \"a\" 1) \"b\" true }}{{ $b := dict \"x\" 2 \"e\" \"\" \"m\" (dict \"p\" 0 \"q\" (list)) \"l\" (list) \"k\" \"str\" \"b\" false \"nn\" nil }}{{ mergeOverwrite $a $b | toYaml }}",
            "b: false\ne: \"\"\nk: str\nl: []\nm:\n  p: 0\n  q: []\nnn: null\nx: 2",
        ),
        (
            "{{ omit .Values.nested \"B\" \"z\" | toYaml }} {{ pick .Values.nested \"z\" | toYaml }}",
            "a9: 3\na10: 2 z: 1",
        ),
        (
            "{{ (fromYaml \"a: 1.20\\nb: [x]\").a }} {{ fromYaml \"\" | toYaml }} {{ (fromJson \"{\\\"a\\\":\\\"b\\\"}\").a }}",
            "1.2 {} b",
        ),
    ]);
}

/// Measured with Helm 3.22.
#[test]
fn values_are_written_as_yaml_and_json() {
    check(&[
        (
            "{{ toYaml .Values.nested }}",
            "B:\n  c:\n  - x\n  - w: 1\n    z:\n    - 1\n    - 2\na9: 3\na10: 2\nz: 1",
        ),
        (
            "{{ toYaml .Values.emap }} {{ toYaml .Values.nul }} {{ toYaml .Values.big }} {{ toYaml .Values.f }}",
            "{} null 20240101 1.2",
        ),
        (
            "{{ dict \"a\" .Values.multi \"c\" .Values.keep \"d\" .Values.q \"e\" \"a: b\" \"f\" \"a #b\" \"g\" \"*x\" \"i\" .Values.date \"j\" \"yes\" \"k\" \"1.0\" \"m\" \"12:30\" \"p\" \"- x\" \"q\" \"a\\tb\" \"r\" \"x \" | toYaml }}",
            "a: |\n  a\n  b\nc: |2-\n    lead\n   next\nd: it's \"q\"\ne: 'a: b'\nf: 'a #b'\ng: '*x'\ni: \"2024-01-01\"\nj: \"yes\"\nk: \"1.0\"\nm: \"12:30\"\np: '- x'\nq: \"a\\tb\"\nr: 'x '",
        ),
        (
            "{{ list \"a\\n\" \"b\\nc\" \"\" (list 1 2) (dict) (dict \"a\" (list (dict \"b\" 1))) | toYaml }}",
            "- |\n  a\n- |-\n  b\n  c\n- \"\"\n- - 1\n  - 2\n- {}\n- a:\n  - b: 1",
        ),
        (
            "{{ toJson .Values.nested }} {{ toJson \"<a&b>\" }} {{ .Values.big | toJson }}",
            "{\"B\":{\"c\":[\"x\",{\"w\":1,\"z\":[1,2]}]},\"a10\":2,\"a9\":3,\"z\":1} \"\\u003ca\\u0026b\\u003e\" 20240101",
        ),
    ]);
}

#[test]
fn what_helm_refuses_or_nobody_knows_is_unknown() {
    let unknown = [
        ".Values.missing.x",
        ".Values.s.x",
        "eq .Values.num 5",
        "required \"m\" .Values.empty",
        "index .Values.list 9",
        "fail \"x\"",
        "randAlphaNum 5",
        "now",
        ".Release.Namespace",
        ".Capabilities.KubeVersion",
        ".Files.Get \"x\"",
        "lookup \"v1\" \"Pod\" \"a\" \"b\"",
        "trunc 3 .Release.Name",
        "eq .Release.Name \"x\"",
        "semverCompare \">=1.2\" .Capabilities.KubeVersion.Version",
        "keys .Values.nested | first",
        "nobody .Values.s",
        ".Chart.Annotations",
        "printf \"%s\" 5",
        ".Values.s | .Values.s",
    ];
    for action in unknown {
        let rendered = rendered(VALUES, &format!("a: {{{{ {action} }}}}"));
        assert_eq!(rendered.text, "a: $(unknown)", "{action}");
    }
}

#[test]
fn what_is_partly_known_stays_so() {
    let table = [
        ("{{ printf \"%s/x:%s\" .Release.Name .Values.f }}", "$(unknown)/x:%!s(float64=1.2)"),
        ("{{ printf \"%s-x\" .Release.Name | quote }}", "\"$(unknown)-x\""),
        ("{{ printf \"%s-X\" .Release.Name | lower }}", "$(unknown)-x"),
        ("{{ printf \"%s-x\" .Release.Name | trimSuffix \"x\" }}", "$(unknown)-"),
        ("a: {{ printf \"%s-x\" .Release.Name | trimPrefix \"x\" }}", "a: $(unknown)"),
        ("{{ default \"d\" (printf \"%s-x\" .Release.Name) }}", "$(unknown)-x"),
        ("{{ and .Release.Foo .Values.empty | default \"d\" }}", "d"),
        ("{{ default .Release.Name .Values.s }}", "hello"),
        ("{{ if or .Values.s .Release.Foo }}a{{ end }}", "a"),
        ("{{ dict \"a\" .Release.Name \"b\" 1 | toYaml }}", "a: $(unknown)\nb: 1"),
    ];
    for (template, expected) in table {
        assert_eq!(rendered(VALUES, template).text, expected, "{template}");
    }
}

#[test]
fn under_an_unknown_condition_lines_are_rendered_and_pieces_are_unknown() {
    let table = [
        ("a: {{ if .Release.X }}b{{ else }}c{{ end }}d", "a: $(unknown)d", ""),
        ("a: {{ if .Release.X }}b{{ else }}b{{ end }}", "a: b", ""),
        (
            "a:\n{{- if .Release.X }}\n  b: 1\n{{- else }}\n  b: 2\n{{- end }}\n",
            "a:\n  b: 1\n  b: 2\n",
            "\n  b: 1\n  b: 2",
        ),
        (
            "{{- if .Release.X -}}\na: 1\nb: 2\n{{- else -}}\nc: 3\nd: 4\n{{- end }}\n",
            "a: 1\nb: 2\nc: 3\nd: 4\n",
            "a: 1\nb: 2c: 3\nd: 4",
        ),
        ("{{ range .Release.X }}\n- {{ . }}\n{{ end }}", "\n- $(unknown)\n", "\n- $(unknown)\n"),
        ("{{ with .Release.X }}\n- {{ .y }}{{ end }}", "\n- $(unknown)", "\n- $(unknown)"),
        ("{{ $x := 1 }}{{ if .Release.X }}{{ $x = 2 }}{{ end }}x: {{ $x }}", "x: $(unknown)", ""),
        (
            "{{ $x := 1 }}{{ range .Release.X }}{{ if eq $x 1 }}{{ $x = 2 }}{{ end }}{{ end }}x: {{ $x }}",
            "x: $(unknown)",
            "",
        ),
        (
            "{{ $d := dict \"a\" 1 \"b\" 2 }}{{ if .Release.X }}{{ $_ := set $d \"a\" 3 }}{{ end }}{{ $d.b }} {{ $d.a }} {{ hasKey $d \"c\" }}",
            "2 $(unknown) $(unknown)",
            "",
        ),
        (
            "{{ $d := dict }}{{ if .Release.X }}{{ $_ := set $d \"a\" 3 }}{{ end }}x: {{ hasKey $d \"a\" }}",
            "x: $(unknown)",
            "",
        ),
        ("{{ $d := .Release.X }}{{ $_ := set $d \"a\" 3 }}x: {{ .Values.s }}", "x: $(unknown)", ""),
        ("{{ $d := lookup 1 }}{{ $_ := set $d \"a\" 3 }}x: {{ .Values.s }}", "x: hello", ""),
        (
            "x: {{ range $i := until 3 }}{{ if $.Release.X }}{{ break }}{{ end }}{{ $i }}{{ end }}",
            "x: $(unknown)",
            "",
        ),
    ];
    for (template, expected, unsure) in table {
        let rendered = rendered(VALUES, template);
        assert_eq!(rendered.text, expected, "{template}");
        let ranges = rendered.unsure.iter();
        let text: String =
            ranges.map(|range| super::Span::new(range.start, range.end).slice(expected)).collect();
        assert_eq!(text, unsure, "{template}");
    }
}

#[test]
fn images_that_are_off_by_default_are_rendered_and_told_apart() {
    let table = [
        (
            "a\n{{- if .Values.negative }}\n  image: {{ .Values.s }}\n{{- end }}\nb",
            "a\n  image: hello\nb",
            "\n  image: hello",
        ),
        (
            "{{ if .Values.negative }}\n x: {{ if .Values.negative }}\n  - image: y\n{{ end }}{{ end }}",
            "\n x: \n  - image: y\n",
            "\n x: \n  - image: y\n",
        ),
        (
            "{{ range .Values.elist }}\n  image: {{ .image }}{{ end }}",
            "\n  image: $(unknown)",
            "\n  image: $(unknown)",
        ),
        (
            "{{ with .Values.nul }}\n  fooImage: {{ .x }}{{ end }}",
            "\n  fooImage: $(unknown)",
            "\n  fooImage: $(unknown)",
        ),
        (
            "{{ if .Values.negative }}\n  image: a\n{{ else }}\n  image: b\n{{ end }}",
            "\n  image: b\n",
            "",
        ),
        ("{{ if .Values.negative }}\n  other: a\n{{ end }}", "", ""),
        (
            "{{ $x := 1 }}{{ if .Values.negative }}\n image: a\n{{ $x = 2 }}{{ end }}{{ $x }}",
            "\n image: a\n1",
            "\n image: a\n",
        ),
        (
            "{{ define \"d\" }}{{ if .Values.negative }}\nimage: a{{ end }}{{ end }}{{ if include \"d\" . }}x{{ end }}y",
            "y",
            "",
        ),
    ];
    for (template, expected, assumed) in table {
        let rendered = rendered(VALUES, template);
        assert_eq!(rendered.text, expected, "{template}");
        let ranges = rendered.assumed.iter();
        let text: String =
            ranges.map(|range| super::Span::new(range.start, range.end).slice(expected)).collect();
        assert_eq!(text, assumed, "{template}");
    }
}
