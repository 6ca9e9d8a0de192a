//! An address that names several servers. What becomes of them is played by `scripts/standby.mjs`.

use crate::bed::*;
use server::store::Store;

/// The first that is named is not there: the other one writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_that_answers_is_taken() {
    let bed = Bed::postgres().await;
    let (user, server) = bed.url.rsplit_once('@').expect("an address with a user");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = nobody.local_addr().expect("an address").port();
    drop(nobody);
    let both = format!("{user}@127.0.0.1:{port},{server}?target_session_attrs=read-write");
    let store = Store::open(&both, keys()).await.expect("a store");
    let draft = store.draft_case(new_case()).expect("a draft");
    store.create_case(draft, None).await.expect("taken");
    store.close().await;

    let neither = format!("{user}@127.0.0.1:{port},127.0.0.1:{port}/none");
    let refused = Store::open(&neither, keys()).await.expect_err("nobody");
    assert!(refused.is_busy(), "waiting may help: {refused:?}");
    bed.close().await;
}
