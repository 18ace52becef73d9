//! Conditions, and what they come to.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::{
    QueryError,
    token::{Token, Tokens},
    wrong,
};

/// Where a value stands in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Name(String),
    Index(usize),
}

impl Path {
    pub(super) fn parse(tokens: &mut Tokens) -> Result<Self, QueryError> {
        let mut parts = vec![Part::Name(tokens.name()?)];
        loop {
            if tokens.takes(&Token::Dot) {
                parts.push(Part::Name(tokens.name()?));
            } else if tokens.takes(&Token::OpenList) {
                parts.push(Part::Index(tokens.count()?));
                tokens.expect(&Token::CloseList, "]")?;
            } else {
                return Ok(Self(parts));
            }
        }
    }

    /// What stands there, and the name that it has. The names of a document itself are found in any case, as the
    /// examples of the reference write them; those of the user are not.
    pub(super) fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        let mut value = document;
        for (depth, part) in self.0.iter().enumerate() {
            value = match part {
                Part::Name(name) => match value.get(name) {
                    Some(value) => value,
                    None if depth == 0 => {
                        let members = value.as_object()?;
                        members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1
                    }
                    None => return None,
                },
                Part::Index(index) => value.get(index)?,
            };
        }
        Some(value)
    }

    /// What a column is called that says nothing else: its last name, a name of the document itself as that has it.
    pub(super) fn name(&self, document: &Value) -> String {
        match self.0.as_slice() {
            [Part::Name(name)] => {
                let members = document.as_object();
                let key = members.and_then(|it| it.keys().find(|key| key.eq_ignore_ascii_case(name)));
                key.unwrap_or(name).clone()
            }
            parts => {
                let name = |part: &Part| match part {
                    Part::Name(name) => Some(name.clone()),
                    Part::Index(_) => None,
                };
                parts.iter().rev().find_map(name).unwrap_or_default()
            }
        }
    }
}

