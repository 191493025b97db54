//! Compiling the web app's rules to WebAssembly: two modules of one library, that all visitors need not load what few use.
//!
//! By rustup's compiler where its target is installed, otherwise by the one that `tools/sbf-toolchain` installs, which builds the standard
//! library as well. Cargo makes a static library and the linker is called here: as a dynamic library it would export what
//! dependencies mark for JavaScript.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{process, project::Project};

/// How long it takes when nothing is built yet.
pub const COLD: &str = "4 minutes, and 6 for the compiler";

const TARGET: &str = "wasm32-unknown-unknown";
const PACKAGE: &str = "ballast-app-rules";
const LIBRARY: &str = "libballast_app_rules.a";
/// Where the app looks for them, from the repository's root.
const FOLDER: &str = "app/src/rules";
/// What every module exports of `app/rules/src/abi.rs`, beside the function that answers.
const EXPORTS: [&str; 2] = ["ballast_request", "ballast_answer"];

/// A module: what its one answering function does not reach is left out.
struct Module {
    file: &'static str,
    answering: &'static str,
}

const MODULES: [Module; 2] = [
    Module { file: "vault.wasm", answering: "ballast_call_of_a_vault" },
    Module { file: "rules.wasm", answering: "ballast_call" },
];

/// As rustc gives a program of this target; the linker's own default is a sixteenth, and a vault takes ten kilobytes.
const STACK_BYTES: &str = "stack-size=1048576";
/// What nothing here calls must still compile: keys are made at random in dependencies.
const NO_RANDOM: &str = "--cfg=getrandom_backend=\"unsupported\"";
/// Debian's compiler, and the source of its standard library.
const DEBIAN: [&str; 3] = ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/lib/rustlib/src/rust/library"];

/// Compiles the rules and returns the modules.
pub fn build(project: &Project) -> Result<Vec<PathBuf>> {
    let rustup = Rustup::locate(project)?;
    let target = project.cargo_target.join("wasm");
    process::run(&mut compile(project, &rustup, &target)?)?;
    let built = target.join(TARGET).join("wasm");
    let place = |module: &Module| {
        let (linked, placed) = (built.join(module.file), project.root.join(FOLDER).join(module.file));
        process::run(&mut link(project, &rustup, &built.join(LIBRARY), module, &linked))?;
        replace(&linked, &placed).with_context(|| format!("cannot copy {} to {}", linked.display(), placed.display()))?;
        Ok(placed)
    };
    MODULES.iter().map(place).collect()
}

/// What the module takes on disk, and on its way to a browser.
pub fn sizes(module: &Path) -> Result<String> {
    let raw = fs::metadata(module).with_context(|| format!("cannot read {}", module.display()))?.len();
    let zipped = process::capture(Command::new("gzip").arg("-9c").arg(module))?.len();
    Ok(format!("{raw} bytes, {zipped} gzipped"))
}

/// The compiler that `rust-toolchain.toml` names.
struct Rustup {
    /// Its folder of the host's tools.
    host: PathBuf,
    /// Whether its standard library is installed for [`TARGET`].
    has_target: bool,
}

impl Rustup {
    fn locate(project: &Project) -> Result<Self> {
        let print = |what: &str| -> Result<String> {
            let printed = process::capture(project.command("rustc").args(["--print", what]))?;
            Ok(String::from_utf8(printed)?.trim().to_owned())
        };
        let targets = Path::new(&print("sysroot")?).join("lib/rustlib");
        Ok(Self { host: targets.join(print("host-tuple")?), has_target: targets.join(TARGET).is_dir() })
    }

    fn linker(&self) -> PathBuf {
        self.host.join("bin/rust-lld")
    }
}

fn compile(project: &Project, rustup: &Rustup, target: &Path) -> Result<Command> {
    let mut command = if rustup.has_target { project.cargo(&[]) } else { debian_cargo(project)? };
    command.args(["build", "--profile", "wasm", "--package", PACKAGE, "--target", TARGET]);
    if !rustup.has_target {
        command.args(["-Z", "build-std=core,alloc,std,panic_abort"]);
    }
    // Cargo links a module of each dependency that is a dynamic library as well; they go unused.
    let flags = format!("-Clinker={}\x1f{NO_RANDOM}", rustup.linker().display());
    command.env("CARGO_ENCODED_RUSTFLAGS", flags).env("CARGO_TARGET_DIR", target);
    Ok(command)
}

/// Debian's Cargo, installed where it is missing.
fn debian_cargo(project: &Project) -> Result<Command> {
    if !DEBIAN.iter().all(|path| Path::new(path).exists()) {
        let mut install = project.command(project.root.join("tools/sbf-toolchain/sbf-toolchain"));
        process::run(install.arg("install"))
            .with_context(|| format!("elsewhere than on Debian, run `rustup target add {TARGET}` and try again"))?;
    }
    let [rustc, cargo, _] = DEBIAN;
    let mut command = project.command(cargo);
    // The standard library is built with unstable options.
    command.env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "1").env_remove("CARGO");
    Ok(command)
}

fn link(project: &Project, rustup: &Rustup, library: &Path, module: &Module, output: &Path) -> Command {
    let mut command = project.command(rustup.linker());
    command.args(["-flavor", "wasm", "--no-entry", "--gc-sections", "--strip-all", "--stack-first", "-z", STACK_BYTES]);
    command.args(EXPORTS.into_iter().chain([module.answering]).map(|name| format!("--export={name}")));
    command.arg(library).arg("-o").arg(output);
    command
}

/// Copies a file over another one of other content: what watches the app need not start anew for the same.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let new = fs::read(from)?;
    if fs::read(to).is_ok_and(|present| present == new) {
        return Ok(());
    }
    Ok(fs::write(to, new)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn exports_are_those_of_the_boundary() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let source = fs::read_to_string(root.join("app/rules/src/abi.rs")).unwrap();
        let named = source.split("extern \"C\" fn ").skip(1).filter_map(|rest| rest.split('(').next());
        let names: BTreeSet<_> = named.collect();
        assert_eq!(names, EXPORTS.into_iter().chain(MODULES.map(|module| module.answering)).collect());
    }

    #[test]
    fn replace_leaves_a_file_of_the_same_content() {
        let folder = std::env::temp_dir().join(format!("ballast-xtask-wasm-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let [from, to] = ["from", "to"].map(|name| folder.join(name));
        fs::write(&from, "one").unwrap();
        replace(&from, &to).unwrap();
        let old = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().append(true).open(&to).unwrap().set_modified(old).unwrap();
        replace(&from, &to).unwrap();
        assert_eq!(fs::metadata(&to).unwrap().modified().unwrap(), old);
        fs::write(&from, "two").unwrap();
        replace(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "two");
        fs::remove_dir_all(folder).unwrap();
    }
}
