\set n random(1, {count})
select p.id as patient, '{' || p.id || '}' as ids, gen_random_uuid() as event from (select ('{patients}'::uuid[])[:n] as id) p \gset
begin;
commit;
