//! Unsafe code is where SECURITY.md says, as often as it says, and each time under an attribute that gives its reason.

use std::{collections::BTreeMap, fs, path::Path};

use syn::visit::{self, Visit};

use crate::{Source, root, sources};

/// How often there is unsafe code in a file: blocks, functions, implementations.
#[derive(Default)]
struct Count(usize);

impl<'ast> Visit<'ast> for Count {
    fn visit_expr_unsafe(&mut self, block: &'ast syn::ExprUnsafe) {
        self.0 += 1;
        visit::visit_expr_unsafe(self, block);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.0 += usize::from(signature.unsafety.is_some());
        visit::visit_signature(self, signature);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.0 += usize::from(item.unsafety.is_some());
        visit::visit_item_impl(self, item);
    }
}

fn count(file: &Path) -> usize {
    let text = fs::read_to_string(file).unwrap();
    let mut count = Count::default();
    count.visit_file(&syn::parse_file(&text).unwrap());
    count.0
}

#[test]
fn unsafe_code_is_counted_and_explained() {
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let told: BTreeMap<String, usize> = page
        .lines()
        .filter_map(|line| {
            let cells: Vec<_> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
            match cells[..] {
                ["", path, count, _, ""] if path.ends_with(".rs") => {
                    Some((path.to_owned(), count.parse().ok()?))
                }
                _ => None,
            }
        })
        .collect();
    let mut found = BTreeMap::new();
    for folder in ["crate", "tests", "xtask"] {
        for Source { file, .. } in sources(&root().join(folder)) {
            let count = count(&file);
            if count > 0 {
                let path = file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.insert(path, count);
            }
        }
    }
    assert_eq!(found, told, "SECURITY.md says what unsafe code there is");
}
