bench(capture SOURCES capture.c USES core/journey core/os LINK testtablet PkgConfig::sqlite3)
