//! The API on one screen: every address, who may ask, what it takes and gives, and the handler.
//!
//! The handlers' extractors decide who gets in; [`Who`] says what they decide, for the API's
//! description and for the test that tries every route as everybody.

mod assist;
mod auth_routes;
mod cases;
pub(crate) mod coverage;
pub mod error;
pub mod extract;
pub mod layers;
mod live;
mod map;
mod operation;
mod place;
pub mod prepared;
mod reports;
mod staff;
mod visits;

pub use operation::recorder;

use crate::auth::{HANDLERS, KEEPERS, PLANNERS, SIGNED_IN};
use crate::openapi::{self, Schemas};
use crate::state::App;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Router, middleware};
use error::Error;
use model::api::{self, assist as help, coverage as cover, family, path, report, visits as visit};
use model::area::Role;
use model::problem::Code;
use model::street::Street;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Content, Ref, Required};
use utoipa::{IntoParams, ToSchema};

/// No body of JSON is larger: the largest form has 500 characters of note and some ids.
const JSON_MAX_BYTES: usize = 64 * 1024;

/// Every address of the API.
#[rustfmt::skip]
pub fn routes() -> Vec<Route> {
    use Who::{Anybody, CaseHolder, Follower, Resident, Shift, Staff, Tablet, TicketHolder};
    vec![
        get(path::STREET, Anybody, place::street).says("The street: areas, estates, hotlines, notices, working days.").gives::<Street>(),
        get(path::MATTERS, Anybody, place::matters).says("All matters with their guides.").gives::<api::Matters>(),
        get(path::FACILITIES, Anybody, place::facilities).says("All facilities.").gives::<api::Facilities>(),
        get(path::SLOTS, Anybody, place::slots).says("Times at which an estate's grid worker can come.").gives::<api::Slots>().asks("estate"),
        get(path::MAP, Anybody, map::source).says("What the map is drawn from.").gives::<api::MapSource>(),
        get(path::MAP_FILE, Anybody, map::file).says("The ground of the map or its footways, under a name of its bytes; the formats are in circle/src/basemap/encode.rs and circle/src/encode.rs.").gives_bytes("application/octet-stream"),

        put(path::PHOTO, Anybody, cases::put_photo).says("Keeps a picture (JPEG, PNG or WebP) under an id the client made; the same again is fine.").takes_picture().status(201),
        post(path::CASES, Anybody, cases::submit).says("Hands a case in.").keyed().takes::<api::NewCase>().gives::<api::Submitted>().status(201),
        post(path::TRACK, Anybody, cases::track).says("Where a case stands, by receipt number and the last four digits of the telephone.").takes::<api::Track>().gives::<api::Tracked>(),
        get(path::CASE, CaseHolder, cases::view).says("A case as its resident or a family member sees it.").gives::<api::CaseView>(),
        post(path::ACTIONS, CaseHolder, cases::act).says("The resident acts on their case, or a family member does what is theirs to do.").keyed().takes::<api::Act>().gives::<api::CaseView>(),
        post(path::VISIT_CODE, Resident, cases::check_visit).says("Whether the person at the door is the one who was announced.").takes::<api::VisitCode>().gives::<api::VisitCheck>(),
        get(path::FAMILY, Resident, cases::family).says("The links made for family members.").gives::<family::FamilyLinks>(),
        post(path::FAMILY, Resident, cases::add_family).says("A link for a family member: they see the case, supply what is asked for, add words and urge, and nothing else.").keyed().takes::<family::NewFamilyLink>().gives::<family::MadeFamilyLink>().status(201),
        delete(path::FAMILY_LINK, Resident, cases::end_family).says("Takes a family member's link back.").status(204),
        get(path::CASE_PHOTO, CaseHolder, cases::photo).says("A picture of the case.").gives_picture(),
        post(path::CASE_TICKET, CaseHolder, live::ticket).says("A pass for the stream of this case's changes; holds once, for a minute.").gives::<api::Ticket>(),
        get(path::LIVE, TicketHolder, live::of_case).says("Changes of one case, as server-sent events.").gives_events().asks("ticket"),

        get(path::CATEGORIES, Anybody, reports::categories).says("What may be reported from the street, and what is an emergency.").gives::<report::Categories>(),
        get(path::REPORTS, Anybody, reports::list).says("A page of public cases: reviewed words and pictures, nobody's name.").gives::<report::Reports>().query::<report::ReportsQuery>(),
        get(path::REPORTS_NEAR, Anybody, reports::near).says("Open public cases of a category within 50 m, on foot within 150 m.").gives::<report::Nearby>().query::<report::NearQuery>(),
        get(path::REPORT, Anybody, reports::view).says("A public case.").gives::<report::PublicReport>(),
        get(path::REPORT_PHOTO, Anybody, reports::photo).says("A reviewed picture of a public case.").gives_picture(),
        post(path::VOICES, Anybody, reports::add_voice).says("Adds a voice to an open public case, and a link to follow it by.").keyed().gives::<report::Following>(),
        post(path::FOLLOWING, Anybody, reports::follow).says("A link to follow a public case by.").keyed().gives::<report::Following>(),
        get(path::FOLLOWING, Follower, reports::followed).says("The case as one who follows it sees it.").gives::<report::Followed>(),
        delete(path::FOLLOWING, Follower, reports::unfollow).says("Ends a link.").status(204),

        post(path::TABLET, Anybody, assist::enrol).says("A window or a supervisor makes a shared tablet of their device.").takes::<help::Enrol>().gives::<help::Tablet>(),
        get(path::TABLET, Tablet, assist::tablet).says("The shared tablet, who may begin a shift on it, and the shift that runs.").gives::<help::Tablet>(),
        post(path::SHIFT, Tablet, assist::begin).says("A volunteer begins a shift by their PIN.").takes::<help::BeginShift>().gives::<help::Shift>(),
        get(path::SHIFT, Shift, assist::hours).says("The volunteer's own hours.").gives::<help::MyHours>(),
        post(path::SERVING, Shift, assist::serve).says("Begins to serve the next resident.").gives::<help::Serving>(),
        delete(path::SERVING, Shift, assist::next).says("The resident has gone.").status(204),
        post(path::PARKED, Shift, assist::park).says("Keeps a form for half an hour under a spoken code.").takes::<help::ParkedForm>().gives::<help::Parked>(),
        post(path::TAKE_UP, Shift, assist::take_up).says("Hands the volunteer their parked form out, once, and begins to serve whoever came back for it.").takes::<help::TakeUp>().gives::<help::TakenUp>(),
        delete(path::SHIFT, Shift, assist::end).says("Ends the shift.").status(204),
        get(path::STAFF_TABLETS, Staff(KEEPERS), assist::tablets).says("The shared tablets of one's area.").gives::<help::Tablets>(),
        get(path::STAFF_VOLUNTEERS, Staff(KEEPERS), assist::staff_volunteers).says("The volunteers of one's area, with their hours of a month.").gives::<help::Volunteers>().query::<help::VolunteersQuery>(),
        put(path::STAFF_PIN, Staff(KEEPERS), assist::set_pin).says("Gives a volunteer the PIN they have chosen; a shift that runs under the one before ends.").takes::<help::NewPin>().status(204),
        delete(path::STAFF_PIN_LOCK, Staff(KEEPERS), assist::unlock).says("Lets a volunteer whose PIN is locked try again at once.").status(204),
        delete(path::STAFF_TABLET, Staff(KEEPERS), assist::end_tablet).says("Ends a shared tablet: what its browser holds opens nothing any more.").status(204),

        post(path::SESSION, Anybody, auth_routes::sign_in).says("Signs in.").takes::<api::SignIn>().gives::<api::Me>(),
        get(path::SESSION, Staff(SIGNED_IN), auth_routes::me).says("Who is signed in.").gives::<api::Me>(),
        delete(path::SESSION, Staff(SIGNED_IN), auth_routes::sign_out).says("Signs out.").status(204),
        get(path::QUEUE, Staff(HANDLERS), staff::queue).says("A page of the queue.").gives::<api::Queue>().query::<api::QueueQuery>(),
        get(path::STAFF_CASE, Staff(HANDLERS), staff::case).says("A case as staff see it; the opening is recorded.").gives::<api::StaffCase>(),
        post(path::STAFF_ACTIONS, Staff(HANDLERS), staff::act).says("Staff act on a case.").keyed().takes::<api::Act>().gives::<api::StaffCase>(),
        get(path::STAFF_PHOTO, Staff(HANDLERS), staff::photo).says("A picture of a case; the opening is recorded.").gives_picture(),
        get(path::STAFF_SLOTS, Staff(HANDLERS), staff::slots).says("Times at which the case's worker can come.").gives::<api::Slots>(),
        get(path::STAFF_AUDIT, Staff(HANDLERS), staff::audit).says("Who opened the case.").gives::<api::Audit>(),
        get(path::STAFF_ALIKE, Staff(HANDLERS), staff::alike).says("Cases that may be the same thing.").gives::<report::AlikeCases>(),
        get(path::COVERAGE, Staff(PLANNERS), coverage::table).says("Within how many minutes the estates one sees have each service.").gives::<cover::Coverage>().query::<cover::CoverageQuery>(),
        get(path::COVERAGE_CSV, Staff(PLANNERS), coverage::csv).says("The same as a spreadsheet, a row for each service and estate.").gives_bytes("text/csv").query::<cover::CoverageQuery>(),
        get(path::COVERAGE_GEOJSON, Staff(PLANNERS), coverage::geojson).says("The same as a map layer, a point for each estate.").gives_bytes("application/geo+json").query::<cover::CoverageQuery>(),
        get(path::WHAT_IF, Staff(PLANNERS), coverage::what_if).says("Which of these estates would gain from one more facility.").gives::<cover::WhatIf>().query::<cover::WhatIfQuery>(),
        get(path::VISITS, Staff(HANDLERS), visits::of_day).says("Whom one visits on a day, in the order to go in; each opening is recorded.").gives::<visit::Visits>().query::<visit::VisitsQuery>(),
        get(path::STAFF_LIVE, Staff(HANDLERS), live::of_area).says("Changes of the cases one sees, as server-sent events.").gives_events(),
    ]
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anybody,
    /// Whoever holds a secret of the case in the address: its resident's, or a family member's.
    CaseHolder,
    /// Whoever holds the resident's own secret of the case in the address.
    Resident,
    /// Whoever follows the case in the address: holds the secret of a link of its own.
    Follower,
    /// Whoever holds a ticket.
    TicketHolder,
    /// A shared tablet.
    Tablet,
    /// A volunteer whose shift runs on a shared tablet.
    Shift,
    /// Signed-in staff of these roles.
    Staff(&'static [Role]),
}

/// One line of the table.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The address, with axum's parameters.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    /// What it does, in a sentence.
    pub says: &'static str,
    /// It carries an `Idempotency-Key`.
    pub keyed: bool,
    /// The status of a good answer.
    pub status: u16,
    /// What the request's body is.
    pub takes: Body,
    /// What the answer's body is.
    pub gives: Body,
    /// Parameters after the question mark.
    pub query: Vec<Parameter>,
    /// The types in them.
    pub query_schemas: Option<fn(&mut Schemas)>,
    handler: MethodRouter<App>,
}

