bench(plan SOURCES bench.c instance.c replan.c stability.c USES core/rules LINK m)
