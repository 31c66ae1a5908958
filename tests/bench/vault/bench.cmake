bench(vault SOURCES vault.c USES core/journey core/os LINK testtablet PkgConfig::sqlite3)