/// What a body is.
#[derive(Clone, Debug)]
pub enum Body {
    /// There is none.
    Nothing,
    /// JSON of a type: its name, and the types in it.
    Json(String, fn(&mut Schemas)),
    /// Bytes of a media type.
    Bytes(&'static str),
}

impl Body {
    /// The types in it.
    pub fn schemas(&self, into: &mut Schemas) {
        if let Body::Json(_, schemas) = self {
            schemas(into);
        }
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self {
            Body::Bytes(media_type) => media_type,
            _ => "application/json",
        }
    }

    /// Its schema; none where there is no body.
    pub fn content(&self) -> Option<Content> {
        match self {
            Body::Nothing => None,
            Body::Json(name, _) => Some(Content::new(Some(Ref::from_schema_name(name)))),
            Body::Bytes(kind) if kind.ends_with("json") => {
                Some(Content::new(Some(openapi::object())))
            }
            Body::Bytes(_) => Some(Content::new(Some(openapi::text()))),
        }
    }
}

macro_rules! methods {
    ($($name:ident $method:ident $filter:ident),+) => {
        $(fn $name<H, T>(path: &'static str, who: Who, handler: H) -> Route
        where
            H: Handler<T, App>,
            T: 'static,
        {
            Route::new(Method::$method, path, who, on(MethodFilter::$filter, handler))
        })+
    };
}
methods!(get GET GET, post POST POST, put PUT PUT, delete DELETE DELETE);

impl Route {
    fn new(method: Method, path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
        Route {
            method,
            path,
            who,
            says: "",
            keyed: false,
            status: 200,
            takes: Body::Nothing,
            gives: Body::Nothing,
            query: Vec::new(),
            query_schemas: None,
            handler,
        }
    }

    fn says(self, says: &'static str) -> Route {
        Route { says, ..self }
    }

    fn keyed(self) -> Route {
        Route {
            keyed: true,
            ..self
        }
    }

    fn status(self, status: u16) -> Route {
        Route { status, ..self }
    }

    fn takes<T: ToSchema>(self) -> Route {
        let takes = Body::Json(T::name().into_owned(), openapi::schemas_of::<T>);
        Route { takes, ..self }
    }

    fn gives<T: ToSchema>(self) -> Route {
        let gives = Body::Json(T::name().into_owned(), openapi::schemas_of::<T>);
        Route { gives, ..self }
    }

    fn takes_picture(self) -> Route {
        let takes = Body::Bytes("image/*");
        Route { takes, ..self }
    }

    fn gives_bytes(self, media_type: &'static str) -> Route {
        let gives = Body::Bytes(media_type);
        Route { gives, ..self }
    }

    fn gives_picture(self) -> Route {
        let gives = Body::Bytes("image/jpeg");
        Route { gives, ..self }
    }

    fn gives_events(self) -> Route {
        let gives = Body::Bytes("text/event-stream");
        Route { gives, ..self }
    }

    fn asks(mut self, name: &str) -> Route {
        let parameter = openapi::parameter(name, ParameterIn::Query, openapi::text());
        self.query.push(parameter);
        self
    }

    /// A query of which every part may be left out.
    fn query<Q: IntoParams + ToSchema>(self) -> Route {
        let mut query = Q::into_params(|| Some(ParameterIn::Query));
        for parameter in &mut query {
            parameter.required = Required::False;
        }
        Route {
            query,
            query_schemas: Some(Q::schemas),
            ..self
        }
    }
}

/// The whole server as one router.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.handler);
    }
    router
        .merge(operation::routes_of_operation())
        .layer(DefaultBodyLimit::max(JSON_MAX_BYTES))
        .merge(crate::open311::routes())
        .fallback(page)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), layers::observe))
        .with_state(app)
}

async fn page(State(app): State<App>, request: Request) -> impl IntoResponse {
    app.pages.serve(request).await
}

async fn wrong_method() -> Error {
    Code::MethodNotAllowed.into()
}
