//! What becomes of components that do wrong, and that they do nobody else any harm.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use scoring::metric::{Crash, Fault, Input, Params, Scores};
use scoring::{Hash, Values};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::guard::Limits;
use crate::metric::score;
use crate::{Component, Unfit, WIT};

/// Quick to run out, far more than an honest guest needs.
const LIMITS: Limits = Limits { fuel: 50_000_000, memory: 4 << 20, time: Duration::from_mins(1) };

/// A core module with the interface's description, whose `score` is this code. At 0 lies an answer that its data make: one
/// value, whose name is the five letters at 64.
fn module(body: &str, data: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (memory (export "memory") 1)
            (global $next (mut i32) (i32.const 1024))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (global.set $next (i32.add (local.get $at) (local.get 3)))
                (local.get $at))
            (data (i32.const 4) "\20\00\00\00\01\00\00\00")
            (data (i32.const 32) "\40\00\00\00\05\00\00\00")
            (data (i32.const 64) "score")
            {data}
            (func $deep (param i64 i64) (result i64)
                (i64.add (local.get 0) (call $deep (local.get 1) (local.get 0))))
            (func (export "madang:metric/scoring@1.0.0#score")
                (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
                {body}
                (i32.const 0)))"#
    );
    described(&text, WIT)
}

/// A core module with the description of an interface.
fn described(text: &str, interface: &str) -> Vec<u8> {
    let mut module = wat::parse_str(text).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_str("metric.wit", interface).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    module
}

/// Bytes as a text of WAT has them.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("\\{byte:02x}"))
}

