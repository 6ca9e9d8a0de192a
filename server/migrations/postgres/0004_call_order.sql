-- Where a called case stands in its department's own queue: what waits for its answer by when the
-- answer is due, then what it has answered, latest first. Calls made before this are ordered as
-- their cases were; each takes its own place at the case's next step.
alter table called add column sort_at bigint not null default 0;
update called set sort_at =
    (select case when called.open = 1 then c.sort_at else 9223372036854775807 - c.updated_at end
     from cases c where c.id = called.case_id);
create index called_order on called (staff, sort_at, case_id);
