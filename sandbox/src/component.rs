//! From a file to a program that may be run, or what is wrong with it.

use std::time::Duration;

use scoring::Hash;
use thiserror::Error;
use wasmtime::component::Linker;
use wasmtime::{Engine, Module, Store, component};
use wit_component::ComponentEncoder;

use crate::engine::{TICK, engine};
use crate::guard::{Guard, Limits};
use crate::interface::{Metric, MetricPre};

/// Largest file in bytes.
const SIZE_MAX: usize = 64 * 1024 * 1024;

/// A component that was compiled and found to export the interface and to import nothing. Cheap to clone.
#[derive(Clone)]
pub struct Component {
    engine: &'static Engine,
    prepared: MetricPre<Guard>,
}

/// Why a file is no metric: for the organizer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unfit {
    #[error("it has {mb} MB; a component has at most {}", SIZE_MAX / 1024 / 1024)]
    TooLarge { mb: usize },
    #[error("it is no WebAssembly file")]
    NoWasm,
    /// A core module that was not built with wit-bindgen, or imports something.
    #[error("it is a core module that cannot be made a component: {why}")]
    CoreModule { why: String },
    #[error("it is no valid component: {why}")]
    Invalid { why: String },
    #[error(
        "it imports {}; a metric has nothing but its input: no files, network, clock or random numbers",
        names.join(", ")
    )]
    Imports { names: Vec<String> },
    #[error("it does not export madang:metric/scoring@1.0.0 as sandbox/wit/metric.wit describes it: {why}")]
    OtherInterface { why: String },
    #[error("its SHA-256 is {found}; it should be {expected}")]
    Changed { found: Hash, expected: Hash },
    #[error("this machine cannot run components: {why}")]
    NoEngine { why: String },
}

impl Component {
    /// Compiles what should be the component with this SHA-256.
    ///
    /// # Errors
    /// That it is another one, or as [`Self::compile`].
    pub fn pinned(bytes: &[u8], expected: Hash) -> Result<Self, Unfit> {
        let found = Hash::of(bytes);
        if found == expected { Self::compile(bytes) } else { Err(Unfit::Changed { found, expected }) }
    }

    /// Checks and compiles a component, or a core module that carries wit-bindgen's description of its interface. Takes
    /// milliseconds for a small one and many seconds for one with a language's whole runtime in it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn compile(bytes: &[u8]) -> Result<Self, Unfit> {
        if bytes.len() > SIZE_MAX {
            return Err(Unfit::TooLarge { mb: bytes.len().div_ceil(1024 * 1024) });
        }
        let engine = engine().map_err(|why| Unfit::NoEngine { why })?;
        let wrapped = match bytes {
            // Magic, version, and whether it is a module (0) or a component (1).
            [b'\0', b'a', b's', b'm', _, _, 0, 0, ..] => Some(wrap(engine, bytes)?),
            [b'\0', b'a', b's', b'm', ..] => None,
            _ => return Err(Unfit::NoWasm),
        };
        let bytes = wrapped.as_deref().unwrap_or(bytes);
        let compiled = component::Component::from_binary(engine, bytes)
            .map_err(|error| Unfit::Invalid { why: first_line(&format!("{error:#}")) })?;
        let names: Vec<String> = compiled.component_type().imports(engine).map(|(name, _)| name.to_owned()).collect();
        if !names.is_empty() {
            return Err(Unfit::Imports { names });
        }
        // A linker without anything in it.
        let prepared = Linker::new(engine).instantiate_pre(&compiled).and_then(MetricPre::new).map_err(other)?;
        let component = Self { engine, prepared };
        match component.mismatch() {
            Some(error) => Err(other(error)),
            None => Ok(component),
        }
    }

    /// How its function differs from the interface's. That it breaks off is another matter.
    fn mismatch(&self) -> Option<wasmtime::Error> {
        let (store, instance) = self.start(Limits::default());
        instance.err().filter(|error| store.data().is_innocent(error))
    }

    pub(crate) fn start(&self, limits: Limits) -> (Store<Guard>, wasmtime::Result<Metric>) {
        let mut store = Store::new(self.engine, Guard::new(limits));
        store.limiter(|guard| guard);
        store.set_epoch_deadline(ticks(limits.time));
        let instance = store.set_fuel(limits.fuel).and_then(|()| self.prepared.instantiate(&mut store));
        (store, instance)
    }
}

/// A component around a core module.
fn wrap(engine: &Engine, module: &[u8]) -> Result<Vec<u8>, Unfit> {
    let fault = |why: &str| Unfit::CoreModule { why: first_line(why) };
    // The encoder trusts that a module is whole.
    Module::validate(engine, module).map_err(|error| fault(&format!("{error:#}")))?;
    let encode = || ComponentEncoder::default().validate(true).module(module).and_then(|mut encoder| encoder.encode());
    // And that the description of the interface in it is.
    let encoded = std::panic::catch_unwind(encode).map_err(|_| fault("its description of the interface is broken"))?;
    encoded.map_err(|error| fault(&format!("{error:#}")))
}

fn other(error: wasmtime::Error) -> Unfit {
    Unfit::OtherInterface { why: first_line(&format!("{error:#}")) }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_millis() / TICK.as_millis()).unwrap_or(u64::MAX / 2).saturating_add(1)
}