/// A value as the guest's data: little-endian at 40.
fn value(value: f64) -> String {
    let bytes = escaped(&value.to_le_bytes());
    format!(r#"(data (i32.const 40) "{bytes}")"#)
}

fn run(body: &str, data: &str) -> Result<Scores, Fault> {
    let component = Component::compile(&module(body, data)).unwrap();
    let column = [Values::Numbers(vec![1.0, 2.0])];
    score(&component, &Params::default(), Input::new(&column, &column), LIMITS)
}

fn refusal(said: &str) -> String {
    let length: String = escaped(&u32::try_from(said.len()).unwrap().to_le_bytes());
    format!(r#"(data (i32.const 0) "\01\00\00\00\00\01\00\00{length}") (data (i32.const 256) "{said}")"#)
}

#[test]
fn a_value_named_score_is_the_score() {
    assert_eq!(run("", &value(0.75)), Ok(Scores { score: 0.75, details: Vec::new() }));
}

#[test]
fn whatever_a_component_does_wrong_has_its_own_name() {
    let cases = [
        ("unreachable", String::new(), Fault::Crash(Crash::Abort)),
        ("(loop (br 0))", String::new(), Fault::Fuel),
        ("(loop (drop (memory.grow (i32.const 16))) (br 0))", String::new(), Fault::Memory { mb: 4 }),
        ("(drop (i32.load (i32.const -4)))", String::new(), Fault::Crash(Crash::Bounds)),
        ("(drop (i32.div_u (i32.const 1) (i32.load (i32.const 512))))", String::new(), Fault::Crash(Crash::Arithmetic)),
        ("(drop (call $deep (i64.const 1) (i64.const 2)))", String::new(), Fault::Crash(Crash::Stack)),
        ("", value(f64::NAN), Fault::NotFinite { name: "score".to_owned() }),
        ("", value(f64::NEG_INFINITY), Fault::NotFinite { name: "score".to_owned() }),
        ("", r#"(data (i32.const 64) "other")"#.to_owned(), Fault::NoScore),
        // No value at all; two of the same name; one without a name.
        ("", r#"(data (i32.const 8) "\00")"#.to_owned(), Fault::NoScore),
        ("", r#"(data (i32.const 8) "\02") (data (i32.const 48) "\40\00\00\00\05\00\00\00")"#.to_owned(), Fault::Names),
        ("", r#"(data (i32.const 36) "\00")"#.to_owned(), Fault::Names),
        // A list that lies outside the memory; a name that is no UTF-8.
        ("", r#"(data (i32.const 4) "\00\00\00\f0")"#.to_owned(), Fault::Crash(Crash::Abort)),
        ("", r#"(data (i32.const 64) "\ff\fe")"#.to_owned(), Fault::Crash(Crash::Abort)),
        ("", refusal("no positives"), Fault::Refused { said: "no positives".to_owned() }),
    ];
    for (body, data, fault) in cases {
        assert_eq!(run(body, &data), Err(fault), "{body} {data}");
    }
}

#[test]
fn a_component_that_could_not_be_made_is_our_fault_and_tried_again() {
    let about = serde_json::json!({
        "component": "late.wasm", "task": "number", "direction": "higher", "name": { "ko": "" }, "explanation": { "ko": "" }
    });
    let (tries, component) = (AtomicUsize::new(0), Component::compile(&module("", &value(0.75))).unwrap());
    let metric = crate::metric("late", &serde_json::from_value(about).unwrap(), move || {
        match tries.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Unfit::NoEngine { why: "no memory".to_owned() }),
            1 => Ok(component.clone()),
            _ => panic!("it was made already"),
        }
    });
    let column = [Values::Numbers(vec![1.0, 2.0])];
    let score = || metric.score(&Params::default(), Input::new(&column, &column));
    assert!(score().unwrap_err().is_ours());
    assert_eq!([score(), score()], [Ok(0.75), Ok(0.75)]);
}

#[test]
fn a_refusal_is_one_line_of_a_readable_length() {
    let Err(Fault::Refused { said }) = run("", &refusal(&format!(r"a\0a\1b[31mb{}", "c".repeat(600)))) else {
        panic!("it refuses")
    };
    assert!(said.starts_with("a  [31mbc"), "{said}");
    assert_eq!(said.chars().count(), 201);
    assert!(said.ends_with('…'));
}

#[test]
fn time_ends_what_fuel_does_not() {
    let component = Component::compile(&module("(loop (br 0))", "")).unwrap();
    let column = [Values::Numbers(vec![1.0])];
    let limits = Limits { fuel: u64::MAX, time: Duration::ZERO, ..LIMITS };
    let fault = score(&component, &Params::default(), Input::new(&column, &column), limits);
    assert_eq!(fault, Err(Fault::Time { seconds: 0 }));
}

#[test]
fn memory_and_tables_are_bounded_from_the_first_byte() {
    let input = [Values::Numbers(vec![1.0])];
    let fault = |text: &str| {
        let component = Component::compile(&described(text, WIT)).unwrap();
        score(&component, &Params::default(), Input::new(&input, &input), LIMITS).unwrap_err()
    };
    let with = |extra: &str, pages: u32| {
        format!(
            r#"(module (memory (export "memory") {pages}) {extra}
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
                (func (export "madang:metric/scoring@1.0.0#score")
                    (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) unreachable))"#
        )
    };
    assert_eq!(fault(&with("", 1000)), Fault::Memory { mb: 4 });
    assert_eq!(fault(&with("(table 2000000 funcref)", 1)), Fault::Memory { mb: 4 });
}

#[test]
fn the_same_engine_scores_on_beside_and_after_all_that() {
    let honest = Component::compile(&module("", &value(0.5))).unwrap();
    let bad: Vec<Component> = ["unreachable", "(loop (br 0))", "(loop (drop (memory.grow (i32.const 16))) (br 0))"]
        .iter()
        .chain(&["(drop (call $deep (i64.const 1) (i64.const 2)))", "(drop (i32.load (i32.const -4)))"])
        .map(|body| Component::compile(&module(body, "")).unwrap())
        .collect();
    let column = [Values::Numbers(vec![1.0; 100])];
    let run = |component: &Component| score(component, &Params::default(), Input::new(&column, &column), LIMITS);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| bad.iter().for_each(|component| assert!(run(component).is_err())));
            scope.spawn(|| (0..200).for_each(|_| assert_eq!(run(&honest).unwrap().score.to_bits(), 0.5_f64.to_bits())));
        }
    });
    assert_eq!(run(&honest).unwrap().score.to_bits(), 0.5_f64.to_bits());
}

#[test]
fn nothing_is_kept_from_one_run_to_the_next() {
    // Counts in its memory how often it was called, and gives that as its score.
    let counts = r"(f64.store (i32.const 40) (f64.add (f64.load (i32.const 40)) (f64.const 1)))";
    let component = Component::compile(&module(counts, "")).unwrap();
    let column = [Values::Numbers(vec![1.0])];
    for _ in 0..3 {
        let scores = score(&component, &Params::default(), Input::new(&column, &column), LIMITS).unwrap();
        assert_eq!(scores.score.to_bits(), 1.0_f64.to_bits());
    }
}

#[test]
fn a_file_that_is_no_metric_is_refused_with_what_is_wrong() {
    let wrong = |bytes: &[u8]| Component::compile(bytes).map(|_| ()).unwrap_err();
    assert_eq!(wrong(b"print('hello')"), Unfit::NoWasm);
    assert_eq!(wrong(b""), Unfit::NoWasm);
    assert_eq!(wrong(&vec![0; 65 << 20]), Unfit::TooLarge { mb: 65 });
    let broken = &module("", "")[..200];
    assert!(matches!(wrong(broken), Unfit::CoreModule { .. }), "{}", wrong(broken));
    let clock =
        r#"(component (import "wasi:clocks/monotonic-clock@0.2.0" (instance (export "now" (func (result u64))))))"#;
    assert_eq!(
        wrong(&wat::parse_str(clock).unwrap()),
        Unfit::Imports { names: vec!["wasi:clocks/monotonic-clock@0.2.0".to_owned()] }
    );
    let files = r#"(module
        (import "wasi_snapshot_preview1" "path_open" (func $open))
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
        (func (export "madang:metric/scoring@1.0.0#score")
            (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (call $open) unreachable))"#;
    let files = wrong(&described(files, WIT));
    assert!(files.to_string().contains("wasi_snapshot_preview1"), "{files}");
    let described_by_noise =
        wat::parse_str(r#"(module (@custom "component-type:metric" "\00\61\73\6d\0d\00\01\00\07\ff"))"#);
    let noise = wrong(&described_by_noise.unwrap());
    assert!(matches!(noise, Unfit::CoreModule { .. }), "{noise}");
    for empty in ["(component)", "(module)"] {
        assert!(matches!(wrong(&wat::parse_str(empty).unwrap()), Unfit::OtherInterface { .. }), "{empty}");
    }
    let other = r#"(module (func (export "madang:metric/scoring@1.0.0#score") (result i32) (i32.const 1)))"#;
    let interface =
        "package madang:metric@1.0.0; interface scoring { score: func() -> u32; } world w { export scoring; }";
    let other = wrong(&described(other, interface));
    assert!(matches!(other, Unfit::OtherInterface { .. }), "{other}");
}

#[test]
fn a_file_that_is_cut_is_refused_wherever_it_was_cut() {
    let whole = module("", "");
    assert!(Component::compile(&whole).is_ok());
    for end in (0..whole.len()).step_by(7) {
        assert!(Component::compile(&whole[..end]).is_err(), "{end} of {}", whole.len());
    }
}

#[test]
fn a_component_that_was_exchanged_is_not_run() {
    let bytes = module("", &value(1.0));
    assert!(Component::pinned(&bytes, Hash::of(&bytes)).is_ok());
    let error = Component::pinned(&module("", &value(2.0)), Hash::of(&bytes)).map(|_| ()).unwrap_err();
    assert!(matches!(error, Unfit::Changed { .. }), "{error}");
}
