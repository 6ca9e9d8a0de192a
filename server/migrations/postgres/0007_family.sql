-- Links for family members: what opens one is kept as a keyed digest alone, whom it is for sealed
-- under the case's own key. One that was taken back is gone.
create table family (
    case_id text not null references cases (id),
    id text not null,
    secret_hash bytea not null,
    name bytea not null,
    created_at bigint not null,
    used_at bigint,
    primary key (case_id, id)
);

-- A pass for the live stream that was got by such a link ends with it.
alter table tickets add column family text;

-- When a shared tablet was last used.
create index shifts_tablet on shifts (tablet, began_at);
