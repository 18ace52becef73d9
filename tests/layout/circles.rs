//! Files of a crate that know each other in a circle. A name is followed through re-exports to the file that defines
//! it, so that a module which only passes names on is not in the way.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{
    Item, UseTree, Visibility,
    visit::{self, Visit},
};

/// A module's path from the root of the crate: empty for the root itself.
type Module = Vec<String>;

/// What a file has at its top level.
#[derive(Default)]
struct Contents {
    /// Names that are defined there.
    defined: BTreeSet<String>,
    /// Names that `use` brings in, with the path behind each.
    used: BTreeMap<String, Vec<String>>,
    /// Paths of `use …::*`.
    globs: Vec<Vec<String>>,
    /// Every path that the file depends on; what it only passes on is not among them.
    needs: Vec<Vec<String>>,
}

/// The groups of files below `source` that know each other in a circle, each in order.
pub(crate) fn circles(source: &Path) -> Vec<Vec<String>> {
    let mut modules = BTreeMap::new();
    read(source, &mut modules);
    let edges: BTreeMap<Module, BTreeSet<Module>> = modules
        .iter()
        .map(|(module, contents)| {
            let targets = contents.needs.iter().filter_map(|path| resolve(&modules, module, path, 0));
            (module.clone(), targets.filter(|target| target != module).collect())
        })
        .collect();
    let reached: BTreeMap<&Module, BTreeSet<Module>> =
        edges.keys().map(|module| (module, reach(&edges, module))).collect();
    let mut groups = BTreeSet::new();
    for (module, reachable) in &reached {
        let together = reachable.iter().filter(|other| reached[*other].contains(*module));
        let group: Vec<String> = together.map(|module| module.join("::")).collect();
        if group.len() > 1 {
            groups.insert(group);
        }
    }
    groups.into_iter().collect()
}

/// Every module that can be reached over one edge or more.
fn reach(edges: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Module> = edges[from].iter().collect();
    while let Some(module) = open.pop() {
        if found.insert(module.clone()) {
            open.extend(&edges[module]);
        }
    }
    found
}

fn read(source: &Path, modules: &mut BTreeMap<Module, Contents>) {
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
                modules.insert(module_of(source, &path), contents(&file.items));
            }
        }
    }
}

fn module_of(source: &Path, path: &Path) -> Module {
    let inside: PathBuf = path.strip_prefix(source).unwrap().with_extension("");
    let mut module: Module = inside.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if module == ["lib"] || module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

fn contents(items: &[Item]) -> Contents {
    let mut contents = Contents::default();
    let mut paths = Paths { found: Vec::new() };
    for item in items {
        let name = match item {
            Item::Mod(item) if item.content.is_none() => continue,
            // Tests look where they like.
            Item::Mod(item) if item.ident == "tests" || item.ident == "test" => continue,
            Item::Use(item) => {
                let is_passed_on = !matches!(item.vis, Visibility::Inherited);
                collect(&item.tree, &mut Vec::new(), is_passed_on, &mut contents);
                continue;
            }
            Item::Const(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Fn(item) => Some(&item.sig.ident),
            Item::Static(item) => Some(&item.ident),
            Item::Struct(item) => Some(&item.ident),
            Item::Trait(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            Item::Mod(item) => Some(&item.ident),
            Item::Macro(item) => item.ident.as_ref(),
            _ => None,
        };
        contents.defined.extend(name.map(ToString::to_string));
        paths.visit_item(item);
    }
    contents.needs.extend(paths.found);
    contents
}

fn collect(tree: &UseTree, before: &mut Vec<String>, is_passed_on: bool, contents: &mut Contents) {
    let mut add = |before: &[String], name: &syn::Ident, known_as: &syn::Ident| {
        let mut path = before.to_owned();
        if name != "self" {
            path.push(name.to_string());
        }
        let known_as = if known_as == "self" { path.last().cloned() } else { Some(known_as.to_string()) };
        if !is_passed_on {
            contents.needs.push(path.clone());
        }
        contents.used.extend(known_as.map(|name| (name, path)));
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            collect(&path.tree, before, is_passed_on, contents);
            before.pop();
        }
        UseTree::Name(name) => add(before, &name.ident, &name.ident),
        UseTree::Rename(rename) => add(before, &rename.ident, &rename.rename),
        UseTree::Glob(_) => {
            contents.globs.push(before.clone());
            if !is_passed_on {
                contents.needs.push(before.clone());
            }
        }
        UseTree::Group(group) => {
            group.items.iter().for_each(|item| collect(item, before, is_passed_on, contents));
        }
    }
}

/// Paths in code: those of several segments; single names have come by `use`.
struct Paths {
    found: Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.found.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

/// The module that defines what a path of `module` leads to; none for what is of another crate.
fn resolve(
    modules: &BTreeMap<Module, Contents>,
    module: &Module,
    path: &[String],
    depth: usize,
) -> Option<Module> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => walk(modules, Vec::new(), rest, depth),
        "self" => walk(modules, module.clone(), rest, depth),
        "super" => {
            let mut parent = module.clone();
            parent.pop()?;
            let supers = rest.iter().take_while(|segment| *segment == "super").count();
            for _ in 0..supers {
                parent.pop()?;
            }
            walk(modules, parent, &rest[supers..], depth)
        }
        _ => walk(modules, module.clone(), path, depth),
    }
}

fn walk(modules: &BTreeMap<Module, Contents>, from: Module, path: &[String], depth: usize) -> Option<Module> {
    // Two globs may lead to each other.
    if depth > 16 {
        return None;
    }
    let Some((name, rest)) = path.split_first() else { return Some(from) };
    let mut below = from.clone();
    below.push(name.clone());
    if modules.contains_key(&below) {
        return walk(modules, below, rest, depth);
    }
    let contents = modules.get(&from)?;
    if contents.defined.contains(name) {
        return Some(from);
    }
    if let Some(used) = contents.used.get(name) {
        // `use serde_json::json` in a file: the name leads out of the crate.
        if used.first() == Some(name) {
            return None;
        }
        let path: Vec<String> = used.iter().chain(rest).cloned().collect();
        return resolve(modules, &from, &path, depth + 1);
    }
    let behind = |glob: &Vec<String>| {
        let glob = resolve(modules, &from, glob, depth + 1)?;
        walk(modules, glob, path, depth + 1)
    };
    contents.globs.iter().find_map(behind)
}

#[test]
fn a_circle_is_found_through_a_name_that_is_passed_on() {
    let folder = std::env::temp_dir().join(format!("dps-x509-circles-{}", std::process::id()));
    fs::create_dir_all(folder.join("room")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("lib.rs", "mod room;");
    write("room.rs", "mod a; mod b; mod c; pub use a::A; pub use c::C;");
    write("room/a.rs", "use super::b::B; pub struct A(B);");
    write("room/b.rs", "pub struct B; impl B { fn of(a: &super::A) -> super::C { todo() } }");
    write("room/c.rs", "pub struct C; #[cfg(test)] mod tests { use super::super::A; }");
    let found = circles(&folder);
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(found, [["room::a", "room::b"]]);
}
