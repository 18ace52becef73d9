//! The words and signs of a query.

use std::fmt;

use super::{QueryError, wrong};

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A keyword, or a name of the documents.
    Word(String),
    /// A name in `[[…]]`, which is never a keyword.
    Quoted(String),
    Text(String),
    Number(f64),
    Dot,
    Comma,
    Open,
    Close,
    OpenList,
    CloseList,
    /// Of a comparison or of arithmetic.
    Sign(&'static str),
}

/// As it stands in a query, cut to what fits into a sentence.
impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "{word:.100}"),
            Self::Quoted(name) => write!(f, "[[{name:.100}]]"),
            Self::Text(text) => write!(f, "the text {text:.100?}"),
            Self::Number(number) => number.fmt(f),
            Self::Dot => f.write_str("a dot"),
            Self::Comma => f.write_str("a comma"),
            Self::Open => f.write_str("("),
            Self::Close => f.write_str(")"),
            Self::OpenList => f.write_str("["),
            Self::CloseList => f.write_str("]"),
            Self::Sign(sign) => f.write_str(sign),
        }
    }
}

const SIGNS: [&str; 12] = ["<=", ">=", "<>", "!=", "=", "<", ">", "+", "-", "*", "/", "%"];

/// What is left of a query.
#[derive(Debug)]
pub(super) struct Tokens {
    /// The last one comes first.
    rest: Vec<Token>,
}

impl Tokens {
    pub(super) fn read(text: &str) -> Result<Self, QueryError> {
        let mut rest = Vec::new();
        let mut text = text.trim_start();
        while let Some(first) = text.chars().next() {
            let (token, after) = match first {
                '\'' | '"' => string(text, first)?,
                '0'..='9' => number(text)?,
                _ if is_of_word(first) => word(text),
                '[' if text.starts_with("[[") => quoted(text)?,
                _ => sign(text)?,
            };
            rest.push(token);
            text = after.trim_start();
        }
        rest.reverse();
        Ok(Self { rest })
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.rest.last()
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        self.rest.pop()
    }

    /// Takes the token if it comes next.
    pub(super) fn takes(&mut self, token: &Token) -> bool {
        let is_it = self.peek() == Some(token);
        if is_it {
            self.rest.pop();
        }
        is_it
    }

    /// Takes a keyword if it comes next, in any case.
    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let is_it = matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        if is_it {
            self.rest.pop();
        }
        is_it
    }

    /// Takes one of these signs if it comes next.
    pub(super) fn takes_sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        match self.peek() {
            Some(Token::Sign(sign)) if signs.contains(sign) => {
                let sign = *sign;
                self.rest.pop();
                Some(sign)
            }
            _ => None,
        }
    }

    pub(super) fn expect(&mut self, token: &Token, sign: &str) -> Result<(), QueryError> {
        if self.takes(token) { Ok(()) } else { self.expected(sign) }
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Result<(), QueryError> {
        if self.takes_word(word) { Ok(()) } else { self.expected(word) }
    }

    pub(super) fn expect_end(&self) -> Result<(), QueryError> {
        if self.rest.is_empty() { Ok(()) } else { self.expected("its end") }
    }

    /// A name of the documents.
    pub(super) fn name(&mut self) -> Result<String, QueryError> {
        match self.peek() {
            Some(Token::Word(name) | Token::Quoted(name)) => {
                let name = name.clone();
                self.rest.pop();
                Ok(name)
            }
            _ => self.expected("a name"),
        }
    }

    /// A number that counts something.
    pub(super) fn count(&mut self) -> Result<usize, QueryError> {
        match self.next() {
            Some(Token::Number(number)) => match format!("{number}").parse() {
                Ok(count) => Ok(count),
                Err(_) => wrong(format!("{number} counts nothing")),
            },
            _ => wrong("a number is expected"),
        }
    }

    pub(super) fn expected<T>(&self, what: &str) -> Result<T, QueryError> {
        match self.peek() {
            Some(token) => wrong(format!("{what} is expected, and not {token}")),
            None => wrong(format!("{what} is expected, and not its end")),
        }
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '_' | '$')
}

/// A dash belongs to a name where no blank parts it from the letters around it.
fn word(text: &str) -> (Token, &str) {
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((place, character)) = characters.next() {
        let is_inside = is_of_word(character)
            || character.is_numeric()
            || (character == '-'
                && characters.peek().is_some_and(|(_, next)| is_of_word(*next) || next.is_numeric()));
        if !is_inside {
            break;
        }
        end = place + character.len_utf8();
    }
    let (word, rest) = text.split_at(end);
    (Token::Word(word.to_owned()), rest)
}

fn quoted(text: &str) -> Result<(Token, &str), QueryError> {
    let body = text.strip_prefix("[[").unwrap_or(text);
    match body.split_once("]]") {
        Some((name, rest)) => Ok((Token::Quoted(name.to_owned()), rest)),
        None => wrong("[[ has no ]]"),
    }
}

fn number(text: &str) -> Result<(Token, &str), QueryError> {
    let mut previous = ' ';
    let end = text.find(|character: char| {
        let is_sign = matches!(character, '+' | '-') && matches!(previous, 'e' | 'E');
        previous = character;
        !(is_sign || character.is_ascii_alphanumeric() || character == '.')
    });
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let number = match hexadecimal {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok().map(f64::from),
        None => digits.parse().ok().filter(|number: &f64| number.is_finite()),
    };
    match number {
        Some(number) => Ok((Token::Number(number), rest)),
        None => wrong(format!("{digits:.100?} is no number")),
    }
}

/// A text in quotation marks of either kind, with the escapes of JSON.
fn string(text: &str, quote: char) -> Result<(Token, &str), QueryError> {
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((place, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, 'u')) => {
                    let digits: String = characters.by_ref().take(4).map(|(_, digit)| digit).collect();
                    let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                    value.push(code.ok_or_else(|| QueryError(format!("\\u{digits} is no character")))?);
                }
                Some((_, escaped)) => value.push(escaped),
                None => break,
            },
            _ if character == quote => {
                let rest = text.get(place + quote.len_utf8()..).unwrap_or_default();
                return Ok((Token::Text(value), rest));
            }
            _ => value.push(character),
        }
    }
    wrong("a text has no end")
}

fn sign(text: &str) -> Result<(Token, &str), QueryError> {
    let single = [('.', Token::Dot), (',', Token::Comma), ('(', Token::Open), (')', Token::Close)];
    let single = single.into_iter().chain([('[', Token::OpenList), (']', Token::CloseList)]);
    for (sign, token) in single {
        if let Some(rest) = text.strip_prefix(sign) {
            return Ok((token, rest));
        }
    }
    match SIGNS.iter().find_map(|sign| Some((*sign, text.strip_prefix(sign)?))) {
        Some((sign, rest)) => Ok((Token::Sign(sign), rest)),
        None => wrong(format!("{:?} has no meaning in it", text.chars().next().unwrap_or_default())),
    }
}
