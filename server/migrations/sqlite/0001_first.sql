-- Times are milliseconds since 1970 UTC, ids are UUIDv7 as text, JSON is text.
-- What is personal is sealed; what is not sealed is not personal.

create table settings (
    name text primary key,
    value text not null
) strict, without rowid;

create table seed (
    version integer primary key,
    at integer not null,
    body blob not null
) strict;

-- Every area with itself and all areas it lies in.
create table area_tree (
    ancestor text not null,
    area text not null,
    primary key (ancestor, area)
) strict, without rowid;

create table staff (
    id text primary key,
    name text not null,
    role text not null,
    area text not null,
    phone text,
    password_hash text,
    failed integer not null default 0,
    locked_until integer,
    active integer not null default 1,
    updated_at integer not null
) strict, without rowid;

create table sessions (
    token_hash blob primary key,
    staff text not null references staff (id),
    csrf text not null,
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null
) strict, without rowid;
create index sessions_expiry on sessions (expires_at);
create index sessions_staff on sessions (staff);

-- sort_at puts open cases first, by what is due, then closed ones, latest first.
-- wrapped_key is the case's own key; erasing a person removes it.
create table cases (
    id text primary key,
    receipt text not null unique,
    kind text not null,
    matter text,
    matter_name text,
    area text not null,
    estate text,
    station text,
    state text not null,
    seq integer not null,
    assignee text,
    sort_at integer not null,
    due_at integer,
    created_at integer not null,
    updated_at integer not null,
    progress text not null,
    secret_hash blob not null,
    phone_hash blob not null,
    head blob not null,
    wrapped_key blob
) strict;
create index cases_area on cases (area, sort_at, id);
create index cases_order on cases (sort_at, id);
create index cases_assignee on cases (assignee, sort_at, id);
create index cases_clock on cases (due_at) where state in ('done', 'awaiting_resident');

-- words of event 0 are the answers; of later events, what was said.
create table events (
    case_id text not null references cases (id),
    seq integer not null,
    id text not null,
    facts text not null,
    words blob,
    salt blob,
    words_digest blob not null,
    link blob not null,
    primary key (case_id, seq)
) strict;

create table photos (
    id text primary key,
    sha256 blob not null,
    bytes integer not null,
    media_type text not null,
    status text not null,
    case_id text references cases (id),
    seq integer,
    field text not null default '',
    width integer,
    height integer,
    created_at integer not null
) strict;
create index photos_case on photos (case_id);
create index photos_waiting on photos (created_at) where status = 'received';
create index photos_unclaimed on photos (created_at) where case_id is null;

create table visits (
    case_id text primary key references cases (id),
    staff text not null,
    start_ms integer not null,
    end_ms integer not null,
    code blob not null,
    tries integer not null default 0,
    used_at integer,
    unique (staff, start_ms)
) strict;

create table idempotency (
    scope text not null,
    key text not null,
    body_hash blob not null,
    status integer not null,
    answer blob not null,
    created_at integer not null,
    primary key (scope, key)
) strict;
create index idempotency_age on idempotency (created_at);

create table tickets (
    token_hash blob primary key,
    case_id text not null,
    expires_at integer not null
) strict, without rowid;
create index tickets_expiry on tickets (expires_at);

create table limits (
    key blob primary key,
    tat integer not null
) strict, without rowid;
create index limits_age on limits (tat);

create table audit (
    id text primary key,
    case_id text not null references cases (id),
    staff text not null,
    at integer not null,
    what text not null
) strict;
create index audit_case on audit (case_id, at);
