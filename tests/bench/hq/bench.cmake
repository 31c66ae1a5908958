bench(hq SOURCES bench.c client.c collector.c crowd.c ../wire/visits.c USES core/os sync/proto
      LINK PkgConfig::gnutls)
