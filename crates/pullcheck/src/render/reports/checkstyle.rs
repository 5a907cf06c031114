//! Checkstyle's XML, which has start positions alone.

use std::io;

use pullcheck_core::finding::Severity;
use quick_xml::{
    Writer,
    events::{BytesDecl, Event},
};

use super::{Located, Report, message_and_help};
use crate::clean::{xml_safe, xml_text};

/// All findings by file.
pub fn report(report: &Report<'_>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory cannot fail.
    let _ = write(report, &mut writer);
    let text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    xml_safe(&text) + "\n"
}

fn write(report: &Report<'_>, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = writer.create_element("checkstyle").with_attribute(("version", "10.0"));
    let files = report.located.chunk_by(|one, other| one.path == other.path);
    let files: Vec<_> = files.collect();
    if files.is_empty() {
        root.write_empty()?;
        return Ok(());
    }
    root.write_inner_content(|writer| files.into_iter().try_for_each(|found| file(found, writer)))?;
    Ok(())
}

fn file(found: &[Located<'_>], writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let path = found.first().map(|located| attribute(located.path)).unwrap_or_default();
    let file = writer.create_element("file").with_attribute((&b"name"[..], path.as_bytes()));
    file.write_inner_content(|writer| found.iter().try_for_each(|located| error(located, writer)))?;
    Ok(())
}

fn error(located: &Located<'_>, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let (finding, start) = (located.finding, &located.range.start);
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    writer
        .create_element("error")
        .with_attribute(("line", start.line.to_string().as_str()))
        .with_attribute(("column", start.column.to_string().as_str()))
        .with_attribute(("severity", severity))
        .with_attribute((&b"message"[..], attribute(&message_and_help(located)).as_bytes()))
        .with_attribute(("source", format!("pullcheck.{}", finding.rule).as_str()))
        .write_empty()?;
    Ok(())
}

/// A value with its line breaks and tabs kept: an XML reader makes blanks of those that are not
/// written as references (XML 1.0, section 3.3.3).
fn attribute(text: &str) -> String {
    let escaped = quick_xml::escape::escape(xml_text(text)).into_owned();
    escaped.replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;")
}
