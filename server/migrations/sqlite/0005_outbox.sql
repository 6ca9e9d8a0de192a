-- Messages to people outside these pages: written with the event they tell of, sent afterwards.
-- The id says what is told, and to whom, so that nothing is told twice. Nothing personal stands
-- here: name, number and words are looked up when a message goes out.
create table outbox (
    id text primary key,
    case_id text not null references cases (id),
    occasion text not null,
    audience text not null,
    staff text,
    tries integer not null,
    -- When it is to be sent, or tried again; null once it was sent or given up.
    next_at integer,
    created_at integer not null
) strict, without rowid;
create index outbox_next on outbox (next_at) where next_at is not null;
create index outbox_age on outbox (created_at) where next_at is null;
-- Open cases whose day has come, found without reading the others.
create index cases_overdue on cases (due_at, id)
    where state in ('submitted', 'accepted', 'assigned', 'in_progress');
