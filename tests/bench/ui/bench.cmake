bench(ui SOURCES list.c USES app/platform LINK PkgConfig::sdl2)
