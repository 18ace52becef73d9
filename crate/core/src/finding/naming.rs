//! What each front end calls an input, and how something is done there: one row for each.

/// Whose words are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Naming {
    /// Inputs by their names, as in the component's interface.
    #[default]
    Plain,
    /// The command line: flags and commands.
    CommandLine,
    /// The npm package: options and functions.
    JavaScript,
    /// The Python package: parameters and functions.
    Python,
    /// The page: fields and buttons.
    Page,
}

/// In the order of [`Naming`].
type Row = [&'static str; 5];

/// An enumeration of what has a name, and a row of what each front end calls it.
macro_rules! named {
    ($about:literal $type:ident: $($(#[$doc:meta])* $variant:ident = $name:literal: [$($word:literal),+];)+) => {
        #[doc = $about]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$doc])* $variant,)+
        }

        impl $type {
            /// All of them, by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name: that of the component's interface, and in a sentence that is passed on.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The one of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }

            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => [$($word),+],)+
                }
            }
        }
    };
}

macro_rules! inputs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $($word:literal),+;)+) => {
        named! { "What can be given." Input: $($(#[$doc])* $variant = $name: [$name, $($word),+];)+ }
    };
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $($word:literal),+;)+) => {
        named! { "What can be done." Deed: $($(#[$doc])* $variant = $name: [$($word),+];)+ }
    };
}

include!("naming/table.rs");

impl Naming {
    /// What an input is called.
    #[must_use]
    pub const fn input(self, input: Input) -> &'static str {
        self.of(input.row())
    }

    /// What an input is called where it stands by itself and not in a sentence.
    #[must_use]
    pub fn label(self, input: Input) -> &'static str {
        self.input(input).trim_matches('`')
    }

    /// How something is done.
    #[must_use]
    pub const fn deed(self, deed: Deed) -> &'static str {
        self.of(deed.row())
    }

    const fn of(self, row: Row) -> &'static str {
        let [plain, command_line, javascript, python, page] = row;
        match self {
            Self::Plain => plain,
            Self::CommandLine => command_line,
            Self::JavaScript => javascript,
            Self::Python => python,
            Self::Page => page,
        }
    }
}
