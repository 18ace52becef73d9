//! What reaches what in a linked module, by the relocations that the linker leaves in it (`--emit-relocs`; WebAssembly's
//! tool conventions, Linking.md): calls, addresses of functions and addresses of constants, in code and in constants alike.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use wasmparser::{
    DataKind, ExternalKind, KnownCustom, Linking, LinkingSectionReader, Name, Operator, Parser, Payload,
    RelocSectionReader, RelocationType, SymbolInfo, TypeRef,
};

use crate::workspace::Result;

/// A function by its index, or a constant by its place in [`Graph::constants`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Function(u32),
    Constant(usize),
}

/// A linked module.
#[derive(Default)]
pub(super) struct Graph {
    /// Of functions, as the compiler writes them.
    pub(super) names: HashMap<u32, String>,
    /// Functions by the names under which they are exported.
    pub(super) exports: HashMap<String, u32>,
    pub(super) constants: Vec<Constant>,
    pub(super) segments: Vec<Segment>,
    edges: HashMap<Node, Vec<Node>>,
}

/// A segment of data: where it is in the memory, and where its bytes are in the file.
pub(super) struct Segment {
    pub(super) name: String,
    pub(super) address: u32,
    bytes: Range<usize>,
}

impl Segment {
    pub(super) fn length(&self) -> Result<u32> {
        Ok(u32::try_from(self.bytes.len())?)
    }
}

/// A constant, or a variable: which segment it is in, and where there.
pub(super) struct Constant {
    pub(super) segment: usize,
    pub(super) range: Range<u32>,
}

/// Where things are in the file, for relocations are by their places.
#[derive(Default)]
struct Places {
    imports: u32,
    code: usize,
    bodies: Vec<Range<usize>>,
    data: usize,
    symbols: Vec<Option<Node>>,
}

