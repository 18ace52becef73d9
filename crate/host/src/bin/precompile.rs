//! `precompile [--target TRIPLE] COMPONENT CODE`: machine code from a component, for the baseline of this architecture or of
//! another one.

use std::{env, error::Error, ffi::OsString, fs, path::Path, process::ExitCode};

const USAGE: &str = "usage: precompile [--target TRIPLE] COMPONENT.wasm CODE.cwasm

TRIPLE is a target such as aarch64-unknown-linux-gnu, or pulley64 for wasmtime's interpreter; other architectures than this
machine's take the Cargo feature `cross`. Without it the code is for this machine's architecture and operating system.";

fn main() -> ExitCode {
    let mut arguments: Vec<_> = env::args_os().skip(1).collect();
    let target = arguments.iter().position(|word| word == "--target").map(|at| {
        arguments.remove(at);
        // Without a value there are too few arguments as well.
        if at < arguments.len() { arguments.remove(at) } else { OsString::new() }
    });
    let [component, code] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match precompile(Path::new(component), Path::new(code), target.as_deref().and_then(|it| it.to_str())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("precompile: {error}");
            ExitCode::FAILURE
        }
    }
}

fn precompile(component: &Path, code: &Path, target: Option<&str>) -> Result<(), Box<dyn Error>> {
    let bytes =
        fs::read(component).map_err(|error| format!("{} cannot be read: {error}", component.display()))?;
    let compiled = match target {
        None => dps_x509_host::precompile(&bytes)?,
        Some(target) => dps_x509_host::precompile_for(&bytes, target)?,
    };
    let wrong = |error: std::io::Error| format!("{} cannot be written: {error}", code.display());
    let partial = code.with_extension("partial");
    fs::write(&partial, compiled).map_err(wrong)?;
    fs::rename(&partial, code).map_err(wrong)?;
    Ok(())
}
