\set n random(1, 1000000)
insert into bench_commits (line) values (:n::text);