impl Graph {
    /// Reads a module that was linked with `--emit-relocs`, but for what was cut out of its functions, in order.
    pub(super) fn read(wasm: &[u8], cut: &[Range<usize>]) -> Result<Self> {
        let mut graph = Self::default();
        let mut places = Places::default();
        let mut relocations = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        places.imports += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            graph.exports.insert(export.name.to_owned(), export.index);
                        }
                    }
                }
                Payload::CodeSectionStart { range, .. } => places.code = range.start.try_into()?,
                Payload::CodeSectionEntry(body) => {
                    places.bodies.push(body.range().start.try_into()?..body.range().end.try_into()?);
                }
                Payload::DataSection(section) => {
                    places.data = section.range().start.try_into()?;
                    for data in section {
                        graph.segments.push(segment(&data?)?);
                    }
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Linking(linking) => graph.take_symbols(&linking, &mut places.symbols)?,
                    // Others are of what a debugger reads.
                    KnownCustom::Reloc(reader) if matches!(section.name(), "reloc.CODE" | "reloc.DATA") => {
                        relocations.push(reader);
                    }
                    KnownCustom::Name(reader) => {
                        for part in reader {
                            graph.take_names(part?)?;
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if relocations.is_empty() {
            return Err("the module has no relocations".into());
        }
        let order = graph.in_order();
        for reader in relocations {
            graph.take_relocations(&reader, &places, cut, &order)?;
        }
        graph.join_what_overlaps(&order);
        Ok(graph)
    }

    fn take_names(&mut self, names: Name<'_>) -> Result<()> {
        match names {
            Name::Function(map) => {
                for naming in map {
                    let naming = naming?;
                    self.names.insert(naming.index, naming.name.to_owned());
                }
            }
            Name::Data(map) => {
                for naming in map {
                    let naming = naming?;
                    if let Some(segment) = self.segments.get_mut(usize::try_from(naming.index)?) {
                        naming.name.clone_into(&mut segment.name);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_symbols(
        &mut self,
        linking: &LinkingSectionReader<'_>,
        symbols: &mut Vec<Option<Node>>,
    ) -> Result<()> {
        for part in linking.subsections() {
            let Linking::SymbolTable(map) = part? else { continue };
            for symbol in map {
                symbols.push(match symbol? {
                    SymbolInfo::Func { index, .. } => Some(Node::Function(index)),
                    SymbolInfo::Data { symbol: Some(place), .. } => {
                        let range = place.offset..place.offset + place.size;
                        self.constants.push(Constant { segment: usize::try_from(place.index)?, range });
                        Some(Node::Constant(self.constants.len() - 1))
                    }
                    _ => None,
                });
            }
        }
        Ok(())
    }

    /// Constants by where they are.
    fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.constants.len()).collect();
        order.sort_by_key(|&number| {
            self.constants.get(number).map(|one| (one.segment, one.range.start, one.range.end))
        });
        order
    }

    fn take_relocations(
        &mut self,
        reader: &RelocSectionReader<'_>,
        places: &Places,
        cut: &[Range<usize>],
        order: &[usize],
    ) -> Result<()> {
        use RelocationType as Kind;
        for entry in reader.entries() {
            let entry = entry?;
            let is_in_code = match entry.ty {
                Kind::FunctionIndexLeb
                | Kind::TableIndexSleb
                | Kind::MemoryAddrLeb
                | Kind::MemoryAddrSleb => true,
                Kind::TableIndexI32 | Kind::MemoryAddrI32 => false,
                // Types, globals and tables are for both parts.
                Kind::TypeIndexLeb | Kind::GlobalIndexLeb | Kind::TableNumberLeb => continue,
                other => return Err(format!("a relocation of an unknown kind: {other:?}").into()),
            };
            let symbol = places.symbols.get(usize::try_from(entry.index)?).copied().flatten();
            let to = symbol.ok_or("a relocation to nothing")?;
            let offset = usize::try_from(entry.offset)?;
            let from = if is_in_code {
                let at = places.code + offset;
                let piece = cut.partition_point(|piece| piece.end <= at);
                if cut.get(piece).is_some_and(|piece| piece.contains(&at)) {
                    continue;
                }
                let body = places.bodies.partition_point(|body| body.end <= at);
                Node::Function(places.imports + u32::try_from(body)?)
            } else {
                Node::Constant(self.constant_at(places.data + offset, order)?)
            };
            self.edges.entry(from).or_default().push(to);
        }
        Ok(())
    }

    /// The constant that a byte of the file belongs to.
    fn constant_at(&self, at: usize, order: &[usize]) -> Result<usize> {
        let found = self.segments.iter().enumerate().find(|(_, segment)| segment.bytes.contains(&at));
        let (segment, place) = found.ok_or("a relocation outside of the data")?;
        let offset = u32::try_from(at - place.bytes.start)?;
        let begins_before = |&number: &usize| {
            self.constants.get(number).is_some_and(|one| (one.segment, one.range.start) <= (segment, offset))
        };
        let before = order.partition_point(begins_before);
        let holds = |number: &&usize| {
            self.constants
                .get(**number)
                .is_some_and(|one| one.segment == segment && one.range.contains(&offset))
        };
        let constant = order.get(..before).into_iter().flatten().rev().find(holds);
        constant.copied().ok_or_else(|| format!("a relocation in no constant, {segment}+{offset}").into())
    }

    /// Several symbols may be one constant, or one a part of another: they go together.
    fn join_what_overlaps(&mut self, order: &[usize]) {
        let mut last: Option<usize> = None;
        for &number in order {
            // An empty list has an address, at which something else begins.
            let Some(one) = self.constants.get(number).filter(|one| !one.range.is_empty()) else { continue };
            let before = last.and_then(|last| Some((last, self.constants.get(last)?)));
            let joined = before
                .filter(|(_, before)| before.segment == one.segment && before.range.end > one.range.start);
            let reaches_further = before
                .is_none_or(|(_, before)| before.segment != one.segment || before.range.end <= one.range.end);
            if let Some((before, _)) = joined {
                for (from, to) in [(before, number), (number, before)] {
                    self.edges.entry(Node::Constant(from)).or_default().push(Node::Constant(to));
                }
            }
            if reaches_further {
                last = Some(number);
            }
        }
    }

    /// Everything that is reached from some functions, without what is behind the functions of which `is_door` is true, and
    /// without those.
    pub(super) fn reach(
        &self,
        roots: impl IntoIterator<Item = u32>,
        is_door: impl Fn(u32) -> bool,
    ) -> HashSet<Node> {
        let mut reached = HashSet::new();
        let mut waiting: Vec<Node> = roots.into_iter().map(Node::Function).collect();
        while let Some(node) = waiting.pop() {
            if matches!(node, Node::Function(index) if is_door(index)) {
                continue;
            }
            if reached.insert(node) {
                waiting.extend(self.edges.get(&node).into_iter().flatten().copied());
            }
        }
        reached
    }
}

fn segment(data: &wasmparser::Data<'_>) -> Result<Segment> {
    let DataKind::Active { offset_expr, .. } = &data.kind else { return Err("a passive segment".into()) };
    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
        return Err("a segment without a fixed address".into());
    };
    let end = usize::try_from(data.range.end)?;
    Ok(Segment { name: String::new(), address: value.try_into()?, bytes: end - data.data.len()..end })
}
