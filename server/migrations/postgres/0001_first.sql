-- Times are milliseconds since 1970 UTC, ids are UUIDv7 as text, JSON is text.
-- What is personal is sealed; what is not sealed is not personal.
-- Text is ordered by its bytes, as SQLite does: cursors rely on it.

create table settings (
    name text collate "C" primary key,
    value text collate "C" not null
);

create table seed (
    version bigint primary key,
    at bigint not null,
    body bytea not null
);

-- Every area with itself and all areas it lies in.
create table area_tree (
    ancestor text collate "C" not null,
    area text collate "C" not null,
    primary key (ancestor, area)
);

create table staff (
    id text collate "C" primary key,
    name text collate "C" not null,
    role text collate "C" not null,
    area text collate "C" not null,
    phone text collate "C",
    password_hash text collate "C",
    failed bigint not null default 0,
    locked_until bigint,
    active bigint not null default 1,
    updated_at bigint not null
);

create table sessions (
    token_hash bytea primary key,
    staff text collate "C" not null references staff (id),
    csrf text collate "C" not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);
create index sessions_expiry on sessions (expires_at);
create index sessions_staff on sessions (staff);

-- sort_at puts open cases first, by what is due, then closed ones, latest first.
-- wrapped_key is the case's own key; erasing a person removes it.
create table cases (
    id text collate "C" primary key,
    receipt text collate "C" not null unique,
    kind text collate "C" not null,
    matter text collate "C",
    matter_name text collate "C",
    area text collate "C" not null,
    estate text collate "C",
    station text collate "C",
    state text collate "C" not null,
    seq bigint not null,
    assignee text collate "C",
    sort_at bigint not null,
    due_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    progress text collate "C" not null,
    secret_hash bytea not null,
    phone_hash bytea not null,
    head bytea not null,
    wrapped_key bytea
);
create index cases_area on cases (area, sort_at, id);
create index cases_order on cases (sort_at, id);
create index cases_assignee on cases (assignee, sort_at, id);
create index cases_clock on cases (due_at) where state in ('done', 'awaiting_resident');

-- words of event 0 are the answers; of later events, what was said.
create table events (
    case_id text collate "C" not null references cases (id),
    seq bigint not null,
    id text collate "C" not null,
    facts text collate "C" not null,
    words bytea,
    salt bytea,
    words_digest bytea not null,
    link bytea not null,
    primary key (case_id, seq)
);

create table photos (
    id text collate "C" primary key,
    sha256 bytea not null,
    bytes bigint not null,
    media_type text collate "C" not null,
    status text collate "C" not null,
    case_id text collate "C" references cases (id),
    seq bigint,
    field text collate "C" not null default '',
    width bigint,
    height bigint,
    created_at bigint not null
);
create index photos_case on photos (case_id);
create index photos_waiting on photos (created_at) where status = 'received';
create index photos_unclaimed on photos (created_at) where case_id is null;

create table visits (
    case_id text collate "C" primary key references cases (id),
    staff text collate "C" not null,
    start_ms bigint not null,
    end_ms bigint not null,
    code bytea not null,
    tries bigint not null default 0,
    used_at bigint,
    unique (staff, start_ms)
);

create table idempotency (
    scope text collate "C" not null,
    key text collate "C" not null,
    body_hash bytea not null,
    status bigint not null,
    answer bytea not null,
    created_at bigint not null,
    primary key (scope, key)
);
create index idempotency_age on idempotency (created_at);

create table tickets (
    token_hash bytea primary key,
    case_id text collate "C" not null,
    expires_at bigint not null
);
create index tickets_expiry on tickets (expires_at);

create table limits (
    key bytea primary key,
    tat bigint not null
);
create index limits_age on limits (tat);

create table audit (
    id text collate "C" primary key,
    case_id text collate "C" not null references cases (id),
    staff text collate "C" not null,
    at bigint not null,
    what text collate "C" not null
);
create index audit_case on audit (case_id, at);
