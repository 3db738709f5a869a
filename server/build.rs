//! Embeds the browser bundle (`dist/`) and `public/`, and writes down the hashed names that the document shell needs.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Font files that nearly every Korean page needs: Latin with the commonest syllables, then the next commonest.
const PRELOADED_FONTS: [&str; 2] = ["119.woff2", "118.woff2"];

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("..");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    let names = root.join("dist/assets/names.json");
    println!("cargo::rerun-if-changed={}", names.display());

    // What `tools/bundle.mjs` writes; without a bundle there is none.
    let names: HashMap<String, String> = fs::read(&names).map_or_else(
        |_| HashMap::new(),
        |written| serde_json::from_slice(&written).unwrap_or_else(|error| panic!("{}: {error}", names.display())),
    );
    let name = |key: &str| match names.get(key) {
        None if !names.is_empty() => panic!("dist/assets/names.json lacks {key}: run `make bundle`"),
        name => name.cloned().unwrap_or_default(),
    };
    if names.is_empty() {
        println!(
            "cargo::warning=dist/ holds no browser bundle: pages will have neither styles nor scripts. Run `make bundle`, then build again."
        );
    }
    let fonts: Vec<_> = names
        .get("fonts_folder")
        .map_or_else(Vec::new, |folder| PRELOADED_FONTS.iter().map(|file| format!("{folder}/{file}")).collect());
    let assets = format!(
        "Assets {{ style: {:?}, fonts: {:?}, boot: {:?}, app: {:?}, wasm: {:?}, live: {:?}, font_preloads: &{fonts:?} }}",
        name("style"),
        name("fonts"),
        name("boot"),
        name("app"),
        name("wasm"),
        name("live"),
    );
    write(&out.join("asset_names.rs"), &assets);

    // memory-serve wants a folder that exists and is not empty.
    let bundle = if names.is_empty() { out.join("no-bundle") } else { root.join("dist") };
    if names.is_empty() {
        let _ = fs::create_dir_all(bundle.join("assets"));
        write(&bundle.join("assets/missing.txt"), "The browser bundle was not built.\n");
    }
    let embed = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    memory_serve::load_names_directories([("bundle", bundle), ("public", root.join("public"))], embed);
}

fn write(path: &Path, text: &str) {
    if let Err(error) = fs::write(path, text) {
        println!("cargo::error={} could not be written: {error}", path.display());
    }
}
