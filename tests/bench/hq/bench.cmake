bench(hq SOURCES bench.c client.c collector.c crowd.c documents.c probe.c ../wire/visits.c USES core/os sync/proto
      LINK PkgConfig::gnutls)
