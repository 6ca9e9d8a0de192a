-- Digests of the copies of a photo that are shown: torn ones are told from whole ones, and made
-- again from what was received. None beside a copy that was made before this.
alter table photos add column thumb_sha256 blob;
alter table photos add column full_sha256 blob;
