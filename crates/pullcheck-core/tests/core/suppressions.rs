//! What each suppression hides, and what is said of those that hide nothing.

use crate::support::{judged, profile, said};
use pullcheck_core::{rule::Profile, settings::Settings};

/// The head of a pod; containers follow from line 5 on.
const POD: &str = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n";

/// Writes `#I[…]` and `#F[…]` out, and the head for `POD`.
pub fn written(text: &str) -> String {
    text.replace("POD\n", POD)
        .replace("#I[", "# pullcheck: ignore[")
        .replace("#F[", "# pullcheck: ignore-file[")
}

/// Checks what is said of each text, whatever its line breaks are.
#[track_caller]
pub fn all_that_is_said(table: &[(&str, &str)]) {
    for (text, expected) in table {
        let text = written(text);
        for line_break in ["\n", "\r\n", "\r"] {
            for mark in ["", "\u{feff}"] {
                let text = format!("{mark}{}", text.replace('\n', line_break));
                assert_eq!(said(&text, &profile(Profile::Recommended)), *expected, "{text:?}");
            }
        }
    }
}

#[test]
fn a_comment_at_the_end_of_a_line_covers_the_line() {
    all_that_is_said(&[
        ("POD\n    - image: nginx:latest #I[latest-tag]\n", ""),
        (
            "POD\n    - image: nginx:latest   #I[latest-tag] because\n    - image: redis:latest\n",
            "6 error latest-tag",
        ),
        (
            "POD\n    - image: nginx:latest\n      imagePullPolicy: IfNotPresent #I[cached-mutable-image]\n",
            "5 error latest-tag",
        ),
        (
            "POD\n    - image: nginx:latest #I[latest-tag]\n      imagePullPolicy: IfNotPresent\n",
            "6 error cached-mutable-image",
        ),
        (
            "POD\n    - image: nginx:latest #I[floating-tag]\n",
            "5 error latest-tag, 5 warning unused-suppression",
        ),
        (
            "POD\n    - name: web #I[latest-tag]\n      image: nginx:latest\n",
            "5 warning unused-suppression, 6 error latest-tag",
        ),
        ("POD\n    - image: >- #I[latest-tag]\n        nginx:latest\n", ""),
        (
            "POD\n    - {image: nginx:latest} #I[latest-tag]\n    - {image: nginx:latest}\n",
            "6 error latest-tag",
        ),
        (
            "POD\n    - {name: a, #I[latest-tag]\n       image: nginx:latest}\n",
            "5 warning unused-suppression, 6 error latest-tag",
        ),
        (
            "POD\n    - {name: a,\n       image: nginx:latest, #I[latest-tag]\n       args: []}\n",
            "",
        ),
        ("POD\n    [{image: nginx:latest}, {image: redis:latest}] #I[latest-tag]\n", ""),
        ("x: &i nginx:latest\nPOD\n    - image: *i #I[latest-tag]\n", ""),
        (
            "x: &i nginx:latest #I[latest-tag]\nPOD\n    - image: *i\n",
            "1 warning unused-suppression, 6 error latest-tag",
        ),
        ("x: &c {image: nginx:latest} #I[latest-tag]\nPOD\n    - <<: *c\n      name: a\n", ""),
    ]);
}

#[test]
fn a_comment_on_a_line_of_its_own_covers_what_begins_below_it() {
    all_that_is_said(&[
        (
            "POD\n    - name: a\n      #I[latest-tag]\n      image: nginx:latest\n    - image: redis:latest\n",
            "8 error latest-tag",
        ),
        ("POD\n    - name: a\n#I[latest-tag]\n      image: nginx:latest\n", ""),
        ("POD\n    - name: a\n      #I[latest-tag]\n      image: >-\n        nginx:latest\n", ""),
        ("POD\n    - name: a\n      #I[latest-tag]\n      image:\n        nginx:latest\n", ""),
        ("POD\n    - name:\n      #I[latest-tag]\n      image: nginx:latest\n", ""),
        (
            "POD\n    -\n      #I[latest-tag]\n      image: nginx:latest\n      imagePullPolicy: IfNotPresent\n",
            "8 error cached-mutable-image",
        ),
        (
            "POD\n    - image: nginx:latest\n      #I[cached-mutable-image]\n      imagePullPolicy: IfNotPresent\n",
            "5 error latest-tag",
        ),
        (
            "POD\n    - image: nginx:latest\n      #I[latest-tag]\n      imagePullPolicy: Always\n",
            "5 error latest-tag, 6 warning unused-suppression",
        ),
        (
            "POD\n    - image: nginx:latest\n    #I[latest-tag]\n",
            "5 error latest-tag, 6 warning unused-suppression",
        ),
        (
            "POD\n    - image: nginx:latest\n    #I[latest-tag]",
            "5 error latest-tag, 6 warning unused-suppression",
        ),
    ]);
}

