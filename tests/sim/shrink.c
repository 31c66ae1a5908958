#include "tests/sim/shrink.h"

#include "tests/sim/world.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIES_MAX = 600 };

/* The same promise, whatever the numbers in its sentence. */
static bool is_same_kind(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, "0123456789");
        b += strspn(b, "0123456789");
        if (*a != *b || *a == ':' || *a == '\0') {
            return *a == *b;
        }
        a++;
        b++;
    }
}

/* True when the script fails in the way of `sentence` ("": in any way), or its process does. */
static bool try(const struct script *script, char *sentence)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        struct run_result result;
        alarm(120);
        world_run(script, false, &result);
        if (write(ends[1], result.failure, sizeof result.failure) < 0) {
            _exit(2);
        }
        _exit(result.has_failed ? 1 : 0);
    }
    close(ends[1]);
    char text[SHRINK_SENTENCE_SIZE] = "the process died";
    ssize_t got = read(ends[0], text, sizeof text);
    close(ends[0]);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    bool has_failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    has_failed = has_failed && (sentence[0] == '\0' || is_same_kind(text, sentence));
    if (has_failed) {
        memcpy(sentence, got > 0 ? text : "the process died", got > 0 ? sizeof text : 17);
    }
    return has_failed;
}

static struct script without(const struct script *script, size_t from, size_t count)
{
    struct script less = *script;
    less.steps = malloc((script->count + 1) * sizeof(struct step));
    CHECK(less.steps != NULL);
    less.count = 0;
    for (size_t i = 0; i < script->count; i++) {
        if (i < from || i >= from + count) {
            less.steps[less.count++] = script->steps[i];
        }
    }
    return less;
}

static void cut_down(struct script *script, char *sentence)
{
    int tries = 0;
    for (size_t part = (script->count + 1) / 2; part > 0; part = part == 1 ? 0 : (part + 1) / 2) {
        for (size_t from = 0; from < script->count && tries < TRIES_MAX;) {
            struct script less = without(script, from, part);
            tries++;
            if (try(&less, sentence)) {
                free(script->steps);
                *script = less;
            } else {
                free(less.steps);
                from += part;
            }
        }
    }
}

void shrink(const struct script *script, struct script *small_out, char *sentence_out)
{
    *small_out = without(script, script->count, 0);
    sentence_out[0] = '\0';
    if (!try(small_out, sentence_out)) {
        snprintf(sentence_out, SHRINK_SENTENCE_SIZE,
                 "fails only in the process that ran others before");
        return;
    }
    struct script calm = *small_out;
    calm.network = 0; /* a good network first, if it fails all the same */
    if (try(&calm, sentence_out)) {
        small_out->network = 0;
    }
    cut_down(small_out, sentence_out);
    while (small_out->tablet_count > 1) {
        struct script fewer = *small_out;
        fewer.tablet_count--;
        if (!try(&fewer, sentence_out)) {
            break;
        }
        small_out->tablet_count--;
    }
}
