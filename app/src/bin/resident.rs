//! What a resident downloads.

fn main() {
    app::resident::mount();
}
