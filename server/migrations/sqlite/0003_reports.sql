-- Cases that are somewhere on the street and may be shown to everybody. What stands here is not
-- personal: the place is that of the thing reported, words and photos are those that were reviewed
-- (null and empty before). Everything but the place and the voices is what the case's events add
-- up to; it stands here so that public pages never open what is sealed.
-- Places are 1e-7 degrees. cell is the Morton number of the place: what lies in one square of any
-- size is one range of it, so that "near here" is nine short ranges and not all of one latitude.
create table reports (
    case_id text primary key references cases (id),
    category text not null,
    lat_e7 integer not null,
    lon_e7 integer not null,
    cell integer not null,
    state text not null,
    open integer not null,
    publication text not null,
    shown integer not null,
    merged_into text,
    voices integer not null,
    words text,
    photos text not null,
    token_hash blob unique,
    created_at integer not null,
    updated_at integer not null
) strict;
create index reports_newest on reports (created_at, case_id) where shown = 1;
create index reports_newest_of on reports (category, created_at, case_id) where shown = 1;
create index reports_voices on reports (voices, case_id) where shown = 1;
create index reports_voices_of on reports (category, voices, case_id) where shown = 1;
-- What is looked up by place is answered from the index alone.
create index reports_cell on reports (open, cell, lat_e7, lon_e7, case_id) where shown = 1;
create index reports_cell_of on reports (category, open, cell, lat_e7, lon_e7, case_id)
    where shown = 1;
create index reports_open on reports (cell, lat_e7, lon_e7, case_id) where open = 1;
create index reports_merged on reports (merged_into) where merged_into is not null;

-- 我也遇到了: one for each intended act, told apart by a keyed digest of its key.
create table voices (
    case_id text not null references cases (id),
    voter blob not null,
    created_at integer not null,
    primary key (case_id, voter)
) strict, without rowid;

-- Those who follow a case, by the digest of their link's secret.
create table followers (
    case_id text not null references cases (id),
    secret_hash blob not null,
    created_at integer not null,
    primary key (case_id, secret_hash)
) strict, without rowid;

-- Departments called to a case; those that answered still see it.
create table called (
    staff text not null,
    case_id text not null references cases (id),
    open integer not null,
    primary key (staff, case_id)
) strict, without rowid;

-- Other systems that may hand in. The key itself is shown once and kept nowhere.
create table api_keys (
    name text primary key,
    key_hash blob not null unique,
    scope text not null,
    per_hour integer not null,
    created_at integer not null
) strict, without rowid;
