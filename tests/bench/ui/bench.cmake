bench(ui SOURCES bench.c USES app/platform)
