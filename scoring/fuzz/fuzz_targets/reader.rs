#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| scoring::fuzz::reader(data));
