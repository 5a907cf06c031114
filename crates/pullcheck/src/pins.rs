//! `--pins FILE`: images and their digests, in a map of ours or as kbld locks them.

use std::{collections::BTreeMap, fs, path::Path};

use pullcheck_core::{pins::Pins, yaml::parse};
use serde::Deserialize;

use crate::{input::reason, paths::shown};

/// A file of pins: JSON or YAML.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    /// What `kbld --lock-output` writes (carvel.dev/kbld, "Config", `overrides`).
    Kbld(Config),
    /// `image: digest`.
    Map(BTreeMap<String, String>),
}

#[derive(Deserialize)]
struct Config {
    overrides: Vec<Override>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Override {
    image: String,
    new_image: String,
}

/// Reads a file of pins.
///
/// # Errors
///
/// A sentence that says what is wrong with it.
pub fn read(path: &Path) -> Result<Pins, String> {
    let name = shown(path);
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read `{name}`: {}", reason(&error)))?;
    let misfit = || {
        format!(
            "cannot use `{name}`: it is neither a map of images to digests nor a lock file of kbld"
        )
    };
    // Our own reader refuses deep nesting, over which libyaml takes the square of its depth.
    parse(&text, 0..text.len()).map_err(|_| misfit())?;
    let file = serde_yaml::from_str(&text).map_err(|_| misfit())?;
    let entries: Vec<(String, String)> = match file {
        File::Map(map) => map.into_iter().collect(),
        File::Kbld(config) => config.overrides.into_iter().filter_map(Override::pin).collect(),
    };
    let mut pins = Pins::default();
    for (image, digest) in entries {
        if !pins.add(&image, &digest) {
            return Err(format!(
                "cannot use `{name}`: `{image}: {digest}` is no image with its digest"
            ));
        }
    }
    Ok(pins)
}

impl Override {
    /// The digest, where the image only got one: kbld can put other images in the place of one, too.
    fn pin(self) -> Option<(String, String)> {
        let (_, digest) = self.new_image.rsplit_once('@')?;
        let digest = digest.to_owned();
        Some((self.image, digest))
    }
}
