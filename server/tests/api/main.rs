//! The API through axum's own router, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is found by `YIKEZHONG_TEST_POSTGRES`; `scripts/with-postgres` sets it. Without it
//! those tests fail: a suite that was not run on both databases has not been run.

mod app;
mod assist;
mod audit;
mod bad_input;
mod call_back;
mod clock;
mod coverage;
mod family;
mod journey;
mod keeping;
mod limits;
mod live;
mod map;
mod messages;
mod once;
mod open311;
mod pages;
mod permissions;
mod photos;
mod privacy;
mod reports;
mod sign_in;
mod together;
mod visits;

/// Makes each function a test for each database. A function takes a `&TestApp`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let app = crate::app::TestApp::sqlite().await;
                super::$name(&app).await;
                app.close().await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let app = crate::app::TestApp::postgres().await;
                super::$name(&app).await;
                app.close().await;
            })+
        }
    };
}
pub(crate) use on_both;
