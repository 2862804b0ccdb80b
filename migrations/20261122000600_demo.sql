-- How far a demonstration is prepared: the seed, the instant it is told at, the people written. At most one row; none in a house of real work.
create table demo_preparations (
    only_one boolean primary key default true check (only_one),
    seed bigint not null,
    told_at timestamptz not null,
    people bigint not null check (people >= 0)
);
grant select, insert, update on demo_preparations to custodian_app;
