//! The one engine of this process, and the clock that ends what runs too long.

use std::sync::LazyLock;
use std::time::Duration;

use wasmtime::{Config, Engine};

/// How exactly a run's time is kept.
pub(crate) const TICK: Duration = Duration::from_millis(50);
/// Bytes of the stack that a component's calls may fill; half of what a thread has.
const STACK: usize = 1 << 20;

static ENGINE: LazyLock<wasmtime::Result<Engine>> = LazyLock::new(start);

/// The engine, made when it is first asked for.
///
/// # Errors
/// Why this machine can run no components.
pub(crate) fn engine() -> Result<&'static Engine, String> {
    ENGINE.as_ref().map_err(ToString::to_string)
}

fn start() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK)
        // The same bits on every machine.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    let engine = Engine::new(&config)?;
    let ticking = engine.clone();
    let clock = move || {
        loop {
            std::thread::sleep(TICK);
            ticking.increment_epoch();
        }
    };
    std::thread::Builder::new().name("sandbox-clock".to_owned()).spawn(clock)?;
    Ok(engine)
}
