\set n random(1, {count})
select p.id as patient, '{' || p.id || '}' as ids, gen_random_uuid() as event from (select ('{patients}'::uuid[])[:n] as id) p \gset
begin;
select access_open(:event, :ordinal, :scope, :act, :action, :outcome, :actor_kind, :staff, :name, :role, :session, :address, :application, :event,
    :purpose, :basis, null, null, :arrival, null, :patient, :mrn, :ids, :kind, :patient, :version, :detail, null);
commit;
