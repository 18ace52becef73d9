//! Writes a module as several: the first works by itself, and each of the others joins an instance of it and brings more.
//!
//! Those import what they need of the first, and put their own functions into the first's table. There the first calls
//! them; until they are there, whoever is called in their place says so by the global `wants`, and traps.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Range,
};

use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind,
    GlobalId, GlobalKind, ImportedFunction, Module, ModuleConfig, RefType, TableId, TypeId, ValType,
    ir::{Value, Visitor, dfs_in_order},
    passes::gc,
};

use super::cut::Cut;
use crate::workspace::Result;

/// The global by which the first part says that it came to something of another.
const WANTS: &str = "wants";

/// Cuts a module into its parts, the first one first.
pub(super) fn split(wasm: &[u8], cut: &Cut) -> Result<Vec<Vec<u8>>> {
    let plan = Plan::new(&parse(wasm)?, cut)?;
    let mut modules = vec![first(parse(wasm)?, &plan, &cut.first)?];
    for (own, part) in plan.others.iter().zip(&cut.others) {
        modules.push(other(parse(wasm)?, &plan, own, &part.constants)?);
    }
    Ok(modules)
}

fn parse(wasm: &[u8]) -> Result<Module> {
    let mut module = ModuleConfig::new().generate_producers_section(false).parse(wasm)?;
    // Relocations are no longer true.
    let sections: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in sections {
        module.customs.delete(id);
    }
    Ok(module)
}

/// What the parts agree on. Things are told by their numbers in the module, for ids are of one parse.
struct Plan {
    /// What is not in the first part.
    rest: BTreeSet<usize>,
    /// What is in each of the others.
    others: Vec<BTreeSet<usize>>,
    table: usize,
    /// Where those of the rest stand in the table that the first part calls or exports.
    slots: BTreeMap<usize, u32>,
    /// The slots that the module itself has.
    elements: Vec<(u32, usize)>,
    table_size: u32,
    /// What the first part exports for the others, by their names.
    functions: BTreeMap<usize, String>,
    globals: BTreeMap<usize, String>,
    tables: BTreeMap<usize, String>,
}

impl Plan {
    #[allow(
        clippy::redundant_closure_for_method_calls,
        reason = "the ids are of a crate that is not asked for here"
    )]
    fn new(module: &Module, cut: &Cut) -> Result<Self> {
        let named = |names: &HashSet<String>| -> BTreeSet<FunctionId> {
            let is_named = |function: &&walrus::Function| {
                let is_local = matches!(function.kind, FunctionKind::Local(_));
                is_local && function.name.as_ref().is_some_and(|name| names.contains(name))
            };
            module.funcs.iter().filter(is_named).map(walrus::Function::id).collect()
        };
        let others: Vec<_> = cut.others.iter().map(|part| named(&part.functions)).collect();
        let mut rest = named(&cut.unused);
        rest.extend(others.iter().flatten());
        let first = module.funcs.iter().map(walrus::Function::id).filter(|id| !rest.contains(id));
        let by_first = Uses::of(module, first);
        let by_others = Uses::of(module, others.iter().flatten().copied());
        let is_of_functions = |table: &&walrus::Table| table.element_ty == RefType::FUNCREF;
        let table = module.tables.iter().find(is_of_functions).ok_or("no table of functions")?;
        let elements = elements(module, table.id())?;

        let mut slots: BTreeMap<FunctionId, u32> = BTreeMap::new();
        for (slot, function) in elements.iter().filter(|(_, function)| rest.contains(function)) {
            slots.entry(*function).or_insert(*slot);
        }
        let mut table_size = u32::try_from(table.initial)?;
        let exported = module.exports.iter().filter_map(|export| match export.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        });
        for id in exported.chain(by_first.functions).filter(|id| rest.contains(id)) {
            slots.entry(id).or_insert_with(|| {
                table_size += 1;
                table_size - 1
            });
        }
        let taken: HashSet<&str> = module.exports.iter().map(|export| &*export.name).collect();
        let mut names = (0..).map(short).filter(|name| !taken.contains(&**name));
        let mut name = |number| names.next().map(|name| (number, name));
        let lent = by_others.functions.iter().filter(|id| !rest.contains(id)).map(|id| id.index());
        let tables: BTreeSet<usize> =
            by_others.tables.iter().chain([&table.id()]).map(|id| id.index()).collect();
        Ok(Self {
            functions: lent.filter_map(&mut name).collect(),
            globals: by_others.globals.iter().map(|id| id.index()).filter_map(&mut name).collect(),
            tables: tables.into_iter().filter_map(&mut name).collect(),
            others: others.iter().map(|part| part.iter().map(|id| id.index()).collect()).collect(),
            rest: rest.iter().map(|id| id.index()).collect(),
            table: table.id().index(),
            slots: slots.into_iter().map(|(id, slot)| (id.index(), slot)).collect(),
            elements: elements.into_iter().map(|(slot, id)| (slot, id.index())).collect(),
            table_size,
        })
    }
}

