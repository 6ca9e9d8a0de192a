//! One suite for the store, run on SQLite and on PostgreSQL.
//!
//! PostgreSQL is found by `YIKEZHONG_TEST_POSTGRES`, the address of a server on which databases
//! can be made; `scripts/with-postgres` sets it. Without it those tests fail: a suite that was not
//! run on both databases has not been run.

mod bed;
mod cases;
mod crash;
mod desk;
mod hosts;
mod moving;
mod once;
mod photos;
mod queue;
mod reports;
mod sealed;
mod tables;
mod visits;
mod writing;

/// Makes each function a test for each database. A function takes a `&Bed`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let bed = crate::bed::Bed::sqlite().await;
                super::$name(&bed).await;
                bed.close().await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let bed = crate::bed::Bed::postgres().await;
                super::$name(&bed).await;
                bed.close().await;
            })+
        }
    };
}
pub(crate) use on_both;
