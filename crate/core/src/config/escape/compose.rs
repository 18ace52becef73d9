//! Strings of a Docker compose file (compose specification, Interpolation).

/// YAML, with `$` doubled: compose replaces variables after it has read the YAML.
pub(super) fn literal(text: &str) -> String {
    super::yaml::literal(&text.replace('$', "$$"))
}
