//! The paths that a source file names, in `use` items and everywhere else.

use std::{fs, path::Path};

use syn::{
    UseTree,
    spanned::Spanned as _,
    visit::{self, Visit},
};

/// A path from the root of a crate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The segments after the root; a `*` for everything at once.
    pub(crate) segments: Vec<String>,
    /// Line from 1.
    pub(crate) line: usize,
}

impl Reference {
    /// The segment after the root.
    pub(crate) fn room(&self) -> &str {
        self.segments.first().map_or("*", String::as_str)
    }
}

/// Every path of a file that begins with `root`: a crate's name, or `crate`, which `super` leads to as well. `module`
/// is where the file stands in its crate: `["cert", "der"]`.
pub(crate) fn of_file(path: &Path, root: &'static str, module: &[String]) -> Vec<Reference> {
    let text = fs::read_to_string(path).unwrap();
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let declared = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(child) if child.content.is_none() => Some(child.ident.to_string()),
        _ => None,
    });
    let mut collector =
        Collector { root, module: module.to_vec(), children: declared.collect(), found: Vec::new() };
    collector.visit_file(&file);
    collector.found
}

struct Collector {
    root: &'static str,
    module: Vec<String>,
    /// The modules that the file declares: a path that begins with one is relative.
    children: Vec<String>,
    found: Vec<Reference>,
}

impl Collector {
    /// Takes a path as it is written, if it leads to the root.
    fn take(&mut self, written: &[String], line: usize) {
        let supers = written.iter().take_while(|segment| *segment == "super").count();
        let is_own = self.root == "crate";
        let segments = match written {
            [first, rest @ ..] if *first == self.root => rest.to_vec(),
            _ if is_own && supers > 0 => {
                let Some(up) = self.module.len().checked_sub(supers) else { return };
                [&self.module[..up], &written[supers..]].concat()
            }
            [first, rest @ ..] if is_own && first == "self" => [&self.module[..], rest].concat(),
            [first, ..] if is_own && self.children.contains(first) => [&self.module[..], written].concat(),
            _ => return,
        };
        if !segments.is_empty() {
            self.found.push(Reference { segments, line });
        }
    }

    fn take_tree(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.take_tree(&path.tree, before);
                before.pop();
            }
            UseTree::Name(syn::UseName { ident }) | UseTree::Rename(syn::UseRename { ident, .. }) => {
                let name = ident.to_string();
                let whole =
                    if name == "self" { before.clone() } else { [before.as_slice(), &[name]].concat() };
                self.take(&whole, ident.span().start().line);
            }
            UseTree::Group(group) => group.items.iter().for_each(|item| self.take_tree(item, before)),
            UseTree::Glob(glob) => {
                self.take(&[before.as_slice(), &["*".to_owned()]].concat(), glob.span().start().line);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Collector {
    /// A module inside the file is one deeper.
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    /// `pub(in crate::cert)` names those who may know this, and knows nobody.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let written: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if written.len() > 1 {
            self.take(&written, path.span().start().line);
        }
        visit::visit_path(self, path);
    }
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let folder = std::env::temp_dir().join(format!("dps-x509-layout-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("sample.rs");
    let text = "use crate::{cert::Chain, session};\nfn f(x: crate::name::Cloud) { crate::explain::all() }\nuse std::fmt;\n\
                use super::super::finding::Place;\nuse super::sibling::X;\nmod inside { use super::super::Y; }\nmod child;\n\
                const A: u8 = child::A;\n";
    fs::write(&file, text).unwrap();
    let module = ["cert", "der"].map(str::to_owned);
    let found: Vec<_> = of_file(&file, "crate", &module)
        .into_iter()
        .map(|reference| (reference.segments.join("::"), reference.line))
        .collect();
    fs::remove_dir_all(&folder).unwrap();
    let expected = [
        ("cert::Chain", 1),
        ("session", 1),
        ("name::Cloud", 2),
        ("explain::all", 2),
        ("finding::Place", 4),
        ("cert::sibling::X", 5),
        ("cert::Y", 6),
        ("cert::der::child::A", 8),
    ];
    assert_eq!(found, expected.map(|(path, line)| (path.to_owned(), line)));
}
