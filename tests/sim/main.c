/* fleet: tablets and headquarters in one process, on disks and a network that fail.
 *
 *   fleet --seed N [--seeds K] [--tablets N] [--visits N] [--scenario S] [--twice]
 *         [--verbose] [--no-shrink] [--print]
 *   fleet --script FILE
 *
 * Exit code 0: every promise was kept. 1: one was not; the seed, the sentence and a short
 * script that shows it are printed. 2: wrong arguments. */
#include "tests/sim/memory.h"
#include "tests/sim/shrink.h"
#include "tests/sim/world.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct options {
    struct script_options script;
    uint64_t seed_count;
    const char *script_file;
    bool is_verbose, is_twice, is_printed, is_unshrunk;
    int64_t seconds; /* 0: no limit */
};

static bool read_options(int argc, char **argv, struct options *options)
{
    *options = (struct options){.seed_count = 1, .script.seed = 1};
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(name, "--verbose") == 0) {
            options->is_verbose = true;
        } else if (strcmp(name, "--twice") == 0) {
            options->is_twice = true;
        } else if (strcmp(name, "--print") == 0) {
            options->is_printed = true;
        } else if (strcmp(name, "--no-shrink") == 0) {
            options->is_unshrunk = true;
        } else if (value == NULL) {
            return false;
        } else if (strcmp(name, "--seed") == 0) {
            options->script.seed = strtoull(value, NULL, 10);
            i++;
        } else if (strcmp(name, "--seeds") == 0) {
            options->seed_count = strtoull(value, NULL, 10);
            i++;
        } else if (strcmp(name, "--tablets") == 0) {
            options->script.tablet_count = (uint32_t)strtoul(value, NULL, 10);
            i++;
        } else if (strcmp(name, "--visits") == 0) {
            options->script.visit_count = (uint32_t)strtoul(value, NULL, 10);
            i++;
        } else if (strcmp(name, "--scenario") == 0) {
            options->script.scenario = value;
            i++;
        } else if (strcmp(name, "--script") == 0) {
            options->script_file = value;
            i++;
        } else if (strcmp(name, "--seconds") == 0) {
            options->seconds = strtoll(value, NULL, 10);
            i++;
        } else {
            return false;
        }
    }
    return true;
}

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void sum_up(struct run_result *sum, const struct run_result *result)
{
    uint64_t *to = (uint64_t *)&sum->counts;
    const uint64_t *from = (const uint64_t *)&result->counts;
    for (size_t i = 0; i < sizeof sum->counts / sizeof *to; i++) {
        to[i] += from[i];
    }
    to = (uint64_t *)&sum->disk;
    from = (const uint64_t *)&result->disk;
    for (size_t i = 0; i < sizeof sum->disk / sizeof *to; i++) {
        to[i] += from[i];
    }
    sum->write_hash = sum->write_hash * 31 + result->write_hash;
    sum->virtual_ms += result->virtual_ms;
}

static void print_sum(const struct run_result *sum, uint64_t run_count, double spent_s)
{
    const struct counts *c = &sum->counts;
    const struct disk_counts *d = &sum->disk;
#define P(name, value) printf("%12" PRIu64 "  %s\n", (uint64_t)(value), name)
    P("runs", run_count);
    P("visits finished", c->visits);
    P("visits refused by a rule", c->refused_visits);
    P("other acts", c->acts);
    P("facts accepted", c->facts);
    P("facts of headquarters", c->own_facts);
    P("envelopes sealed", c->envelopes);
    P("messages sent", c->messages);
    P("groups merged", c->groups);
    P("answers applied", c->answers);
    P("confirmed facts looked up", c->checks);
    P("messages lost", c->lost);
    P("messages twice", c->duplicated);
    P("messages late", c->late);
    P("messages cut short", c->truncated);
    P("messages altered", c->garbled);
    P("calls while headquarters was down", c->hq_down);
    P("power cuts", d->cuts);
    P("programs killed", d->kills);
    P("writes torn", d->torn_writes);
    P("writes dropped", d->dropped_writes);
    P("steps failed", d->failed_steps);
    P("flushes failed", d->failed_flushes);
    P("disks filled", c->disk_full);
    P("writes refused by a full disk", d->full_steps);
    P("bits flipped", d->flipped_bits);
    P("allocations failed", d->failed_allocations);
    P("clock jumps", c->jumps);
    P("updates", c->updates);
    P("starts of tablets", c->boots);
    P("starts of headquarters", c->hq_boots);
    P("backups", c->backups);
    P("headquarters restored", c->hq_restores);
    P("tablets restored", c->restores);
    P("tablets cloned", c->clones);
    P("tablets given a new number", c->replaced);
    P("tablets taken back by introduction", c->introduced);
    P("tablets revoked", c->revoked);
    P("attachments", c->attachments);
    P("bundles carried by hand", c->bundles);
    P("envelopes and answers forged", c->forged);
    P("policies set", c->policies);
    P("bits flipped at headquarters", c->rotted);
    P("of them noticed", c->noticed);
    P("of them never noticed, and harmless", c->unnoticed);
    P("calls failed", c->failed_calls);
    P("virtual hours", sum->virtual_ms / 3600000);
#undef P
    printf("%12.1f  CPU seconds\n%12.0f  visits per CPU second\n", spent_s,
           (double)c->visits / (spent_s > 0 ? spent_s : 1));
    printf("hash of all writes %016" PRIx64 "\n", sum->write_hash);
}

