//! The lines of the table.

use super::{Name, POD, Parts, Path, Place, PolicyPlace, Scalar, Shape, TASK, TEMPLATE};
use crate::{
    facts::TagMeaning,
    policy::{PullPolicy, Pulling, Resolver},
};

/// Why a line of the table cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// There is no shape or no path.
    #[error("a place is a shape and a path, as in `image spec.image`")]
    Incomplete,
    /// The shape is unknown.
    #[error(
        "`{0}` is none of `pod`, `task`, `template`, `container`, `image`, `parts`, `kustomize`, `values`, `set`"
    )]
    Shape(Box<str>),
    /// The path is none.
    #[error("`{0}` is no path: write keys with dots between them, `[]` for items, `*` for values")]
    Path(Box<str>),
    /// The option is unknown, or has no meaning with this shape.
    #[error("`{0}` has no meaning here")]
    Option(Box<str>),
}

impl Place {
    /// Reads a line: shape, path, options.
    ///
    /// # Errors
    ///
    /// If the line has another form.
    pub fn parse(line: &str) -> Result<Self, LineError> {
        let mut words = line.split_whitespace();
        let (Some(shape), Some(path)) = (words.next(), words.next()) else {
            return Err(LineError::Incomplete);
        };
        let (shape, pulling) = match shape {
            "pod" => (Shape::Pod(POD), Pulling::Pod),
            "task" => (Shape::Pod(TASK), Pulling::Pod),
            "template" => (Shape::Pod(TEMPLATE), Pulling::Pod),
            "container" => (Shape::Container, Pulling::Pod),
            "image" => (Shape::Image(Scalar::default()), Pulling::Unknown),
            "parts" => (Shape::Parts(Box::new(Parts::new()?)), Pulling::Unknown),
            "kustomize" => (Shape::Kustomize, Pulling::Unknown),
            "values" => (Shape::Values, Pulling::Unknown),
            "set" => (Shape::Set, Pulling::Unknown),
            _ => return Err(LineError::Shape(shape.into())),
        };
        let mut place = Self {
            path: path_of(path)?,
            shape,
            pulling,
            tag: TagMeaning::Plain,
            moves_where: None,
        };
        for option in words {
            let refusal = || LineError::Option(option.into());
            if !place.set(option)? {
                return Err(refusal());
            }
        }
        Ok(place)
    }

    /// Takes an option; tells whether it means anything here.
    fn set(&mut self, option: &str) -> Result<bool, LineError> {
        let is_field = matches!(self.shape, Shape::Image(_) | Shape::Parts(_));
        let holds_pods = matches!(self.shape, Shape::Pod(_) | Shape::Container);
        match option {
            "moves" if is_field => self.tag = TagMeaning::MovesOnPurpose,
            "untagged" if is_field => self.tag = TagMeaning::AddedLater,
            "default=Kubernetes" if is_field => self.pulling = Pulling::Pod,
            "resolved=Knative" if holds_pods => self.pulling = Pulling::Resolved(Resolver::Knative),
            "resolved=OpenShift" if is_field => {
                self.pulling = Pulling::Resolved(Resolver::OpenShift);
            }
            _ => {
                let Some((name, value)) = option.split_once('=') else { return Ok(false) };
                if name == "moves" && is_field {
                    self.moves_where = Some(path_of(value)?);
                    return Ok(true);
                }
                let takes_default = is_field || self.shape == Shape::Container;
                if let ("default", Some(policy), true) =
                    (name, PullPolicy::parse(value), takes_default)
                {
                    self.pulling = Pulling::Fixed(policy);
                    return Ok(true);
                }
                return match &mut self.shape {
                    Shape::Image(scalar) => scalar.set(name, value),
                    Shape::Parts(parts) => parts.set(name, value),
                    Shape::Pod(_)
                    | Shape::Container
                    | Shape::Kustomize
                    | Shape::Values
                    | Shape::Set => Ok(false),
                };
            }
        }
        Ok(true)
    }
}

impl Scalar {
    fn set(&mut self, name: &str, value: &str) -> Result<bool, LineError> {
        match name {
            "policy" => {
                self.policy = Some(match value.strip_prefix('.') {
                    Some(beside) => PolicyPlace::Beside(keys_of(beside)?),
                    None => PolicyPlace::At(path_of(value)?),
                });
            }
            "scheme" => {
                let required = !value.ends_with('?');
                self.scheme = Some((value.trim_end_matches('?').into(), required));
            }
            "when" => {
                let Some((key, value)) = value.split_once(':') else { return Ok(false) };
                self.only_if = Some((key.into(), value.into()));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Parts {
    fn new() -> Result<Self, LineError> {
        Ok(Self {
            registry: path_of("registry")?,
            repository: path_of("repository")?,
            tag: path_of("tag")?,
            digest: path_of("digest")?,
            name: None,
            scalar: Scalar {
                policy: Some(PolicyPlace::Beside(path_of("pullPolicy")?)),
                ..Scalar::default()
            },
        })
    }

    fn set(&mut self, name: &str, value: &str) -> Result<bool, LineError> {
        let key = match name {
            "registry" => &mut self.registry,
            "repository" => &mut self.repository,
            "tag" => &mut self.tag,
            "digest" => &mut self.digest,
            "name" => {
                self.name = Some(match value.strip_prefix('.') {
                    Some(key) => Name::At(keys_of(key)?),
                    None => Name::Fixed(value.into()),
                });
                return Ok(true);
            }
            _ => return self.scalar.set(name, value),
        };
        *key = keys_of(value)?;
        Ok(true)
    }
}

/// A path of keys alone.
fn keys_of(text: &str) -> Result<Path, LineError> {
    let path = path_of(text)?;
    let is_plain = path.keys().all(|key| key.is_some()) && path.last_key().is_some();
    if is_plain { Ok(path) } else { Err(LineError::Path(text.into())) }
}

fn path_of(text: &str) -> Result<Path, LineError> {
    Path::parse(text).ok_or_else(|| LineError::Path(text.into()))
}
