//! One run: a new instance, its limits, and what became of it.

use std::time::Duration;

use scoring::metric::{Crash, Fault, Scores};
use thiserror::Error;
use wasmtime::{ResourceLimiter, Store, Trap};

use crate::component::Component;
use crate::engine::TICK;
use crate::interface::Metric;
use crate::interface::exports::madang::metric::scoring::Input;

/// The name of the value that ranks.
const SCORE: &str = "score";
/// Values of one run, `score` among them.
const VALUES_MAX: usize = 100;
/// Letters of a value's name.
const NAME_MAX: usize = 100;
/// Letters of a refusal.
const SAID_MAX: usize = 200;
/// Entries of all tables together.
const TABLE_MAX: usize = 100_000;

/// What one run may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// About one for each instruction and each byte that is moved. Ends an endless loop at the same place on every machine.
    pub(crate) fuel: u64,
    /// Bytes of all linear memories together.
    pub(crate) memory: usize,
    /// For a machine that is too slow for the fuel.
    pub(crate) time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fuel: 200_000_000_000, memory: 256 * 1024 * 1024, time: Duration::from_mins(1) }
    }
}

/// Keeps count of an instance's memory.
pub(crate) struct Guard {
    limits: Limits,
    memory: usize,
    table: usize,
    /// Memory was wanted beyond the limit.
    over: bool,
}

#[derive(Debug, Error)]
#[error("more memory than a metric may have")]
struct Over;

impl ResourceLimiter for Guard {
    /// Beyond the limit the run ends here: what a program makes of a refusal is anyone's guess.
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.memory = self.memory.saturating_add(desired.saturating_sub(current));
        self.over |= self.memory > self.limits.memory;
        if self.over { Err(wasmtime::Error::new(Over)) } else { Ok(true) }
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.table = self.table.saturating_add(desired.saturating_sub(current));
        self.over |= self.table > TABLE_MAX;
        if self.over { Err(wasmtime::Error::new(Over)) } else { Ok(true) }
    }

    fn instances(&self) -> usize {
        100
    }

    fn tables(&self) -> usize {
        20
    }

    fn memories(&self) -> usize {
        20
    }
}

impl Component {
    /// Runs it once, in an instance of its own.
    ///
    /// # Errors
    /// How it broke off, or why what it gave is no score.
    pub(crate) fn run(&self, input: Input<'_>, limits: Limits) -> Result<Scores, Fault> {
        let (mut store, instance) = self.start(limits);
        if instance.as_ref().is_err_and(|error| not_its_doing(error, store.data())) {
            return Err(Fault::Unusable);
        }
        match instance.and_then(|instance| instance.madang_metric_scoring().call_score(&mut store, input)) {
            Ok(Ok(values)) => scores(values),
            Ok(Err(said)) => Err(Fault::Refused { said: tidy(&said) }),
            Err(error) => Err(fault(&error, store.data())),
        }
    }

    /// How its function differs from the interface's. That it breaks off is another matter.
    pub(crate) fn mismatch(&self) -> Option<wasmtime::Error> {
        let (store, instance) = self.start(Limits::default());
        instance.err().filter(|error| not_its_doing(error, store.data()))
    }

    fn start(&self, limits: Limits) -> (Store<Guard>, wasmtime::Result<Metric>) {
        let mut store = Store::new(self.engine, Guard { limits, memory: 0, table: 0, over: false });
        store.limiter(|guard| guard);
        store.set_epoch_deadline(ticks(limits.time));
        let instance = store.set_fuel(limits.fuel).and_then(|()| self.prepared.instantiate(&mut store));
        (store, instance)
    }
}

/// Whether an instance could not be made through no doing of its own code: for want of this machine's memory, say.
fn not_its_doing(error: &wasmtime::Error, guard: &Guard) -> bool {
    !guard.over && error.downcast_ref::<Trap>().is_none()
}

fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_millis() / TICK.as_millis()).unwrap_or(u64::MAX / 2).saturating_add(1)
}

fn fault(error: &wasmtime::Error, guard: &Guard) -> Fault {
    if guard.over {
        return Fault::Memory { mb: (guard.limits.memory >> 20) as u64 };
    }
    Fault::Crash(match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return Fault::Fuel,
        Some(Trap::Interrupt) => return Fault::Time { seconds: guard.limits.time.as_secs() },
        Some(Trap::StackOverflow) => Crash::Stack,
        Some(Trap::MemoryOutOfBounds | Trap::TableOutOfBounds | Trap::IndirectCallToNull) => Crash::Bounds,
        Some(Trap::IntegerOverflow | Trap::IntegerDivisionByZero | Trap::BadConversionToInteger) => Crash::Arithmetic,
        _ => Crash::Abort,
    })
}

/// The score and what explains it, if they are what they must be.
fn scores(values: Vec<(String, f64)>) -> Result<Scores, Fault> {
    let fit = |name: &str| !name.is_empty() && name.chars().count() <= NAME_MAX && !name.contains(char::is_control);
    let mut names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).any(|pair| pair.first() == pair.last());
    if twice || values.len() > VALUES_MAX || !names.into_iter().all(fit) {
        return Err(Fault::Names);
    }
    if let Some((name, _)) = values.iter().find(|(_, value)| !value.is_finite()) {
        return Err(Fault::NotFinite { name: name.clone() });
    }
    let (score, details): (Vec<_>, Vec<_>) = values.into_iter().partition(|(name, _)| name == SCORE);
    match score.first() {
        Some(&(_, score)) => Ok(Scores { score, details }),
        None => Err(Fault::NoScore),
    }
}

/// One line of a readable length.
fn tidy(said: &str) -> String {
    let spaced: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut letters = spaced.trim().chars();
    let mut line: String = letters.by_ref().take(SAID_MAX).collect();
    if letters.next().is_some() {
        line.push('…');
    }
    line
}
