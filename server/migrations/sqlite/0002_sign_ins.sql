-- Tries to sign in since the last right password, by a keyed digest of the name as typed: a name
-- that nobody has is counted and locked like one that somebody has.
create table sign_ins (
    name_hash blob primary key,
    tries integer not null,
    locked_until integer not null
) strict, without rowid;
create index sign_ins_age on sign_ins (locked_until);

alter table staff drop column failed;
alter table staff drop column locked_until;
