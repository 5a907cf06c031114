//! Templates that are made to hang, to fill the memory or to overflow the stack, and any others.

use proptest::prelude::*;

use super::*;

#[test]
fn nesting_is_bounded() {
    let deep = |open: &str, inside: &str, close: &str, count: usize| {
        [open.repeat(count), inside.to_owned(), close.repeat(count)].concat()
    };
    for count in [50, 63, 65, 1000, 100_000] {
        let ifs = deep("{{ if true }}\n", "x", "{{ end }}", count);
        let parentheses = format!("{{{{ {} }}}}", deep("(", "1", ")", count));
        for text in [ifs, parentheses, deep("{{ range list 1 }}", "x", "{{ end }}", count)] {
            let template = read_template(&text);
            assert_eq!(template.broken().is_some(), count > 64, "{count}");
            if template.broken().is_none() {
                let found = rendered("", &text).text;
                assert!(found.trim() == "x" || found.trim() == "1", "{found}");
            }
        }
    }
}

#[test]
fn work_is_bounded() {
    let table = [
        "{{ define \"x\" }}{{ include \"x\" . }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}",
        "{{ define \"x\" }}{{ if true }}{{ template \"x\" (list .) }}{{ end }}{{ end }}{{ template \"x\" }}",
        "{{ define \"x\" }}{{ if .Release.Y }}{{ or (include \"x\" .) }}{{ end }}{{ end }}{{ include \"x\" . }}",
        "{{ define \"x\" }}{{ with .Release }}{{ range .Y }}{{ template \"x\" $ }}{{ end }}{{ end }}{{ end }}{{ include \"x\" . }}",
        "{{ $t := \"{{ if .u.x }}{{ (tpl .t (merge (dict) .)) | quote }}{{ end }}\" }}{{ tpl $t (dict \"t\" $t \"u\" .Release.Y) }}",
        "{{ $t := \"{{ tpl .t . }}\" }}{{ tpl $t (dict \"t\" $t) }}",
        "{{ $x := \"ab\" }}{{ range until 60 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}{{ $x }}",
        "{{ $x := list 1 2 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}{{ toYaml $x }}",
        "{{ $x := dict }}{{ range until 60 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ toYaml $x }}",
        "{{ $x := dict }}{{ range until 60 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ deepCopy $x }}",
        "{{ $x := dict }}{{ range until 60 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ merge $x .Release.Y }}",
        "{{ $x := dict }}{{ range until 60 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ merge $x (deepCopy $x) }}",
        "{{ $x := dict }}{{ $_ := set $x \"x\" $x }}{{ toYaml $x }}{{ deepCopy $x }}",
        "{{ $x := dict }}{{ range until 9999 }}{{ $x = dict \"a\" $x }}{{ end }}{{ toYaml $x }}",
        "{{ range until 9999 }}{{ range until 9999 }}{{ range until 9999 }}x{{ end }}{{ end }}{{ end }}",
        "{{ range until 9999 }}{{ regexMatch \"(a|b)*c{50}\" \"abc\" }}{{ end }}",
    ];
    for template in table {
        let found = rendered("", template);
        assert!(found.text.len() < 9 << 20, "{template}");
    }
    let unknown = "{{ range .Release.X }}{{ $x = 1 }}".repeat(40);
    let unknown = format!("{{{{ $x := 0 }}}}{unknown}{}", "{{ end }}".repeat(40));
    assert!(rendered("", &unknown).text.len() < 100);
}

#[test]
fn long_lines_take_no_quadratic_time() {
    let pieces = [
        "{{ .Release.Name }}",
        "{{ if .Release.Name }}a{{ end }}",
        "{{ $a := 1 }}",
        "{{ .Values.missing }}",
        "{{/* x */}}",
        "x{{- \" \" -}}",
        "{{ if .Values.x }}image: {{ end }}",
    ];
    for piece in pieces {
        let text = piece.repeat(50_000);
        let _ = rendered("", &text);
    }
    assert!(read_template(&"{{ \"".repeat(300_000)).broken().is_some());
    assert!(read_template(&"{{".repeat(500_000)).broken().is_some());
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{{",
        "}}",
        "{{- ",
        " -}}",
        "if ",
        "else ",
        "end",
        "range ",
        "with ",
        "define \"x\"",
        "include \"x\" .",
        "template \"x\" .",
        ".",
        ".Values",
        ".a",
        "$",
        "$x",
        " := ",
        " = ",
        "(",
        ")",
        "|",
        " ",
        "\n",
        "\"s\"",
        "`r`",
        "'c'",
        "1",
        "1.5",
        "0x",
        "true",
        "nil",
        "toYaml",
        "nindent 2",
        "quote",
        "printf \"%s\"",
        "dict",
        "list",
        "set",
        "image: ",
        "break",
        "continue",
        "tpl",
        "/*",
        "*/",
        "é",
        ",",
        "\\",
        "not ",
        "eq ",
        "{{ end }}",
        "{{ .Values.a }}",
        "{{ if .Values.a }}",
        "{{ else }}",
        "{{ range $k, $v := .Values }}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_and_its_origins_are_in_order(text in pieces()) {
        let template = read_template(&text);
        if template.broken().is_none() {
            let rendered = rendered("a: {b: [1, x]}\n", &text);
            let mut end = 0;
            for origin in &rendered.origins {
                prop_assert_eq!(origin.range.start, end);
                end = origin.range.end;
                if let Source::Template(at) = origin.from {
                    let piece = Span::new(origin.range.start, origin.range.end).slice(&rendered.text);
                    let written = at.span.slice(&text);
                    prop_assert!(written.len() != piece.len() || written == piece);
                }
            }
            prop_assert_eq!(end as usize, rendered.text.len());
        }
    }

    #[test]
    fn any_bytes_are_read(text in "\\PC*") {
        let _ = read_template(&text);
        let _ = read_template(&format!("{{{{ {text} }}}}"));
    }
}
