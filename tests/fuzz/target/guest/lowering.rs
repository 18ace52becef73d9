//! Values of the contract's types, made of an input, as the component model lays them out in a guest's memory.

use wit_parser::{Resolve, SizeAlign, Type, TypeDefKind, TypeId};

/// Where the guest's memory begins for it.
const BASE: usize = 1024;

/// Texts that mean something to the host, and some that must not.
const TEXTS: [&str; 16] = [
    "",
    "hub.azure-devices.net",
    "DX401",
    "DX503",
    "device-1",
    "{\"desired\":{\"$version\":1}}",
    "2026-11-28T00:00:00.0000000Z",
    "DX000",
    "\u{1b}[31m\u{202e}\nerror DX901 forged\u{e0041}",
    "a.azure-devices.net@evil.example",
    "hub.azure-devices.net.",
    "{",
    "$rid=1 `[](x)` \u{0}",
    "127.0.0.1:8883",
    "--registration-id",
    "\u{7}\u{61c}\u{180e}",
];

/// A guest's memory, and what is known of it.
pub(super) struct Lowered {
    pub(super) memory: Vec<u8>,
    pub(super) events: usize,
    /// The hub, if it answers with an assignment.
    pub(super) hub: Option<String>,
    /// Whether there is a case that the contract does not have.
    pub(super) is_wrong: bool,
    /// Whether some text or list lies anywhere.
    pub(super) is_wild: bool,
}

/// The types of the contract, and how large each is.
pub(super) struct Contract {
    resolve: Resolve,
    sizes: SizeAlign,
    event: Vec<Type>,
    outcome: Type,
}

impl Contract {
    pub(super) fn new(resolve: Resolve) -> Self {
        let function = |interface: &str, name: &str| {
            let mut all = resolve.interfaces.iter().map(|(_, it)| it);
            let interface = all.find(|it| it.name.as_deref() == Some(interface)).unwrap();
            interface.functions[name].clone()
        };
        let event = function("events", "emit").params.iter().map(|it| it.ty).collect();
        let outcome = function("provisioning", "provision").result.unwrap();
        let mut sizes = SizeAlign::default();
        sizes.fill(&resolve);
        Self { sizes, event, outcome, resolve }
    }

    pub(super) fn lower(&self, input: &[u8]) -> Lowered {
        let memory = Vec::new();
        let lowered = Lowered { memory, events: 0, hub: None, is_wrong: false, is_wild: false };
        let mut lowering = Lowering { contract: self, input, lowered, texts: Vec::new() };
        lowering.whole();
        lowering.lowered
    }

    fn size(&self, ty: &Type) -> usize {
        self.sizes.size(ty).size_wasm32()
    }

    fn align(&self, ty: &Type) -> usize {
        self.sizes.align(ty).align_wasm32()
    }
}

struct Lowering<'a> {
    contract: &'a Contract,
    input: &'a [u8],
    lowered: Lowered,
    /// Where each of the known texts is.
    texts: Vec<(usize, usize)>,
}

