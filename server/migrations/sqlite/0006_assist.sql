-- A volunteer's PIN holds on shared tablets alone; a password is another thing.
alter table staff add column pin_hash text;

-- Shared tablets. Only a keyed digest of what the device holds is kept.
create table tablets (
    id text primary key,
    token_hash blob not null unique,
    name text not null,
    area text not null,
    made_by text not null references staff (id),
    made_at integer not null,
    ended_at integer
) strict, without rowid;

-- A volunteer at work on one of them. Kept when it is over: the record of their hours.
create table shifts (
    id text primary key,
    token_hash blob not null unique,
    csrf text not null,
    tablet text not null references tablets (id),
    volunteer text not null references staff (id),
    began_at integer not null,
    expires_at integer not null,
    ended_at integer
) strict, without rowid;
create index shifts_volunteer on shifts (volunteer, began_at);
create index shifts_began on shifts (began_at);

-- Residents served in a shift: that there was one, and when; not who.
create table servings (
    id text primary key,
    shift text not null references shifts (id),
    began_at integer not null,
    ended_at integer
) strict, without rowid;
create index servings_shift on servings (shift);

-- Who helped to hand a case in, where the resident let it be noted.
alter table cases add column helper text;
alter table cases add column serving text;
create index cases_serving on cases (serving) where serving is not null;

-- Forms left half-way, sealed, under the volunteer who will take them up again.
create table parked (
    volunteer text not null references staff (id),
    code_hash blob not null,
    sealed blob not null,
    expires_at integer not null,
    primary key (volunteer, code_hash)
) strict, without rowid;
create index parked_expiry on parked (expires_at);
