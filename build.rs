//! Rebuilds when a file appears in or leaves `static/`: those files are embedded in the program (`src/web/assets.rs`).

fn main() {
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=migrations");
}
