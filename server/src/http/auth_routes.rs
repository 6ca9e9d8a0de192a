//! Signing in and out.

use super::error::Result;
use super::extract::{Json, Origin};
use crate::auth::{self, Anyone, Signed, set_cookie};
use crate::limits::{Counted, take};
use crate::state::App;
use crate::store::Session;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use model::api::{Me, SignIn};
use model::area::Staff;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const CLEARED: &str = "\"cache\"";

pub async fn sign_in(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(sent): Json<SignIn>,
) -> Result<impl IntoResponse> {
    auth::same_site(&headers, &app)?;
    take(&app, Counted::SignIn(&origin.0)).await?;
    let (staff, session, token) = auth::sign_in(&app, &sent.name, sent.password).await?;
    tracing::info!(staff = %staff.id, "signed in");
    let cookie = AppendHeaders([(header::SET_COOKIE, set_cookie(&app, &token))]);
    Ok((cookie, Json(who(&app, staff, session))))
}

pub async fn me(State(app): State<App>, signed: Signed<Anyone>) -> Json<Me> {
    Json(who(&app, signed.staff, signed.session))
}

pub async fn sign_out(State(app): State<App>, signed: Signed<Anyone>) -> Result<impl IntoResponse> {
    app.store.delete_session(&signed.token).await?;
    // What the browser kept of this person's work goes too, on a machine that others use. Neither
    // `storage`, for a resident's drafts on the same machine are not the worker's to remove, nor
    // `cookies`, which would sign people out of all sites of the same town.
    let headers = AppendHeaders([
        (header::SET_COOKIE, set_cookie(&app, "")),
        (CLEAR_SITE_DATA, CLEARED.to_owned()),
    ]);
    Ok((StatusCode::NO_CONTENT, headers))
}

fn who(app: &App, staff: Staff, session: Session) -> Me {
    Me {
        area_name: app.street().area_name(&staff.area),
        staff,
        csrf: session.csrf,
        expires: session.expires_at,
    }
}
