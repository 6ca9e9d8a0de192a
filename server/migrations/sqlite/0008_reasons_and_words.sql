-- Why somebody opened a case: what they had to do with it, or what they said.
alter table audit add column why text;

-- A keyed digest of what was written, so that the same words sent again and again are seen.
alter table reports add column words_hash blob;
create index reports_words on reports (words_hash, created_at) where words_hash is not null;
