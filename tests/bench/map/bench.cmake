bench(map SOURCES pan.c USES app/map app/platform)
