//! The one engine of this process, and the clock that ends what runs too long.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use wasmtime::{Config, Engine};

/// How exactly a run's time is kept.
pub(crate) const TICK: Duration = Duration::from_millis(50);
/// Bytes of the stack that a component's calls may fill; half of what a thread has.
const STACK: usize = 1 << 20;

static ENGINE: OnceLock<Engine> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

/// The engine, made when it is first asked for.
///
/// # Errors
/// Why this machine can run no components now; the next call tries again.
pub(crate) fn engine() -> Result<&'static Engine, String> {
    let _turn = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let engine = start().map_err(|error| error.to_string())?;
    Ok(ENGINE.get_or_init(|| engine))
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
