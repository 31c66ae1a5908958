bench(merge SOURCES merge.c USES sync/server/store core/os LINK testshim)
