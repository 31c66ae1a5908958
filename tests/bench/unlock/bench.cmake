bench(unlock SOURCES unlock.c USES core/vault core/os)
