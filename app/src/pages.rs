//! One file a page. Pages of one journey share a folder.

pub mod assist;
pub mod call_back;
pub mod cases;
pub mod circle;
pub mod find;
pub mod guides;
pub mod help;
pub mod home;
pub mod not_found;
pub mod notices;
pub mod proxy;
pub mod report;
pub mod reports;
pub mod staff;