/// What is in a table from the start, by its slots.
fn elements(module: &Module, table: TableId) -> Result<Vec<(u32, FunctionId)>> {
    let mut found = Vec::new();
    for element in module.elements.iter() {
        match (&element.kind, &element.items) {
            (
                ElementKind::Active { table: its, offset: ConstExpr::Value(Value::I32(start)) },
                ElementItems::Functions(functions),
            ) if *its == table => {
                found.extend((u32::try_from(*start)?..).zip(functions.iter().copied()));
            }
            _ => return Err("elements of an unknown kind".into()),
        }
    }
    Ok(found)
}

/// What functions speak of.
#[derive(Default)]
struct Uses {
    functions: BTreeSet<FunctionId>,
    globals: BTreeSet<GlobalId>,
    tables: BTreeSet<TableId>,
}

impl Uses {
    fn of(module: &Module, functions: impl Iterator<Item = FunctionId>) -> Self {
        let mut uses = Self::default();
        for id in functions {
            if let FunctionKind::Local(local) = &module.funcs.get(id).kind {
                dfs_in_order(&mut uses, local, local.entry_block());
            }
        }
        uses
    }
}

impl Visitor<'_> for Uses {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.functions.insert(*id);
    }

    fn visit_global_id(&mut self, id: &GlobalId) {
        self.globals.insert(*id);
    }

    fn visit_table_id(&mut self, id: &TableId) {
        self.tables.insert(*id);
    }
}

/// A name of as few letters as there can be, which no name of Rust's is.
fn short(number: u32) -> String {
    let digit = |digit: u32| char::from_digit(digit, 36).unwrap_or('0');
    let mut digits = vec![digit(number % 36)];
    let mut rest = number / 36;
    while rest > 0 {
        digits.push(digit(rest % 36));
        rest /= 36;
    }
    format!("-{}", String::from_iter(digits))
}

/// The ids of one parse, by number.
struct Ids {
    functions: Vec<FunctionId>,
    globals: Vec<GlobalId>,
    tables: Vec<TableId>,
}

impl Ids {
    fn of(module: &Module) -> Self {
        Self {
            functions: module.funcs.iter().map(walrus::Function::id).collect(),
            globals: module.globals.iter().map(walrus::Global::id).collect(),
            tables: module.tables.iter().map(walrus::Table::id).collect(),
        }
    }

    fn function(&self, number: usize) -> Result<FunctionId> {
        Ok(*self.functions.get(number).ok_or("no such function")?)
    }

    fn global(&self, number: usize) -> Result<GlobalId> {
        Ok(*self.globals.get(number).ok_or("no such global")?)
    }

    fn table(&self, number: usize) -> Result<TableId> {
        Ok(*self.tables.get(number).ok_or("no such table")?)
    }
}

fn first(mut module: Module, plan: &Plan, constants: &[Range<u32>]) -> Result<Vec<u8>> {
    let ids = Ids::of(&module);
    let table = ids.table(plan.table)?;
    let wants = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    module.exports.add(WANTS, wants);
    let mut absent: HashMap<TypeId, FunctionId> = HashMap::new();
    let old_size = u32::try_from(module.tables.get(table).initial)?;
    let mut new_slots = BTreeMap::new();
    for &number in &plan.rest {
        let id = ids.function(number)?;
        let ty = module.funcs.get(id).ty();
        let (params, results) = (module.types.params(ty).to_vec(), module.types.results(ty).to_vec());
        let stand_in = *absent.entry(ty).or_insert_with(|| {
            let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
            builder.func_body().i32_const(1).global_set(wants).unreachable();
            let args = params.iter().map(|ty| module.locals.add(*ty)).collect();
            builder.finish(args, &mut module.funcs)
        });
        // What nobody of the first part calls goes with the next sweep.
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        let args: Vec<_> = params.iter().map(|ty| module.locals.add(*ty)).collect();
        let mut body = builder.func_body();
        if let Some(&slot) = plan.slots.get(&number) {
            for arg in &args {
                body.local_get(*arg);
            }
            body.i32_const(i32::try_from(slot)?).call_indirect(ty, table);
            new_slots.extend((slot >= old_size).then_some((slot, stand_in)));
        } else {
            body.unreachable();
        }
        module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
    }
    let segments: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    for id in segments {
        let ElementItems::Functions(functions) = &mut module.elements.get_mut(id).items else { continue };
        for function in functions.iter_mut().filter(|id| plan.rest.contains(&id.index())) {
            let ty = module.funcs.get(*function).ty();
            *function = *absent.get(&ty).ok_or("a type without a stand-in")?;
        }
    }
    add_elements(&mut module, table, new_slots)?;
    resize(&mut module, table, plan.table_size);
    for (number, name) in &plan.functions {
        module.exports.add(name, ids.function(*number)?);
    }
    for (number, name) in &plan.globals {
        module.exports.add(name, ids.global(*number)?);
    }
    for (number, name) in &plan.tables {
        module.exports.add(name, ids.table(*number)?);
    }
    keep_constants(&mut module, constants)?;
    gc::run(&mut module);
    Ok(module.emit_wasm())
}

