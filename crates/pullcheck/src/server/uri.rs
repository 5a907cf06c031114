//! Paths of files as URIs.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::lsp::Uri;
use crate::paths::{absolute, slashed};

/// What a path in a URI may not hold (RFC 3986, section 3.3).
const ESCAPED: AsciiSet =
    NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The path of a file, if the URI is one of a file on this machine.
pub fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_ref().strip_prefix("file://")?;
    let (host, path) = rest.split_at_checked(rest.find('/')?)?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let is_local = host.is_empty() || host == "localhost";
    // `/c:/folder`
    let drive = path.strip_prefix('/').filter(|rest| rest.get(1..2) == Some(":"));
    let path = if cfg!(windows) { drive.unwrap_or(&path) } else { &path };
    is_local.then(|| absolute(Path::new(path)))
}

/// The URI of a file.
pub fn of(path: &Path) -> Uri {
    let path = slashed(&absolute(path));
    let root = if path.starts_with('/') { "" } else { "/" };
    format!("file://{root}{}", utf8_percent_encode(&path, &ESCAPED)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_there_and_back() {
        for plain in ["/a/b.yaml", "/a b/ü%.yaml", "/值/😀#?.yaml"] {
            assert_eq!(path(&of(Path::new(plain))), Some(PathBuf::from(plain)));
        }
        assert_eq!(path(&"file:///a%20b".into()), Some("/a b".into()));
        assert_eq!(path(&"file://localhost/a".into()), Some("/a".into()));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for uri in ["untitled:Untitled-1", "git:/a.yaml", "file://server/a", "file:", "file:///%ff"]
        {
            assert_eq!(path(&uri.into()), None, "{uri}");
        }
    }
}