/// A condition, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Constant(Value),
    /// `undefined`, which nothing is equal to.
    Undefined,
    Path(Path),
    IsDefined(Path),
    Not(Box<Self>),
    Negative(Box<Self>),
    /// IN, or NIN.
    Among(Box<Self>, Vec<Self>, bool),
    /// Signs of one strength with what stands behind them, from left to right.
    Chain(Box<Self>, Vec<(&'static str, Self)>),
}

/// From the weakest to the strongest.
const LEVELS: [&[&str]; 3] = [&["=", "!=", "<>", "<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

impl Expression {
    /// Reads one, in which so many may stand inside each other.
    pub(super) fn parse(tokens: &mut Tokens, room: usize) -> Result<Self, QueryError> {
        let (first, mut rest) = (Self::conjunction(tokens, room)?, Vec::new());
        while tokens.takes_word("OR") {
            rest.push(("OR", Self::conjunction(tokens, room)?));
        }
        Ok(Self::chain(first, rest))
    }

    fn conjunction(tokens: &mut Tokens, room: usize) -> Result<Self, QueryError> {
        let (first, mut rest) = (Self::negation(tokens, room)?, Vec::new());
        while tokens.takes_word("AND") {
            rest.push(("AND", Self::negation(tokens, room)?));
        }
        Ok(Self::chain(first, rest))
    }

    fn negation(tokens: &mut Tokens, room: usize) -> Result<Self, QueryError> {
        let Some(room) = room.checked_sub(1) else { return wrong("it is nested too deep") };
        if tokens.takes_word("NOT") {
            return Ok(Self::Not(Box::new(Self::negation(tokens, room)?)));
        }
        let left = Self::level(tokens, &LEVELS, room)?;
        let is_in = tokens.takes_word("IN");
        if !is_in && !tokens.takes_word("NIN") {
            return Ok(left);
        }
        tokens.expect(&Token::OpenList, "[")?;
        let mut values = Vec::new();
        while !tokens.takes(&Token::CloseList) {
            if !values.is_empty() {
                tokens.expect(&Token::Comma, ",")?;
            }
            values.push(Self::level(tokens, &LEVELS, room)?);
        }
        Ok(Self::Among(Box::new(left), values, is_in))
    }

    fn level(tokens: &mut Tokens, levels: &[&[&'static str]], room: usize) -> Result<Self, QueryError> {
        let Some((signs, stronger)) = levels.split_first() else { return Self::operand(tokens, room) };
        let (first, mut rest) = (Self::level(tokens, stronger, room)?, Vec::new());
        while let Some(sign) = tokens.takes_sign(signs) {
            rest.push((sign, Self::level(tokens, stronger, room)?));
        }
        Ok(Self::chain(first, rest))
    }

    fn operand(tokens: &mut Tokens, room: usize) -> Result<Self, QueryError> {
        let Some(room) = room.checked_sub(1) else { return wrong("it is nested too deep") };
        if tokens.takes_sign(&["-"]).is_some() {
            return Ok(Self::Negative(Box::new(Self::operand(tokens, room)?)));
        }
        match tokens.peek() {
            Some(Token::Text(text)) => {
                let value = text.as_str().into();
                tokens.next();
                Ok(Self::Constant(value))
            }
            Some(Token::Number(number)) => {
                let value = number_of(*number);
                tokens.next();
                Ok(Self::Constant(value))
            }
            Some(Token::Open) => {
                tokens.next();
                let inner = Self::parse(tokens, room)?;
                tokens.expect(&Token::Close, ")")?;
                Ok(inner)
            }
            Some(Token::Word(word)) => {
                let constant = match word.to_ascii_lowercase().as_str() {
                    "true" => Self::Constant(true.into()),
                    "false" => Self::Constant(false.into()),
                    "null" => Self::Constant(Value::Null),
                    "undefined" => Self::Undefined,
                    _ => return Self::name(tokens),
                };
                tokens.next();
                Ok(constant)
            }
            Some(Token::Quoted(_)) => Self::name(tokens),
            _ => tokens.expected("a value"),
        }
    }

    /// A path, or the one function that queries of twins have.
    fn name(tokens: &mut Tokens) -> Result<Self, QueryError> {
        let path = Path::parse(tokens)?;
        if !tokens.takes(&Token::Open) {
            return Ok(Self::Path(path));
        }
        match path.0.as_slice() {
            [Part::Name(function)] if function.eq_ignore_ascii_case("is_defined") => {
                let path = Path::parse(tokens)?;
                tokens.expect(&Token::Close, ")")?;
                Ok(Self::IsDefined(path))
            }
            _ => wrong("the only function in conditions on twins is IS_DEFINED"),
        }
    }

    fn chain(first: Self, rest: Vec<(&'static str, Self)>) -> Self {
        if rest.is_empty() { first } else { Self::Chain(Box::new(first), rest) }
    }

    /// What it comes to for a document; `None` is undefined.
    pub(super) fn value(&self, document: &Value) -> Option<Value> {
        match self {
            Self::Constant(value) => Some(value.clone()),
            Self::Undefined => None,
            Self::Path(path) => path.find(document).cloned(),
            Self::IsDefined(path) => Some(path.find(document).is_some().into()),
            Self::Not(inner) => Some((!inner.value(document)?.as_bool()?).into()),
            Self::Negative(inner) => Some(number_of(-inner.value(document)?.as_f64()?)),
            Self::Among(left, values, is_in) => {
                let left = left.value(document)?;
                let is_it = |value: &Self| value.value(document).is_some_and(|value| equal(&left, &value));
                Some((values.iter().any(is_it) == *is_in).into())
            }
            Self::Chain(first, rest) => {
                let first = first.value(document);
                rest.iter().fold(first, |left, (sign, right)| operate(left, sign, right.value(document)))
            }
        }
    }
}

/// What two values come to; undefined where they are not of one kind.
fn operate(left: Option<Value>, sign: &str, right: Option<Value>) -> Option<Value> {
    if let "AND" | "OR" = sign {
        let decides = sign == "OR";
        let truth = |side: Option<Value>| side.and_then(|value| value.as_bool());
        return match (truth(left), truth(right)) {
            (Some(value), _) | (_, Some(value)) if value == decides => Some(decides.into()),
            (Some(_), Some(_)) => Some((!decides).into()),
            _ => None,
        };
    }
    let (left, right) = (left?, right?);
    if LEVELS.first().is_some_and(|comparisons| comparisons.contains(&sign)) {
        let order = compare(&left, &right)?;
        let is_so = match sign {
            "=" => order.is_eq(),
            "<" => order.is_lt(),
            ">" => order.is_gt(),
            "<=" => order.is_le(),
            ">=" => order.is_ge(),
            _ => order.is_ne(),
        };
        return Some(is_so.into());
    }
    let (left, right) = (left.as_f64()?, right.as_f64()?);
    let number = match sign {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right,
    };
    number.is_finite().then(|| number_of(number))
}

fn equal(left: &Value, right: &Value) -> bool {
    compare(left, right).is_some_and(Ordering::is_eq)
}

/// The order of two values of one kind; objects and lists have none.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        _ => None,
    }
}

/// As JSON writes it: without a point where it is whole.
pub(super) fn number_of(number: f64) -> Value {
    match format!("{number}").parse::<i64>() {
        Ok(whole) => whole.into(),
        Err(_) => Number::from_f64(number).map_or(Value::Null, Value::Number),
    }
}
