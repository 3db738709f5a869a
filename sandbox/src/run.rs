//! One run: a new instance, its limits, and what became of it.

use scoring::metric::{Crash, Fault, Scores};
use wasmtime::Trap;

use crate::component::Component;
use crate::guard::{Guard, Limits};
use crate::interface::exports::madang::metric::scoring::Input;

/// The name of the value that ranks.
const SCORE: &str = "score";
/// Values of one run, `score` among them.
const VALUES_MAX: usize = 100;
/// Letters of a value's name.
const NAME_MAX: usize = 100;
/// Letters of a refusal.
const SAID_MAX: usize = 200;

impl Component {
    /// Runs it once, in an instance of its own.
    ///
    /// # Errors
    /// How it broke off, or why what it gave is no score.
    pub(crate) fn run(&self, input: Input<'_>, limits: Limits) -> Result<Scores, Fault> {
        let (mut store, instance) = self.start(limits);
        if instance.as_ref().is_err_and(|error| store.data().is_innocent(error)) {
            return Err(Fault::Unusable);
        }
        match instance.and_then(|instance| instance.madang_metric_scoring().call_score(&mut store, input)) {
            Ok(Ok(values)) => scores(values),
            Ok(Err(said)) => Err(Fault::Refused { said: tidy(&said) }),
            Err(error) => Err(fault(&error, store.data())),
        }
    }
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