#[test]
fn a_comment_above_an_item_covers_that_item() {
    all_that_is_said(&[
        (
            "POD\n    #I[latest-tag]\n    - name: a\n      image: nginx:latest\n    - image: redis:latest\n",
            "8 error latest-tag",
        ),
        (
            "POD\n    - image: redis:latest\n    #I[latest-tag]\n    - name: a\n      image: nginx:latest\n    - image: redis:latest\n",
            "5 error latest-tag, 9 error latest-tag",
        ),
        (
            "POD\n  - image: redis:latest\n  #I[latest-tag]\n  - name: a\n    image: nginx:latest\n  - image: redis:latest\n",
            "5 error latest-tag, 9 error latest-tag",
        ),
        (
            "POD\n    #I[latest-tag, cached-mutable-image]\n    - image: nginx:latest\n      imagePullPolicy: IfNotPresent\n    - image: redis:latest\n",
            "8 error latest-tag",
        ),
        (
            "POD\n    #I[latest-tag]\n    -\n      name: a\n      image: nginx:latest\n    - image: redis:latest\n",
            "9 error latest-tag",
        ),
        (
            "POD\n    #I[latest-tag]\n    - {name: a,\n       image: nginx:latest}\n    - {image: redis:latest}\n",
            "8 error latest-tag",
        ),
        (
            "POD\n    #I[latest-tag]\n    - &a\n      name: a\n      image: nginx:latest\n    - *a\n",
            "",
        ),
        (
            "POD\n    - &a {image: nginx:latest}\n    #I[latest-tag]\n    - *a\n",
            "5 error latest-tag, 6 warning unused-suppression",
        ),
    ]);
}

#[test]
fn a_comment_above_an_item_covers_it_in_every_style_of_list() {
    all_that_is_said(&[
        // Not indented, as `kubectl` writes lists.
        (
            "POD\n  #I[latest-tag]\n  - name: a\n    image: nginx:latest\n  - image: redis:latest\n",
            "8 error latest-tag",
        ),
        (
            "POD\n  - image: redis:latest\n  #I[latest-tag]\n  - name: a\n    image: nginx:latest\n",
            "5 error latest-tag",
        ),
        // A flow mapping with several keys.
        ("POD\n    [\n    #I[latest-tag]\n    {name: a, image: nginx:latest}]\n", ""),
        (
            "POD\n    [\n    #I[latest-tag]\n    {name: a, image: nginx:latest},\n    {image: redis:latest}]\n",
            "8 error latest-tag",
        ),
    ]);
}

#[test]
fn a_comment_above_a_key_covers_the_key_with_its_value() {
    let two =
        "  containers:\n    - image: nginx:latest\n  initContainers:\n    - image: redis:latest\n";
    let templates = [
        ("apiVersion: v1\nkind: Pod\nspec:\n  #I[latest-tag]\nTWO", "8 error latest-tag"),
        ("apiVersion: v1\nkind: Pod\n#I[latest-tag]\nspec:\nTWO", ""),
        (
            "apiVersion: v1\n#I[latest-tag]\nkind: Pod\nspec:\nTWO",
            "2 warning unused-suppression, 6 error latest-tag, 8 error latest-tag",
        ),
        ("#I[latest-tag]\napiVersion: v1\nkind: Pod\nspec:\nTWO", ""),
        (
            "#I[latest-tag]\napiVersion: v1\nkind: Pod\nspec:\nTWO---\napiVersion: v1\nkind: Pod\nspec:\nTWO",
            "14 error latest-tag, 16 error latest-tag",
        ),
        ("---\n#I[latest-tag]\napiVersion: v1\nkind: Pod\nspec:\nTWO", ""),
        (
            "apiVersion: v1\nkind: Pod\nspec:\nTWO---\n#I[latest-tag]\napiVersion: v1\nkind: Pod\nspec:\nTWO",
            "5 error latest-tag, 7 error latest-tag",
        ),
        (
            "#I[latest-tag]\n---\napiVersion: v1\nkind: Pod\nspec:\nTWO",
            "1 warning unused-suppression, 7 error latest-tag, 9 error latest-tag",
        ),
        (
            "--- #I[latest-tag]\napiVersion: v1\nkind: Pod\nspec:\nTWO",
            "1 warning unused-suppression, 6 error latest-tag, 8 error latest-tag",
        ),
        (
            "kind: Pod\napiVersion: v1\nspec:\n  #I[latest-tag]\n  restartPolicy: Never\nTWO",
            "4 warning unused-suppression, 7 error latest-tag, 9 error latest-tag",
        ),
        (
            "#I[latest-tag]\n{apiVersion: v1, kind: Pod, spec: {containers: [\n{image: nginx:latest}]}}\n",
            "",
        ),
    ];
    let templates = templates.map(|(text, said)| (text.replace("TWO", two), said));
    all_that_is_said(&templates.each_ref().map(|(text, said)| (&**text, *said)));
}