static void tell_failure(const struct script *script, const struct run_result *result,
                         const struct options *options)
{
    printf("FAILED seed %" PRIu64 ": %s\n", script->seed, result->failure);
    if (options->is_unshrunk) {
        printf("without --no-shrink the same arguments give a short script\n");
        return;
    }
    struct script small;
    char sentence[sizeof result->failure];
    shrink(script, &small, sentence);
    printf("shortest script, %zu steps of %zu: %s\n", small.count, script->count, sentence);
    script_print(stdout, &small);
    script_free(&small);
}

/* False when a promise was not kept. */
static bool run_one(const struct script *script, const struct options *options,
                    struct run_result *sum)
{
    struct run_result result;
    world_run(script, options->is_verbose, &result);
    sum_up(sum, &result);
    if (result.has_failed) {
        tell_failure(script, &result, options);
        return false;
    }
    if (options->is_twice) {
        struct run_result again;
        world_run(script, false, &again);
        if (again.write_hash != result.write_hash || again.has_failed) {
            printf("FAILED seed %" PRIu64 ": two runs differ: %016" PRIx64 ", %016" PRIx64 "\n",
                   script->seed, result.write_hash, again.write_hash);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options;
    /* Blocks come back soon: nothing is given to the system in between. */
    (void)mallopt(M_TRIM_THRESHOLD, INT32_MAX);
    (void)mallopt(M_MMAP_THRESHOLD, INT32_MAX);
    if (!read_options(argc, argv, &options)) {
        fprintf(stderr,
                "usage: fleet --seed N [--seeds K] [--tablets N] [--visits N] "
                "[--scenario S] [--twice] [--seconds S] [--verbose] [--no-shrink] "
                "[--print]\n       fleet --script FILE\nscenarios: %s\n",
                script_scenarios());
        return 2;
    }
    /* Scripts may be of any scenario. */
    memory_install(
        options.script_file != NULL ||
        (options.script.scenario != NULL && strcmp(options.script.scenario, "starved") == 0));
    static struct run_result sum;
    double start_s = cpu_s();
    uint64_t run_count = 0;
    bool is_kept = true;
    for (uint64_t i = 0; is_kept && i < options.seed_count; i++) {
        struct script script;
        struct script_options script_options = options.script;
        script_options.seed += i;
        if (options.script_file != NULL) {
            FILE *in = fopen(options.script_file, "r");
            if (in == NULL || !script_read(in, &script)) {
                fprintf(stderr, "fleet: %s is not a script\n", options.script_file);
                return 2;
            }
            fclose(in);
        } else if (!script_make(&script, &script_options)) {
            fprintf(stderr, "fleet: no such scenario; there are %s\n", script_scenarios());
            return 2;
        }
        if (options.is_printed) {
            script_print(stdout, &script);
        }
        is_kept = run_one(&script, &options, &sum);
        script_free(&script);
        run_count++;
        if (options.seconds > 0 && cpu_s() - start_s > (double)options.seconds) {
            break;
        }
    }
    print_sum(&sum, run_count, cpu_s() - start_s);
    return is_kept ? 0 : 1;
}