fn other(
    mut module: Module,
    plan: &Plan,
    functions: &BTreeSet<usize>,
    constants: &[Range<u32>],
) -> Result<Vec<u8>> {
    let ids = Ids::of(&module);
    let is_memory = |export: &&walrus::Export| matches!(export.item, ExportItem::Memory(_));
    let memory_name = module.exports.iter().find(is_memory).ok_or("the memory is not exported")?.name.clone();
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    for id in exports {
        module.exports.delete(id);
    }
    module.start = None;
    for (number, name) in &plan.functions {
        let id = ids.function(*number)?;
        let function = module.funcs.get(id);
        let ty = function.ty();
        // What the first part imports, it hands on.
        if let FunctionKind::Import(imported) = &function.kind {
            module.imports.delete(imported.import);
        }
        let import = module.imports.add("", name, id);
        module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
    for (number, name) in &plan.globals {
        let id = ids.global(*number)?;
        module.globals.get_mut(id).kind = GlobalKind::Import(module.imports.add("", name, id));
    }
    for (number, name) in &plan.tables {
        let id = ids.table(*number)?;
        let import = module.imports.add("", name, id);
        let table = module.tables.get_mut(id);
        table.import = Some(import);
        table.elem_segments.clear();
    }
    let memory = module.memories.iter().next().ok_or("no memory")?.id();
    module.memories.get_mut(memory).import = Some(module.imports.add("", &memory_name, memory));

    let segments: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    for id in segments {
        module.elements.delete(id);
    }
    let called = plan.slots.iter().map(|(number, slot)| (*slot, *number));
    let slots = plan.elements.iter().copied().chain(called);
    let slots = slots
        .filter(|(_, number)| functions.contains(number))
        .map(|(slot, number)| Ok((slot, ids.function(number)?)));
    let slots: BTreeMap<u32, FunctionId> = slots.collect::<Result<_>>()?;
    let table = ids.table(plan.table)?;
    add_elements(&mut module, table, slots)?;
    resize(&mut module, table, plan.table_size);
    keep_constants(&mut module, constants)?;
    gc::run(&mut module);
    if let Some(import) = module.imports.iter().find(|import| !import.module.is_empty()) {
        return Err(format!("a part imports {} from elsewhere", import.name).into());
    }
    Ok(module.emit_wasm())
}

fn resize(module: &mut Module, table: TableId, size: u32) {
    let table = module.tables.get_mut(table);
    table.initial = size.into();
    table.maximum = table.maximum.map(|_| size.into());
}

/// Has the table begin with these, one segment for each run.
fn add_elements(module: &mut Module, table: TableId, slots: BTreeMap<u32, FunctionId>) -> Result<()> {
    let mut runs: Vec<(u32, Vec<FunctionId>)> = Vec::new();
    let mut next = None;
    for (slot, function) in slots {
        match runs.last_mut() {
            Some((_, functions)) if next == Some(slot) => functions.push(function),
            _ => runs.push((slot, vec![function])),
        }
        next = Some(slot + 1);
    }
    for (start, functions) in runs {
        let offset = ConstExpr::Value(Value::I32(start.try_into()?));
        let id =
            module.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(functions));
        module.tables.get_mut(table).elem_segments.insert(id);
    }
    Ok(())
}

/// Keeps of the constants what is in these ranges, where it is.
fn keep_constants(module: &mut Module, ranges: &[Range<u32>]) -> Result<()> {
    let memory = module.memories.iter().next().ok_or("no memory")?.id();
    let mut kept = Vec::new();
    let segments: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for id in segments {
        let data = module.data.get(id);
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = &data.kind else {
            return Err("a segment without a fixed address".into());
        };
        let start = u32::try_from(*start)?;
        let end = start + u32::try_from(data.value.len())?;
        for range in ranges.iter().filter(|range| range.start < end && range.end > start) {
            let (from, to) = (range.start.max(start), range.end.min(end));
            let bytes = data.value.get(usize::try_from(from - start)?..usize::try_from(to - start)?);
            kept.extend(bytes.map(|bytes| (from, bytes.to_vec())));
        }
        module.data.delete(id);
    }
    module.memories.get_mut(memory).data_segments.clear();
    for (start, bytes) in kept {
        let offset = ConstExpr::Value(Value::I32(start.try_into()?));
        let id = module.data.add(DataKind::Active { memory, offset }, bytes);
        module.memories.get_mut(memory).data_segments.insert(id);
    }
    Ok(())
}