impl Lowering<'_> {
    fn whole(&mut self) {
        const MOST_EVENTS: usize = 4;
        let head = self.room(8 + 4 * MOST_EVENTS, 4);
        for text in TEXTS {
            let at = self.bytes(text.as_bytes());
            self.texts.push((at, text.len()));
        }
        let events = usize::from(self.byte()) % (MOST_EVENTS + 1);
        self.lowered.events = events;
        self.word(head + 4, events);
        for number in 0..events {
            let fields = self.contract.event.clone();
            let whole = self.contract.sizes.params(&fields);
            let at = self.room(whole.size.size_wasm32(), whole.align.align_wasm32());
            self.word(head + 8 + 4 * number, at);
            self.fields(&fields, at);
        }
        let outcome = self.contract.outcome;
        let at = self.room(self.contract.size(&outcome), self.contract.align(&outcome));
        self.word(head, at);
        self.value(&outcome, at);
        self.lowered.hub = self.hub(at);
    }

    /// The first text of an assignment, read back from where it was written.
    fn hub(&self, outcome: usize) -> Option<String> {
        let byte = |at: usize| self.lowered.memory.get(at - BASE).copied();
        let word = |at: usize| {
            let bytes = self.lowered.memory.get(at - BASE..at - BASE + 4)?;
            usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
        };
        let payload = outcome + 8;
        (byte(outcome)? == 0).then_some(())?;
        let (at, length) = (word(payload)?, word(payload + 4)?);
        let text = self.lowered.memory.get(at.checked_sub(BASE)?..)?.get(..length)?;
        String::from_utf8(text.to_vec()).ok()
    }

    fn fields(&mut self, types: &[Type], at: usize) {
        for (offset, ty) in self.contract.sizes.field_offsets(types) {
            self.value(ty, at + offset.size_wasm32());
        }
    }

    fn value(&mut self, ty: &Type, at: usize) {
        match ty {
            Type::Id(id) => self.defined(*id, at),
            Type::String => {
                let (address, length) = self.text();
                self.word(at, address);
                self.word(at + 4, length);
            }
            Type::Bool => {
                let byte = self.byte();
                self.store(at, &[byte & 1]);
            }
            number => {
                // Small or large: either is worth a byte or two.
                let byte = self.byte();
                let size = self.contract.size(number);
                let bytes = match byte {
                    0xf0..=0xff => [byte, self.byte()].repeat(size),
                    small => vec![small, 0, 0, 0, 0, 0, 0, 0],
                };
                self.store(at, bytes.get(..size).unwrap_or_default());
            }
        }
    }

    fn defined(&mut self, id: TypeId, at: usize) {
        let contract = self.contract;
        match &contract.resolve.types[id].kind {
            TypeDefKind::Type(ty) => self.value(ty, at),
            TypeDefKind::Record(record) => {
                let types = record.fields.iter().map(|field| field.ty).collect::<Vec<_>>();
                self.fields(&types, at);
            }
            TypeDefKind::Tuple(tuple) => self.fields(&tuple.types, at),
            TypeDefKind::Enum(cases) => self.case(&vec![None; cases.cases.len()], at),
            TypeDefKind::Variant(variant) => {
                self.case(&variant.cases.iter().map(|case| case.ty).collect::<Vec<_>>(), at);
            }
            TypeDefKind::Option(ty) => self.case(&[None, Some(*ty)], at),
            TypeDefKind::Result(result) => self.case(&[result.ok, result.err], at),
            TypeDefKind::List(ty) => {
                let (address, length) = self.list(ty);
                self.word(at, address);
                self.word(at + 4, length);
            }
            other => panic!("the contract has a {}, which is not made here yet", other.as_str()),
        }
    }

    /// One of the cases, or at times one that there is not.
    fn case(&mut self, cases: &[Option<Type>], at: usize) {
        let byte = self.byte();
        let number = if byte == 0xff { 0xff } else { usize::from(byte) % cases.len() };
        self.lowered.is_wrong |= byte == 0xff;
        // Of no more than 256 cases, so a byte.
        self.store(at, &[u8::try_from(number).unwrap()]);
        if let Some(Some(ty)) = cases.get(number) {
            let tag = wit_parser::Int::U8;
            let offset = self.contract.sizes.payload_offset(tag, cases.iter().map(Option::as_ref));
            self.value(ty, at + offset.size_wasm32());
        }
    }

    fn text(&mut self) -> (usize, usize) {
        match self.byte() {
            0xff => self.wild(),
            literal @ 0xc0.. => {
                let (own, rest) = self.input.split_at(usize::from(literal - 0xc0).min(self.input.len()));
                self.input = rest;
                // What is no UTF-8 is wild as well.
                self.lowered.is_wild |= str::from_utf8(own).is_err();
                (self.bytes(own), own.len())
            }
            known => self.texts[usize::from(known) % self.texts.len()],
        }
    }

    fn list(&mut self, ty: &Type) -> (usize, usize) {
        match self.byte() {
            0xff => self.wild(),
            byte => {
                let (size, length) = (self.contract.size(ty), usize::from(byte % 4));
                let at = self.room(size * length, self.contract.align(ty));
                for number in 0..length {
                    self.value(ty, at + size * number);
                }
                (at, length)
            }
        }
    }

    /// Anywhere, and of any length.
    fn wild(&mut self) -> (usize, usize) {
        self.lowered.is_wild = true;
        let mut number = || u32::from_le_bytes([0; 4].map(|_: u8| self.byte()));
        let (at, length) = (number(), number());
        (usize::try_from(at).unwrap(), usize::try_from(length).unwrap())
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.input.split_first() else { return 0 };
        self.input = rest;
        *first
    }

    fn room(&mut self, size: usize, align: usize) -> usize {
        let memory = &mut self.lowered.memory;
        let at = memory.len().next_multiple_of(align.max(1));
        memory.resize(at + size, 0);
        BASE + at
    }

    fn bytes(&mut self, bytes: &[u8]) -> usize {
        let at = self.room(bytes.len(), 1);
        self.store(at, bytes);
        at
    }

    fn word(&mut self, at: usize, number: usize) {
        self.store(at, &u32::try_from(number).unwrap().to_le_bytes());
    }

    fn store(&mut self, at: usize, bytes: &[u8]) {
        self.lowered.memory[at - BASE..][..bytes.len()].copy_from_slice(bytes);
    }
}
