bench(team SOURCES bench.c USES sync/server/plan)
