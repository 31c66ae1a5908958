bench(plan SOURCES bench.c instance.c USES core/rules LINK m)
