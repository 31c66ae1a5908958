bench(law SOURCES law.c USES sync/server/policy)
