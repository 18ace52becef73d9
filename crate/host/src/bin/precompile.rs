//! `precompile COMPONENT CODE`: machine code for the baseline of this architecture, from a component.

use std::{env, error::Error, fs, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [component, code] = arguments.as_slice() else {
        eprintln!("usage: precompile COMPONENT.wasm CODE.cwasm");
        return ExitCode::from(2);
    };
    match precompile(Path::new(component), Path::new(code)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("precompile: {error}");
            ExitCode::FAILURE
        }
    }
}

fn precompile(component: &Path, code: &Path) -> Result<(), Box<dyn Error>> {
    let bytes =
        fs::read(component).map_err(|error| format!("{} cannot be read: {error}", component.display()))?;
    let wrong = |error: std::io::Error| format!("{} cannot be written: {error}", code.display());
    let partial = code.with_extension("partial");
    fs::write(&partial, dps_x509_host::precompile(&bytes)?).map_err(wrong)?;
    fs::rename(&partial, code).map_err(wrong)?;
    Ok(())
}
