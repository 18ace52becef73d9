//! The core module: built as the components are, with nothing to import, and without what a linker exports besides.

use std::path::PathBuf;

use wasm_encoder::{CustomSection, ExportKind, ExportSection, Module, RawSection};
use wasmparser::{ExternalKind, Parser, Payload};

use super::metadata::Metadata;
use crate::workspace::{self, Result};

/// The crate `dps-x509-NAME`.
pub(crate) const NAME: &str = "module";

/// What it exports.
const EXPORTS: [&str; 5] = ["memory", "allocate", "free", "call", "version"];

/// Where it is.
pub(crate) fn path() -> PathBuf {
    workspace::target().join("module/dps-x509.wasm")
}

/// Builds it.
pub(super) fn run() -> Result<()> {
    let mut module = plain(&super::build(NAME)?)?;
    let about = Metadata::of_crate("crate/module")?;
    for (section, text) in about.sections() {
        let section = CustomSection { name: section.into(), data: text.as_bytes().into() };
        wasm_encoder::Section::append_to(&section, &mut module);
    }
    workspace::write(&path(), &module)?;
    super::report(&path(), &module)
}

/// The module with these exports alone. An import would be for a host to satisfy, and there is none.
fn plain(module: &[u8]) -> Result<Vec<u8>> {
    let mut out = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) if imports.count() > 0 => {
                return Err("the core module imports something".into());
            }
            Payload::ExportSection(given) => {
                let mut exports = ExportSection::new();
                for export in given {
                    let export = export?;
                    let kind = match export.kind {
                        ExternalKind::Func => ExportKind::Func,
                        ExternalKind::Memory => ExportKind::Memory,
                        _ => continue,
                    };
                    if EXPORTS.contains(&export.name) {
                        exports.export(export.name, kind, export.index);
                    }
                }
                if usize::try_from(exports.len())? != EXPORTS.len() {
                    return Err(format!("the core module does not export {}", EXPORTS.join(", ")).into());
                }
                out.section(&exports);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let (start, end) = (range.start.try_into()?, range.end.try_into()?);
                    let data = module.get(start..end).ok_or("a section of the module leads out of it")?;
                    out.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(imports: &[&str], exports: &[&str]) -> Result<Vec<u8>> {
        use wasm_encoder::{EntityType, GlobalType, ImportSection, ValType};
        let mut module = Module::new();
        let global = GlobalType { val_type: ValType::I32, mutable: false, shared: false };
        let mut section = ImportSection::new();
        for name in imports {
            section.import("host", name, EntityType::Global(global));
        }
        module.section(&section);
        let mut section = ExportSection::new();
        for name in exports {
            section.export(name, ExportKind::Memory, 0);
        }
        module.section(&section);
        plain(&module.finish())
    }

    #[test]
    fn it_has_its_exports_alone_and_no_import() {
        let more = [&EXPORTS[..], &["__heap_base"]].concat();
        assert_eq!(with(&[], &more).unwrap(), with(&[], &EXPORTS).unwrap());
        assert!(with(&[], &EXPORTS[1..]).is_err());
        assert!(with(&["clock"], &EXPORTS).unwrap_err().to_string().contains("imports something"));
    }
}
