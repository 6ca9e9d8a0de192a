//! The staff program: its routes.

use crate::pages::not_found::NotFound;
use crate::pages::staff::case::CasePage;
use crate::pages::staff::changes::Changes;
use crate::pages::staff::coverage::CoveragePage;
use crate::pages::staff::nav::{Signal, StaffNav};
use crate::pages::staff::poster::PosterPage;
use crate::pages::staff::queue::QueuePage;
use crate::pages::staff::session::Session;
use crate::pages::staff::sign_in::{SignInPage, SignInSheet};
use crate::pages::staff::tablets::TabletsPage;
use crate::pages::staff::visits::VisitsPage;
use crate::shell::{Announcer, Booted, Guard, Skip, Tools, Top, boot};
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

/// Puts the app into the page.
pub fn mount() {
    boot(frame);
}

fn frame(_: Booted) -> impl IntoView {
    let session = Session::begin();
    provide_context(session);
    provide_context(Changes::follow(session));
    view! {
        <Router>
            <div class="app staff">
                <Skip/>
                <Top home="/staff" help="tel:12345"/>
                <Tools/>
                <StaffNav/>
                <Signal/>
                <Guard>
                    <FlatRoutes fallback=NotFound>
                        <Route path=path!("/staff") view=QueuePage/>
                        <Route path=path!("/staff/sign-in") view=SignInPage/>
                        <Route path=path!("/staff/cases/:case") view=CasePage/>
                        <Route path=path!("/staff/visits") view=VisitsPage/>
                        <Route path=path!("/staff/coverage") view=CoveragePage/>
                        <Route path=path!("/staff/tablets") view=TabletsPage/>
                        <Route path=path!("/staff/poster") view=PosterPage/>
                    </FlatRoutes>
                </Guard>
                <SignInSheet/>
                <Announcer/>
            </div>
        </Router>
    }
}
