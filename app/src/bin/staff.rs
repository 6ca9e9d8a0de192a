//! What staff download; no resident ever does.

fn main() {
    app::staff_app::mount();
}
