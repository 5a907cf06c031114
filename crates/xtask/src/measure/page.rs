//! The page with the tables: what is measured stands between two comments, the rest is written by hand.

use std::io;

/// A section as it stands in the page.
pub fn section(name: &str, text: &str) -> String {
    format!("{}\n{}\n{}\n", begin(name), text.trim(), END)
}

const END: &str = "<!-- /measured -->";

fn begin(name: &str) -> String {
    format!("<!-- measured: {name} -->")
}

/// The page with these sections in place of those of the same names.
pub fn filled(page: &str, sections: &[(&str, String)]) -> io::Result<String> {
    let mut page = page.to_owned();
    for (name, text) in sections {
        let parts = page.split_once(&begin(name)).and_then(|(before, rest)| {
            let (_, after) = rest.split_once(END)?;
            Some((before, after.strip_prefix('\n').unwrap_or(after)))
        });
        let (before, after) =
            parts.ok_or_else(|| io::Error::other(format!("the page has no place for `{name}`")))?;
        page = format!("{before}{}{after}", section(name, text));
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_replaced_where_they_stand() {
        let page = "# A\n\n<!-- measured: one -->\nold\n<!-- /measured -->\n\nwords\n\n<!-- measured: two -->\n<!-- /measured -->\nend\n";
        let sections = [("two", "| 2 |\n".to_owned()), ("one", "| 1 |\n".to_owned())];
        let expected = "# A\n\n<!-- measured: one -->\n| 1 |\n<!-- /measured -->\n\nwords\n\n<!-- measured: two -->\n| 2 |\n<!-- /measured -->\nend\n";
        let found = filled(page, &sections).unwrap();
        assert_eq!(found, expected);
        assert_eq!(filled(&found, &sections).unwrap(), expected);
        assert!(filled(page, &[("three", String::new())]).is_err());
    }

    #[test]
    fn the_page_has_a_place_for_each_section() {
        let page = include_str!("../../../../docs/performance.md");
        let sections = super::super::SECTIONS.map(|name| (name, format!("| {name} |")));
        let filled = filled(page, &sections).unwrap();
        for (name, text) in &sections {
            assert!(filled.contains(&section(name, text)), "{name}");
        }
    }
}
