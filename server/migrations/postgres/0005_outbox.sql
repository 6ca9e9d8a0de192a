-- Messages to people outside these pages: written with the event they tell of, sent afterwards.
-- The id says what is told, and to whom, so that nothing is told twice. Nothing personal stands
-- here: name, number and words are looked up when a message goes out.
create table outbox (
    id text collate "C" primary key,
    case_id text collate "C" not null references cases (id),
    occasion text collate "C" not null,
    audience text collate "C" not null,
    staff text collate "C",
    tries bigint not null,
    -- When it is to be sent, or tried again; null once it was sent or given up.
    next_at bigint,
    created_at bigint not null
);
create index outbox_next on outbox (next_at) where next_at is not null;
create index outbox_age on outbox (created_at) where next_at is null;
-- Open cases whose day has come, found without reading the others.
create index cases_overdue on cases (due_at, id)
    where state in ('submitted', 'accepted', 'assigned', 'in_progress');
