//! Panics cut short: they trap at once, without a word. The package clears and replaces an instance that traps, and nobody
//! would read what it was about to say.
//!
//! rustc's own way to the same, `-C panic=immediate-abort`, takes a nightly compiler and a standard library built anew.

use std::{collections::HashSet, ops::Range};

use wasmparser::{FunctionBody, Operator, Parser, Payload, TypeRef};

use crate::workspace::Result;

/// `unreachable`, and `nop` for the rest of a cut piece: everything stays where the relocations say that it is.
const TRAP: u8 = 0x00;
const NOTHING: u8 = 0x01;

/// Has every path that is certain to end in a panic trap where it is certain. Gives the pieces that were cut, by their places
/// in the file, in order.
pub(super) fn cut_short(wasm: &mut [u8]) -> Result<Vec<Range<usize>>> {
    let functions = read(wasm)?;
    let panics = panics(&functions);
    let mut pieces = Vec::new();
    for function in functions.iter().filter(|function| !function.is_imported) {
        if panics.contains(&function.index) {
            pieces.extend(function.whole());
        } else {
            pieces.extend(function.tails(&panics));
        }
    }
    for piece in &pieces {
        let bytes = wasm.get_mut(piece.clone()).ok_or("a piece outside of the file")?;
        bytes.fill(NOTHING);
        if let Some(first) = bytes.first_mut() {
            *first = TRAP;
        }
    }
    Ok(pieces)
}

/// A function, as far as it matters here.
struct Function {
    index: u32,
    is_imported: bool,
    steps: Vec<(Step, Range<usize>)>,
    /// Whether a path may come back from it, as far as its own instructions say.
    returns: bool,
}

enum Step {
    /// What does nothing that outlives a trap.
    Plain,
    Call(u32),
    Trap,
    /// Where ways part or meet, and calls to nobody knows whom.
    Turn,
}

fn read(wasm: &[u8]) -> Result<Vec<Function>> {
    let mut functions = Vec::new();
    let index = |functions: &Vec<Function>| u32::try_from(functions.len());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if matches!(import?.ty, TypeRef::Func(_)) {
                        let index = index(&functions)?;
                        functions.push(Function {
                            index,
                            is_imported: true,
                            steps: Vec::new(),
                            returns: true,
                        });
                    }
                }
            }
            Payload::CodeSectionEntry(body) => functions.push(Function::read(index(&functions)?, &body)?),
            _ => {}
        }
    }
    Ok(functions)
}

/// The functions that trap whatever happens: those that never return and call nobody outside, who might throw.
fn panics(functions: &[Function]) -> HashSet<u32> {
    let throwing = closure(functions, |function, throwing| {
        function.is_imported || function.calls().any(|called| throwing.contains(&called))
    });
    closure(functions, |function, panics| {
        let is_never_left = !function.returns && !throwing.contains(&function.index);
        let is_trapped = || function.tails(panics).first().is_some_and(|tail| tail.start == function.start());
        is_never_left || (!function.is_imported && is_trapped())
    })
}

/// Functions to which something applies that may depend on to whom else it applies.
fn closure(functions: &[Function], applies: impl Fn(&Function, &HashSet<u32>) -> bool) -> HashSet<u32> {
    let mut found = HashSet::new();
    loop {
        let before = found.len();
        for function in functions {
            if !found.contains(&function.index) && applies(function, &found) {
                found.insert(function.index);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

impl Function {
    fn read(index: u32, body: &FunctionBody<'_>) -> Result<Self> {
        let mut reader = body.get_operators_reader()?;
        let (mut steps, mut depth, mut returns) = (Vec::new(), 0_u32, false);
        let mut is_trapped = false;
        while !reader.eof() {
            let start = usize::try_from(reader.original_position())?;
            let operator = reader.read()?;
            let end = usize::try_from(reader.original_position())?;
            let was_trapped = std::mem::replace(&mut is_trapped, matches!(operator, Operator::Unreachable));
            let step = match operator {
                Operator::Unreachable => Step::Trap,
                Operator::Call { function_index } => Step::Call(function_index),
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    depth += 1;
                    Step::Turn
                }
                Operator::End if depth == 0 => {
                    returns |= !was_trapped;
                    break;
                }
                Operator::End => {
                    depth -= 1;
                    Step::Turn
                }
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                    returns |= relative_depth == depth;
                    Step::Turn
                }
                Operator::BrTable { targets } => {
                    for target in targets.targets().chain([Ok(targets.default())]) {
                        returns |= target? == depth;
                    }
                    Step::Turn
                }
                Operator::Return => {
                    returns = true;
                    Step::Turn
                }
                Operator::Else | Operator::CallIndirect { .. } => Step::Turn,
                _ => Step::Plain,
            };
            steps.push((step, start..end));
        }
        Ok(Self { index, is_imported: false, steps, returns })
    }

    fn start(&self) -> usize {
        self.steps.first().map_or(0, |(_, range)| range.start)
    }

    /// All that it does.
    fn whole(&self) -> Option<Range<usize>> {
        Some(self.start()..self.steps.last()?.1.end)
    }

    fn calls(&self) -> impl Iterator<Item = u32> {
        self.steps
            .iter()
            .filter_map(|(step, _)| if let Step::Call(called) = step { Some(*called) } else { None })
    }

    /// From where on it is certain that one of these is called, up to that call.
    fn tails(&self, panics: &HashSet<u32>) -> Vec<Range<usize>> {
        let mut tails = Vec::new();
        let mut start = self.start();
        for (step, range) in &self.steps {
            match step {
                Step::Plain => {}
                Step::Trap => {
                    tails.push(start..range.end);
                    start = range.end;
                }
                Step::Call(called) if panics.contains(called) => {
                    tails.push(start..range.end);
                    start = range.end;
                }
                Step::Call(_) | Step::Turn => start = range.end,
            }
        }
        tails
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, EntityType, Function as Body, FunctionSection, ImportSection, Module, TypeSection,
    };

    use super::*;

    /// One import, who may throw; who panics; who asks that one first and then traps; who comes to the panic on one of two ways;
    /// who comes to the throw.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("outside", "throw", EntityType::Function(0));
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        let mut add = |write: &dyn Fn(&mut Body)| {
            functions.function(0);
            let mut body = Body::new([]);
            write(&mut body);
            body.instructions().end();
            code.function(&body);
        };
        add(&|body| {
            body.instructions().i32_const(7).drop().unreachable();
        });
        add(&|body| {
            body.instructions().call(0).unreachable();
        });
        add(&|body| {
            body.instructions().i32_const(1).if_(wasm_encoder::BlockType::Empty);
            body.instructions().i32_const(9).drop().call(1).unreachable().end();
        });
        add(&|body| {
            body.instructions().call(2).unreachable();
        });
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&code);
        module.finish()
    }

    #[test]
    fn panics_are_cut_and_who_throws_is_not() -> Result<()> {
        let mut wasm = module();
        let length = wasm.len();
        let pieces = cut_short(&mut wasm)?;
        wasmparser::validate(&wasm)?;
        assert_eq!(wasm.len(), length);
        assert!(pieces.is_sorted_by_key(|piece| piece.start));
        let calls: Vec<Vec<u32>> = read(&wasm)?.iter().map(|function| function.calls().collect()).collect();
        assert_eq!(calls, [vec![], vec![], vec![0], vec![], vec![2]]);
        Ok(())
    }
}
