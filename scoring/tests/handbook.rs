//! The written catalogue.

#[test]
fn docs_metrics_md_is_what_the_catalogue_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/metrics.md");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, scoring::metric::handbook(), "write it anew: madang metrics --markdown > docs/metrics.md");
}
