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

/// What can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// A hub that may be dialled although it is in no cloud that was chosen.
    AllowHub,
    /// The CA that the service knows.
    GroupCa,
    /// The passphrase of the key.
    Passphrase,
    /// The registration ID.
    RegistrationId,
    /// What the server is trusted by.
    Trust,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deed {
    /// Have files checked.
    Check,
    /// See which targets of configurations there are.
    ListTargets,
    /// Provision.
    Provision,
    /// Have files repaired.
    Repair,
    /// Say which proxy is to be taken, or none.
    SetProxy,
    /// Take WebSocket.
    UseWebSocket,
    /// Have the server's roots written.
    WriteRoots,
}

/// In the order of [`Naming`].
type Row = [&'static str; 5];

impl Input {
    const fn row(self) -> Row {
        match self {
            Self::AllowHub => {
                ["allow-hub", "--allow-hub", "`allowHub`", "`allow_hub`", "the hubs that are allowed"]
            }
            Self::GroupCa => {
                ["group-ca", "--group-ca", "`groupCa`", "`group_ca`", "the CA of the enrollment group"]
            }
            Self::Passphrase => [
                "passphrase",
                "--key-passphrase-file",
                "`passphrase`",
                "`passphrase`",
                "the field \"Passphrase\"",
            ],
            Self::RegistrationId => [
                "registration-id",
                "--registration-id",
                "`registrationId`",
                "`registration_id`",
                "the field \"Registration ID\"",
            ],
            Self::Trust => ["trust", "--trust", "`trust`", "`trust`", "the server's roots"],
        }
    }
}

impl Deed {
    const fn row(self) -> Row {
        match self {
            Self::Check => [
                "have the files checked",
                "`dps-x509 check FILE`",
                "`inspect(files)`",
                "`inspect(files)`",
                "the check of files on this page",
            ],
            Self::ListTargets => [
                "the list of targets",
                "`dps-x509 configure --list`",
                "`targets()`",
                "`targets()`",
                "the list on this page",
            ],
            Self::Provision => [
                "this component",
                "`dps-x509 provision`",
                "`provision()`",
                "`provision()`",
                "the command line, `dps-x509 provision`",
            ],
            Self::Repair => [
                "the repair",
                "`dps-x509 check FILE --write-fixed DIR`",
                "`repair(files)`",
                "`repair(files)`",
                "the repair of files on this page",
            ],
            Self::SetProxy => [
                "the proxy",
                "the proxy (--proxy, else https_proxy, HTTPS_PROXY, all_proxy or ALL_PROXY of the environment); --no-proxy \
                 dials without one",
                "the proxy that the connection is given",
                "the proxy that the connection is given",
                "the proxy of this machine",
            ],
            Self::UseWebSocket => [
                "transport: websocket",
                "--transport websocket",
                "`transport: 'websocket'`",
                "`transport=\"websocket\"`",
                "WebSocket",
            ],
            Self::WriteRoots => [
                "the configuration \"roots\"",
                "`dps-x509 configure roots --out DIR`",
                "`configure(['roots'], files)`",
                "`configure([\"roots\"], files)`",
                "the configuration \"roots\" on this page",
            ],
        }
    }
}

impl Input {
    const ALL: [Self; 5] =
        [Self::AllowHub, Self::GroupCa, Self::Passphrase, Self::RegistrationId, Self::Trust];

    /// Its name: that of the component's interface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Naming::Plain.input(self)
    }

    /// The input of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|input| input.name() == name)
    }
}

impl Deed {
    const ALL: [Self; 7] = [
        Self::Check,
        Self::ListTargets,
        Self::Provision,
        Self::Repair,
        Self::SetProxy,
        Self::UseWebSocket,
        Self::WriteRoots,
    ];

    /// Its name in a sentence that is passed on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::ListTargets => "list-targets",
            Self::Provision => "provision",
            Self::Repair => "repair",
            Self::SetProxy => "set-proxy",
            Self::UseWebSocket => "use-websocket",
            Self::WriteRoots => "write-roots",
        }
    }

    /// The deed of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.name() == name)
    }
}

impl Naming {
    /// What an input is called.
    #[must_use]
    pub const fn input(self, input: Input) -> &'static str {
        self.of(input.row())
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
