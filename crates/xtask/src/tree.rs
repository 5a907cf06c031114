//! Trees of files to measure with, on the disk.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use trees::Shape;

/// A shape by its name.
pub fn shape(name: &str) -> Result<Shape, String> {
    let names = Shape::ALL.map(Shape::name).join(", ");
    let found = Shape::ALL.into_iter().find(|shape| shape.name() == name);
    found.ok_or_else(|| format!("one of {names}"))
}

/// Writes a tree, and tells how large it is.
pub fn write(out: &Path, count: usize, shape: Shape, seed: u64) -> io::Result<bool> {
    fs::create_dir(out)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", out.display())))?;
    let mut files = 0;
    let bytes = trees::write(out, shape.files(count, seed).inspect(|_| files += 1))?;
    writeln!(io::stdout(), "{files} files, {bytes} bytes")?;
    Ok(true)
}
