//! `emulator`: looks at a running `emulate` and acts on it, by its control interface.

mod args;
mod device;
mod text;

use std::{io, path::Path};

use dps_x509_emulator::{
    MethodCall,
    control::{Client, ControlError, Token},
    fault::Scenario,
};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{exit::Exit, input, refusal, terminal};
pub(crate) use args::Args;
use args::{Ca, Command, Fault};

/// What changes with the first of them.
const FIRST_CA: &str = "\nFrom now on a group's CA counts only if it is verified, or rolls up to one that is: before, every one did.";

/// Why there is nothing to show.
enum Failure {
    /// An input is wrong.
    Input(String),
    Control(ControlError),
    /// None came in the time given.
    NoMessage,
}

impl From<ControlError> for Failure {
    fn from(error: ControlError) -> Self {
        Self::Control(error)
    }
}

/// What there is to show.
struct Answer {
    text: String,
    json: Value,
}

impl Answer {
    fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json }
    }

    /// Of a call that answers nothing but that it is done.
    fn done(text: impl Into<String>) -> Self {
        let text = text.into();
        let json = json!({ "done": text });
        Self { text, json }
    }
}

pub(crate) async fn run(args: &Args) -> Exit {
    let (exit, message) = match act(args).await {
        Ok(answer) => {
            let shown = match args.json {
                true => terminal::json(answer.json),
                false => terminal::out(&format!("{}\n", answer.text.trim_end())),
            };
            // Whoever does not read on has read enough.
            shown.unwrap_or_default();
            return Exit::Done;
        }
        Err(Failure::Input(message)) => (Exit::Usage, message),
        Err(Failure::Control(error @ ControlError::Refused { .. })) => (Exit::Refused, error.to_string()),
        Err(Failure::Control(error @ ControlError::Unreachable { .. })) => (
            Exit::NoConnection,
            format!("{error}; start it with `dps-x509 emulate --control {}`", args.control.port()),
        ),
        Err(Failure::NoMessage) => (Exit::OutOfTime, "no message came in time".to_owned()),
        Err(Failure::Control(error @ ControlError::TooSlow)) => (Exit::OutOfTime, error.to_string()),
        Err(Failure::Control(error)) => (Exit::NoConnection, error.to_string()),
    };
    refusal::say("emulator", message, args.json);
    exit
}

async fn act(args: &Args) -> Result<Answer, Failure> {
    let control = Client::new(args.control, token(args)?);
    Ok(match &args.command {
        Command::Status => {
            let status = control.status().await?;
            Answer::new(text::status(&status), json!(status))
        }
        Command::Enrollments => {
            let enrollments = control.enrollments().await?;
            Answer::new(text::enrollments(&enrollments), json!(enrollments))
        }
        Command::Registrations => {
            let registrations = control.registrations().await?;
            Answer::new(text::registrations(&registrations), json!(registrations))
        }
        Command::DeleteRegistration { registration_id } => {
            control.delete_registration(registration_id).await?;
            Answer::done(format!("The registration of {registration_id} is deleted."))
        }
        Command::ConnectionString { provisioning, hub } => {
            let all = control.connection_strings().await?;
            let of_hub = || match hub {
                Some(hub) => all.hubs.get(&hub.to_ascii_lowercase()),
                None => all.hubs.values().next(),
            };
            let found = if *provisioning { Some(&all.provisioning) } else { of_hub() };
            let none = || Failure::Input("the emulator has no such hub".to_owned());
            let found = found.ok_or_else(none)?;
            Answer::new(found.as_str(), json!({ "connectionString": found }))
        }
        Command::Devices => {
            let devices = control.devices().await?;
            Answer::new(text::devices(&devices), json!(devices))
        }
        Command::Twin { device, change } => device::twin(&control, device, change.as_ref()).await?,
        Command::Message { device, text, property, expires } => {
            device::send(&control, device, text, property, *expires).await?
        }
        Command::Method { device, name, payload, wait, connect_wait } => {
            let mut call = MethodCall::new(name, payload.clone());
            call.response_timeout_in_seconds = Some(*wait);
            call.connect_timeout_in_seconds = Some(*connect_wait);
            device::call(&control, device, &call).await?
        }
        Command::Messages { device, after, wait } => {
            device::messages(&control, device.as_deref(), *after, *wait).await?
        }
        Command::Disconnect { device } => device::disconnect(&control, device).await?,
        Command::Ca(ca) => act_on_ca(&control, ca).await?,
        Command::Fault(fault) => act_on_faults(&control, fault).await?,
        Command::Reload => {
            control.reload().await?;
            Answer::done("The configuration was read again and is in force.")
        }
        Command::Stop => {
            control.stop().await?;
            Answer::done("The emulator stops.")
        }
    })
}

