//! What a component comes to, counted before it is compiled: compiling cannot be stopped, and few bytes may stand for much.

use std::collections::HashMap;

use wasmparser::{
    BinaryReaderError, ComponentInstance, FunctionBody, Operator, Parser, Payload, ValidPayload, Validator,
    WasmFeatures,
    component_types::{ComponentDefinedType, ComponentDefinedTypeId, ComponentValType},
    types::TypesRef,
};

use crate::LoadError;

/// Functions that are compiled, in all modules. The real component has 530.
const FUNCTIONS: u64 = 2048;

/// Their local variables: a few bytes may stand for 50,000 of them. The real component has 2,101.
const LOCALS: u64 = 65_536;

/// Where their branches by a table may lead, in all tables. The real component has 1,128.
const BRANCHES: u64 = 16_384;

/// Modules: each takes the compiler as long as three functions. The real component has 3.
const MODULES: u64 = 32;

/// Instances, those in a component as often as it may be instantiated. The real component has 12.
const INSTANCES: u64 = 256;

/// Functions that are lifted, lowered or built in, counted in the same way: for each, all its types are gone through. The real
/// component has 29.
const CROSSINGS: u64 = 128;

/// Parts of the types of one function: a type that is named twice counts twice. The real component has 206.
const PARTS: u64 = 4096;

/// # Errors
/// It comes to more than a component of the world ever does. What cannot be read is for the compiler to refuse.
pub(crate) fn judge(component: &[u8]) -> Result<(), LoadError> {
    let weight = Weight::of(component).unwrap_or_default();
    let counts = [
        ("functions", weight.functions, FUNCTIONS),
        ("local variables", weight.locals, LOCALS),
        ("branches in tables", weight.branches, BRANCHES),
        ("modules", weight.modules, MODULES),
        ("instances", weight.outermost.instances, INSTANCES),
        ("lifted and lowered functions", weight.outermost.crossings, CROSSINGS),
    ];
    let too_much = |&(_, count, limit): &(_, u64, u64)| count > limit;
    let heavy = counts.into_iter().find(too_much).or_else(|| {
        // With so few of everything, this takes no long time itself.
        let parts = largest_types(component).unwrap_or_default();
        Some(("parts in the types of a function", parts, PARTS)).filter(too_much)
    });
    match heavy {
        Some((what, count, limit)) => Err(LoadError::TooMuch { what, count, limit }),
        None => Ok(()),
    }
}

#[derive(Debug, Default)]
struct Weight {
    functions: u64,
    locals: u64,
    branches: u64,
    modules: u64,
    outermost: Scope,
}

/// What the compiler does anew each time that a component is instantiated.
#[derive(Debug, Default, Clone, Copy)]
struct Scope {
    instances: u64,
    crossings: u64,
    /// Instances of components among the instances.
    nested: u64,
}

impl Weight {
    fn of(component: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut weight = Self::default();
        let (mut open, mut scope) = (Vec::new(), Scope::default());
        // Which component an instance is of is not followed: the heaviest that has come counts for each.
        let mut heaviest = Scope::default();
        for payload in Parser::new(0).parse_all(component) {
            match payload? {
                Payload::CodeSectionEntry(body) => weight.add(&body)?,
                Payload::ModuleSection { .. } => {
                    weight.modules += 1;
                    open.push(std::mem::take(&mut scope));
                }
                Payload::ComponentSection { .. } => open.push(std::mem::take(&mut scope)),
                Payload::InstanceSection(section) => scope.instances += u64::from(section.count()),
                Payload::ComponentInstanceSection(section) => {
                    scope.instances += u64::from(section.count());
                    for instance in section {
                        scope.nested += u64::from(matches!(instance?, ComponentInstance::Instantiate { .. }));
                    }
                }
                Payload::ComponentCanonicalSection(section) => scope.crossings += u64::from(section.count()),
                Payload::End(_) => {
                    let whole = scope.with(heaviest);
                    heaviest = heaviest.or(whole);
                    match open.pop() {
                        Some(outer) => scope = outer,
                        None => weight.outermost = whole,
                    }
                }
                _ => {}
            }
        }
        Ok(weight)
    }

    fn add(&mut self, body: &FunctionBody<'_>) -> Result<(), BinaryReaderError> {
        self.functions += 1;
        for locals in body.get_locals_reader()? {
            self.locals += u64::from(locals?.0);
        }
        for operator in body.get_operators_reader()? {
            if let Operator::BrTable { targets } = operator? {
                self.branches += u64::from(targets.len());
            }
        }
        Ok(())
    }
}

impl Scope {
    /// With what is in its instances of components.
    const fn with(self, each: Self) -> Self {
        Self {
            instances: self.instances.saturating_add(self.nested.saturating_mul(each.instances)),
            crossings: self.crossings.saturating_add(self.nested.saturating_mul(each.crossings)),
            nested: self.nested,
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            instances: self.instances.max(other.instances),
            crossings: self.crossings.max(other.crossings),
            nested: 0,
        }
    }
}

/// Parts of the types of that function which has most of them.
fn largest_types(component: &[u8]) -> Result<u64, BinaryReaderError> {
    // What the compiler does not take is for it to say.
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut largest = 0;
    for payload in Parser::new(0).parse_all(component) {
        if let ValidPayload::End(types) = validator.payload(&payload?)? {
            let types = types.as_ref();
            let mut known = HashMap::new();
            for index in 0..types.component_function_count() {
                let function = types.get(types.component_function_at(index));
                let all =
                    function.into_iter().flat_map(|it| it.params.iter().map(|(_, ty)| ty).chain(&it.result));
                let parts = all.map(|ty| parts(types, ty, &mut known)).fold(0, u64::saturating_add);
                largest = largest.max(parts);
            }
        }
    }
    Ok(largest)
}

/// Parts of a type, itself included. Types nest to a depth of 100 at most.
fn parts(
    types: TypesRef<'_>,
    ty: &ComponentValType,
    known: &mut HashMap<ComponentDefinedTypeId, u64>,
) -> u64 {
    let ComponentValType::Type(id) = ty else { return 1 };
    if let Some(parts) = known.get(id) {
        return *parts;
    }
    let within: Vec<&ComponentValType> = match types.get(*id) {
        Some(ComponentDefinedType::Record(record)) => record.fields.values().collect(),
        Some(ComponentDefinedType::Variant(variant)) => {
            variant.cases.values().filter_map(|case| case.ty.as_ref()).collect()
        }
        Some(ComponentDefinedType::Tuple(tuple)) => tuple.types.iter().collect(),
        Some(
            ComponentDefinedType::List { element, .. }
            | ComponentDefinedType::FixedLengthList { element, .. },
        ) => vec![element],
        Some(ComponentDefinedType::Map { key, value, .. }) => vec![key, value],
        Some(ComponentDefinedType::Option { ty, .. }) => vec![ty],
        Some(ComponentDefinedType::Result { ok, err, .. }) => ok.iter().chain(err).collect(),
        Some(ComponentDefinedType::Future { ty, .. } | ComponentDefinedType::Stream { ty, .. }) => {
            ty.iter().collect()
        }
        Some(
            ComponentDefinedType::Primitive(_)
            | ComponentDefinedType::Flags(_)
            | ComponentDefinedType::Enum(_)
            | ComponentDefinedType::Own(_)
            | ComponentDefinedType::Borrow(_),
        )
        | None => Vec::new(),
    };
    let sum = within.into_iter().map(|ty| parts(types, ty, known)).fold(1, u64::saturating_add);
    known.insert(*id, sum);
    sum
}
