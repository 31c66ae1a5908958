bench(import SOURCES bench.c USES sync/server/import)
