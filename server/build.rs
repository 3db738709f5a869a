//! Embeds the browser bundle (`dist/`) and `public/`, and writes down the hashed names that the document shell needs.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Font files that nearly every Korean page needs: Latin with the commonest syllables, then the next commonest.
const PRELOADED_FONTS: [&str; 2] = ["119.woff2", "118.woff2"];

/// The worker's address: Trunk copies it under its own name, so what it holds is told after it.
fn worker(dist: &Path) -> Option<String> {
    let text = fs::read(dist.join("live.js")).ok()?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    Some(format!("/assets/live.js?{:x}", hasher.finish()))
}

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("..");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    let dist = root.join("dist/assets");
    println!("cargo::rerun-if-changed={}", dist.join("index.html").display());

    let index = fs::read_to_string(dist.join("index.html")).unwrap_or_default();
    let name = |prefix: &str, suffix: &str| find(&index, prefix, suffix).unwrap_or_default();
    let (app, wasm) = (name("app-", ".js"), name("app-", "_bg.wasm"));
    if app.is_empty() || wasm.is_empty() {
        println!(
            "cargo::warning=dist/ holds no browser bundle: pages will have neither styles nor scripts. Run `make bundle`, then build again."
        );
    }
    let fonts: Vec<_> = PRELOADED_FONTS.iter().filter_map(|file| font(&dist, file)).collect();
    let names = format!(
        "Assets {{ style: {:?}, fonts: {:?}, boot: {:?}, app: {app:?}, wasm: {wasm:?}, live: {:?}, font_preloads: &{fonts:?} }}",
        name("style-", ".css"),
        name("fonts-", ".css"),
        name("boot-", ".js"),
        worker(&dist).unwrap_or_default(),
    );
    write(&out.join("asset_names.rs"), &names);

    // memory-serve wants a folder that exists and is not empty.
    let bundle = if app.is_empty() { out.join("no-bundle") } else { root.join("dist") };
    if app.is_empty() {
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

/// The first `/assets/{prefix}…{suffix}` that the built page names.
fn find(index: &str, prefix: &str, suffix: &str) -> Option<String> {
    let start = format!("/assets/{prefix}");
    index.match_indices(&start).find_map(|(at, _)| {
        let rest = &index[at..];
        let end = rest.find(['"', '\'', ' ', '>'])?;
        rest[..end].ends_with(suffix).then(|| rest[..end].to_owned())
    })
}

/// The address of a font file, whose folder is named after the font package's version.
fn font(dist: &Path, file: &str) -> Option<String> {
    let folder = fs::read_dir(dist.join("fonts")).ok()?.next()?.ok()?.file_name();
    let path = dist.join("fonts").join(&folder).join(file);
    path.exists().then(|| format!("/assets/fonts/{}/{file}", folder.to_string_lossy()))
}
