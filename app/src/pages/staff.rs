//! What staff see: signing in, the queue, one case.

pub mod calls;
pub mod case;
pub mod changes;
pub mod coverage;
pub mod nav;
pub mod on_street;
pub mod poster;
pub mod queue;
#[cfg(test)]
mod samples;
pub mod session;
pub mod sign_in;
pub mod tablets;
pub mod visits;
