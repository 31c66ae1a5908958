/* tests/sim/step.h -- a script: what is done to whom and when. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum step_kind {
#define STEP(name, weight, about) STEP_##name,
#include "tests/sim/steps.def"
#undef STEP
    STEP_COUNT
};

struct step {
    int64_t at_ms; /* since the start of the run */
    uint32_t kind;
    uint32_t tablet;
    uint64_t lot;
};

/* A run without its faults and work: who takes part. */
struct script {
    uint64_t seed;
    uint32_t tablet_count; /* enrolled at the start */
    uint32_t case_count;   /* per tablet */
    uint32_t network;      /* bad answers and requests, per mille */
    bool is_shared;        /* headquarters reads by a second connection */
    bool is_fresh;         /* databases are made in the run, not copied from empty ones */
    bool is_late;          /* tablets join one by one over the first day */
    struct step *steps;    /* in order of time */
    size_t count;
};

struct script_options {
    uint64_t seed;
    const char *scenario;  /* NULL: mixed */
    uint32_t tablet_count; /* 0: by the seed */
    uint32_t visit_count;  /* per tablet; 0: by the seed */
};

/* malloc'ed; false when there is no such scenario. */
bool script_make(struct script *script_out, const struct script_options *options);
void script_free(struct script *script);
/* One line per step; the head first. */
void script_print(FILE *out, const struct script *script);
bool script_read(FILE *in, struct script *script_out);
const char *step_name(uint32_t kind);
const char *script_scenarios(void); /* names, for the usage */
