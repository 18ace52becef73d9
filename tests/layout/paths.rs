//! The paths that a source file names, in `use` items and everywhere else.

use std::{fs, path::Path};

use syn::{
    UseTree,
    spanned::Spanned as _,
    visit::{self, Visit},
};

/// A path into a room.
pub(crate) struct Reference {
    /// The segment after the root.
    pub(crate) room: String,
    /// Line from 1.
    pub(crate) line: usize,
}

/// Every path of a file that begins with `root`: a crate's name, or `crate`, which as many `super` as the file
/// is deep lead to as well.
pub(crate) fn of_file(path: &Path, root: &'static str, depth: usize) -> Vec<Reference> {
    let text = fs::read_to_string(path).unwrap();
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut collector = Collector { root, depth, found: Vec::new() };
    collector.visit_file(&file);
    collector.found
}

struct Collector {
    root: &'static str,
    depth: usize,
    found: Vec<Reference>,
}

impl Collector {
    fn take(&mut self, room: &syn::Ident) {
        let line = room.span().start().line;
        self.found.push(Reference { room: room.to_string(), line });
    }

    fn take_tree(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.take(&path.ident),
            UseTree::Name(name) => self.take(&name.ident),
            UseTree::Rename(rename) => self.take(&rename.ident),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.take_tree(item)),
            // Everything at once: no room is named, which no edge allows.
            UseTree::Glob(glob) => {
                let line = glob.span().start().line;
                self.found.push(Reference { room: "*".to_owned(), line });
            }
        }
    }

    /// `supers` have been gone up already.
    fn take_use(&mut self, tree: &UseTree, supers: usize) {
        match tree {
            UseTree::Path(path) if path.ident == self.root => self.take_tree(&path.tree),
            UseTree::Path(path) if path.ident == "super" && self.leads_to_root(supers + 1) => {
                self.take_tree(&path.tree);
            }
            UseTree::Path(path) if path.ident == "super" => self.take_use(&path.tree, supers + 1),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.take_use(item, supers)),
            _ => {}
        }
    }

    fn leads_to_root(&self, supers: usize) -> bool {
        self.root == "crate" && supers == self.depth
    }
}

impl<'ast> Visit<'ast> for Collector {
    /// A module inside the file is one deeper.
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.depth += 1;
        visit::visit_item_mod(self, module);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take_use(&item.tree, 0);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let supers = path.segments.iter().take_while(|segment| segment.ident == "super").count();
        let is_root = path.segments.first().is_some_and(|first| first.ident == self.root);
        let skipped = if is_root { 1 } else { supers };
        if let Some(room) = path.segments.iter().nth(skipped)
            && (is_root && path.segments.len() > 1 || supers > 0 && self.leads_to_root(supers))
        {
            self.take(&room.ident);
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
                use super::super::finding::Place;\nuse super::sibling::X;\n";
    fs::write(&file, text).unwrap();
    let found: Vec<_> = of_file(&file, "crate", 2).into_iter().map(|it| (it.room, it.line)).collect();
    fs::remove_dir_all(&folder).unwrap();
    let expected = [("cert", 1), ("session", 1), ("name", 2), ("explain", 2), ("finding", 4)];
    assert_eq!(found, expected.map(|(room, line)| (room.to_owned(), line)));
}
