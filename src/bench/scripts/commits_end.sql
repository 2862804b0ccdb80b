drop table bench_commits;
