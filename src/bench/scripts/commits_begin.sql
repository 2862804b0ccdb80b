create table if not exists bench_commits (place bigint generated always as identity primary key, line text not null);