#[test]
fn comments_stack_until_a_blank_line() {
    all_that_is_said(&[
        ("POD\n    # why\n    #I[latest-tag]\n    # so\n    #\n    - image: nginx:latest\n", ""),
        (
            "POD\n    #I[latest-tag]\n    #I[cached-mutable-image]\n    - image: nginx:latest\n      imagePullPolicy: IfNotPresent\n",
            "",
        ),
        (
            "POD\n    #I[cached-mutable-image]\n    - #I[latest-tag]\n      image: nginx:latest\n      imagePullPolicy: IfNotPresent\n",
            "6 warning unused-suppression, 7 error latest-tag",
        ),
        (
            "POD\n    #I[latest-tag]\n\n    - image: nginx:latest\n",
            "5 warning unused-suppression, 7 error latest-tag",
        ),
        (
            "POD\n    #I[latest-tag]\n  \t \n    - image: nginx:latest\n",
            "5 warning unused-suppression, 7 error latest-tag",
        ),
        (
            "POD\n    #I[latest-tag]\n    #I[latest-tag]\n    - image: nginx:latest #I[latest-tag]\n",
            "",
        ),
    ]);
}

#[test]
fn a_file_wide_comment_holds_wherever_it_stands() {
    let pods = "POD\n    - image: nginx:latest\n---\nPOD\n    - image: redis:latest\n";
    let at = |text: &str| written(&text.replace("PODS", pods));
    for text in [
        "#F[latest-tag]\nPODS",
        "#F[latest-tag] vendored\n---\nPODS",
        "# a licence\n\n#F[latest-tag]\n\n---\nPODS",
        "PODS#F[latest-tag]",
        "--- #F[latest-tag]\nPODS",
        "apiVersion: v1\nkind: Service\n#F[latest-tag]\n---\nPODS",
    ] {
        let judged = judged(&at(text), &profile(Profile::Recommended));
        assert_eq!((judged.findings.len(), judged.suppressed), (0, 2), "{text}");
    }
    all_that_is_said(&[
        (
            "#F[floating-tag]\nPOD\n    - image: nginx:latest\n",
            "1 warning unused-suppression, 6 error latest-tag",
        ),
        ("#F[syntax]\n---\nPOD\n    - image: x: y\n", ""),
    ]);
}

