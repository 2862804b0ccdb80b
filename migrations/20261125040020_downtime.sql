-- The downtime copy: what is read while the server is away (45 CFR 164.312(a)(2)(ii)), and the looks that are brought back afterwards.

-- One passphrase opens the copies; sealed under the master key, because the server writes copies without anybody there.
create table downtime_passphrase (
    only_one boolean primary key default true check (only_one),
    sealed bytea not null,
    set_at timestamptz not null,
    set_by text not null
);
grant select, insert, update on downtime_passphrase to custodian_app;

create table downtime_copies (
    copy_id uuid primary key,
    -- the event that names whom the copy holds
    event_id uuid not null,
    written_at timestamptz not null,
    written_by text not null,
    patients integer not null
);
grant select, insert on downtime_copies to custodian_app;

-- Entries of a copy's own log that are in the ledger already: bringing a log in twice changes nothing.
create table downtime_looks (
    copy_id uuid not null references downtime_copies,
    number integer not null,
    event_id uuid not null,
    primary key (copy_id, number)
);
grant select, insert on downtime_looks to custodian_app;