/// The token of the emulator. Where none is kept, either no emulator of this user is there, which the attempt tells,
/// or it is somebody else's, and it refuses.
fn token(args: &Args) -> Result<Option<Token>, Failure> {
    let unreadable =
        |path: &Path, error| Failure::Input(format!("{} cannot be read: {error}", path.display()));
    match (&args.token, Token::path(args.control)) {
        (Some(path), _) => Token::read(path).map(Some).map_err(|error| unreadable(path, error)),
        (None, Some(path)) if path.exists() => {
            Token::read(&path).map(Some).map_err(|error| unreadable(&path, error))
        }
        (None, _) => Ok(None),
    }
}

async fn act_on_ca(control: &Client, ca: &Ca) -> Result<Answer, Failure> {
    Ok(match ca {
        Ca::List => {
            let all = control.ca_certificates().await?;
            Answer::new(text::ca_certificates(&all), json!(all))
        }
        Ca::Upload { name, file } => {
            control.upload_ca(name, &read(file)?).await?;
            let mut text = format!("The CA certificate {name} was uploaded. It is not verified yet.");
            if control.ca_certificates().await?.len() == 1 {
                text.push_str(FIRST_CA);
            }
            Answer::done(text)
        }
        Ca::Delete { name } => {
            control.delete_ca(name).await?;
            Answer::done(format!("The CA certificate {name} is deleted."))
        }
        Ca::Code { name } => {
            let code = control.new_verification_code(name).await?;
            Answer::new(&code, json!({ "verificationCode": code }))
        }
        Ca::Verify { name, file } => {
            control.verify(name, &read(file)?).await?;
            Answer::done(format!("The CA certificate {name} is verified."))
        }
        Ca::MarkVerified { name } => {
            control.mark_verified(name).await?;
            Answer::done(format!("The CA certificate {name} is marked as verified."))
        }
    })
}

async fn act_on_faults(control: &Client, fault: &Fault) -> Result<Answer, Failure> {
    let script = match fault {
        Fault::Scenarios => {
            let all = Scenario::ALL;
            let entry = |it: &Scenario| json!({ "name": it.name, "summary": it.summary() });
            return Ok(Answer::new(text::scenarios(all), all.iter().map(entry).collect()));
        }
        Fault::List => {
            let faults = control.faults().await?;
            return Ok(Answer::new(text::faults(&faults), json!(faults)));
        }
        Fault::Clear => String::new(),
        Fault::Use { scenarios, seed } => {
            let names: Vec<_> = scenarios.iter().map(|name| Value::from(name.as_str()).to_string()).collect();
            format!("seed = {seed}\nscenarios = [{}]\n", names.join(", "))
        }
        Fault::Load { file } => input::read_text(file).map_err(|error| unread(file, &error))?,
    };
    control.script_faults(&script).await?;
    let faults = control.faults().await?;
    Ok(Answer::new(text::faults(&faults), json!(faults)))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    input::read(path).map_err(|error| unread(path, &error))
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    Failure::Input(format!("{} cannot be read: {error}", path.display()))
}
