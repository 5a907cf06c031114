//! What Helm writes above each document that it renders: `# Source: web/templates/deployment.yaml`
//! (helm/helm, `pkg/action/action.go`, `renderResources`).

use crate::needle::Needle;

static MARK: Needle = Needle::new("# Source: ");

/// Whether any document of a text may name its template.
pub fn names_templates(text: &str) -> bool {
    MARK.is_in(text)
}

/// The template that a document was rendered from, as Helm names it. People write such comments as
/// well, of where they found a manifest: what lies in no chart is none of Helm's.
pub fn source(document: &str) -> Option<&str> {
    let lines = document.split(['\n', '\r']).map(str::trim_end);
    let mut head = lines
        .take_while(|line| line.is_empty() || line.starts_with('#') || line.starts_with("---"));
    let source = head.find_map(|line| line.strip_prefix(MARK.word()))?.trim();
    let is_in_chart = ["/templates/", "/crds/"].iter().any(|folder| source.contains(folder));
    (is_in_chart && !source.contains("://")).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_name_their_templates() {
        for (document, wanted) in [
            ("---\n# Source: web/templates/web.yaml\nkind: Pod\n", Some("web/templates/web.yaml")),
            ("# Source: web/crds/a.yaml\r\nkind: Pod\r\n", Some("web/crds/a.yaml")),
            (
                "--- \n\n# (c)\n# Source: web/charts/db/templates/a b.yaml \n",
                Some("web/charts/db/templates/a b.yaml"),
            ),
            ("---\nkind: Pod\n# Source: web/templates/web.yaml\n", None),
            ("# Source: https://example.com/web/templates/web.yaml\n", None),
            ("# Source: the wiki\n", None),
            ("# Source: ", None),
            ("", None),
        ] {
            assert_eq!(source(document), wanted, "{document}");
        }
    }
}
