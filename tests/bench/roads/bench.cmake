bench(roads SOURCES bench.c USES sync/server/mappack)