#[test]
fn an_annotation_covers_its_object_or_its_template() {
    let annotated = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    pullcheck.dev/ignore: {value}\nspec:\n  containers:\n  - image: nginx:latest\n    imagePullPolicy: IfNotPresent\n"
        )
    };
    for value in [
        "latest-tag,cached-mutable-image",
        "'latest-tag, cached-mutable-image'",
        "\"cached-mutable-image , latest-tag\" # both",
        "|\n      latest-tag, cached-mutable-image",
        ">-\n      latest-tag,\n      cached-mutable-image",
        "|-\n      latest-tag,\n      cached-mutable-image,\n",
    ] {
        let judged = judged(&annotated(value), &profile(Profile::Recommended));
        assert_eq!((judged.findings.len(), judged.suppressed), (0, 2), "{value}");
    }
    assert_eq!(
        said(&annotated("latest-tag"), &profile(Profile::Recommended)),
        "9 error cached-mutable-image"
    );

    let annotations = "metadata: {annotations: {pullcheck.dev/ignore: latest-tag}}";
    let spec = "spec: {containers: [{image: nginx:latest}]}";
    for (text, expected) in [
        (
            format!(
                "apiVersion: apps/v1\nkind: Deployment\n{annotations}\nspec:\n  template:\n    {spec}\n"
            ),
            "",
        ),
        (
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    {annotations}\n    {spec}\n"
            ),
            "",
        ),
        (
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    {spec}\n    {annotations}\n"
            ),
            "",
        ),
        (format!("apiVersion: v1\nkind: PodTemplate\ntemplate:\n  {annotations}\n  {spec}\n"), ""),
        (
            format!(
                "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    {annotations}\n    spec: {{template: {{{spec}}}}}\n"
            ),
            "",
        ),
        (
            format!(
                "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        {annotations}\n        {spec}\n"
            ),
            "",
        ),
        (
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    {spec}\n  x:\n    {annotations}\n"
            ),
            "5 error latest-tag",
        ),
        (
            format!(
                "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  {annotations}\n  {spec}\n- apiVersion: v1\n  kind: Pod\n  {spec}\n"
            ),
            "10 error latest-tag",
        ),
        (
            format!(
                "apiVersion: v1\nkind: List\n{annotations}\nitems:\n- apiVersion: v1\n  kind: Pod\n  {spec}\n"
            ),
            "7 error latest-tag",
        ),
    ] {
        assert_eq!(said(&text, &profile(Profile::Recommended)), expected, "{text}");
    }
}

#[test]
fn a_file_wide_comment_may_have_a_document_of_its_own() {
    all_that_is_said(&[
        ("---\n#F[missing-tag]\n---\nPOD\n  - image: nginx\n", ""),
        ("POD\n  - image: nginx\n---\n#F[missing-tag]\n", ""),
        (
            "---\n# pullcheck: ignore\n---\nPOD\n  - image: a:1.2.3\n",
            "2 warning unused-suppression",
        ),
    ]);
}

#[test]
fn an_aliased_annotation_is_read_once_and_where_it_is_written() {
    let template = "{metadata: {annotations: {pullcheck.dev/ignore: missing-tag}}, spec: {containers: [{image: nginx}]}}";
    let head = "apiVersion: apps/v1\nkind: Deployment\n";
    all_that_is_said(&[
        (&format!("{head}x: &t {template}\nspec:\n  template: *t\n"), ""),
        (
            &format!(
                "{head}metadata: &m {{annotations: {{pullcheck.dev/ignore: missing-tag}}}}\nspec:\n  template:\n    metadata: *m\n    spec: {{containers: [{{image: \"a:1.2.3\"}}]}}\n"
            ),
            "3 warning unused-suppression",
        ),
    ]);
}

#[test]
fn a_comment_inside_a_value_is_no_comment() {
    all_that_is_said(&[
        (
            "POD\n    - image: nginx:latest\n      args:\n      - |\n        #F[latest-tag]\n",
            "5 error latest-tag",
        ),
        (
            "POD\n    - args:\n      - >\n        #I[latest-tag]\n      image: nginx:latest\n",
            "8 error latest-tag",
        ),
        (
            "POD\n    - image: nginx:latest\n      args: ['#F[latest-tag]', \"#F[latest-tag]\"]\n",
            "5 error latest-tag",
        ),
        (
            "POD\n    - image: nginx:latest\n      name: a#pullcheck:ignore-file[latest-tag]\n",
            "5 error latest-tag",
        ),
        (
            "POD\n    - {name: 'a\n        #F[latest-tag]', image: nginx:latest}\n",
            "6 error latest-tag",
        ),
        (
            "POD\n    - image: nginx:latest#pullcheck:ignore[latest-tag]\n",
            "5 error invalid-reference",
        ),
    ]);
}

#[test]
fn without_suppressions_everything_is_shown() {
    let text = written(
        "#F[missing-tag]\nPOD\n    - image: nginx:latest #I[latest-tag, nonsense]\n    - image: redis #I[]\n",
    );
    let settings = Settings { honour_ignores: false, ..profile(Profile::Recommended) };
    assert_eq!(said(&text, &settings), "6 error latest-tag, 7 error missing-tag");
    assert_eq!(judged(&text, &settings).suppressed, 0);
}

#[test]
fn a_finding_that_two_suppressions_hide_is_counted_once() {
    let text = written(
        "#F[latest-tag]\nPOD\n    #I[latest-tag]\n    - image: nginx:latest #I[latest-tag]\n",
    );
    let judged = judged(&text, &profile(Profile::Recommended));
    assert_eq!((judged.findings, judged.suppressed), (vec![], 1));
}
