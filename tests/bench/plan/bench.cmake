bench(plan SOURCES bench.c instance.c replan.c USES core/rules LINK m)
