/* tests/bench/unlock/unlock.c -- how long a right PIN, a half from headquarters and a passphrase
 * take to open the vault, with the figures of Argon2id that the program uses. Goal: 1 s at most.
 *
 *   bench_unlock [TCTI]   with a TPM too, such as device:/dev/tpmrm0 */
#include "core/os/os.h"
#include "core/vault/vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 15, PIN_OPS = 3, PIN_MIB = 64, PHRASE_OPS = 3, PHRASE_MIB = 128 };

static const char *const pin = "284915";
static const char *const phrase = "amber kettle nine rivers";

/* Of this process: others on the machine count for nothing. */
static int64_t cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a;
    int64_t two = *(const int64_t *)b;
    return one < two ? -1 : one > two;
}

static void must(enum err err)
{
    if (err != OK) {
        fprintf(stderr, "bench_unlock: %s\n", err_name(err));
        exit(1);
    }
}

static bool keep_nothing(const char *path)
{
    (void)path;
    return false;
}

static void measure(const char *name, const char *secret, const char *chip, bool has_half)
{
    char folder[] = "/tmp/bench-unlock.XXXXXX";
    struct arena arena;
    struct vault *vault = NULL;
    struct vault_arm arm = {0};
    int64_t took_us[ROUNDS];
    CHECK(mkdtemp(folder) != NULL);
    arena_init(&arena, 0);
    const struct vault_options options = {
        .folder = folder, .clock = os_clock(), .rng = os_rng(), .chip = chip};
    must(vault_open(&arena, &options, &vault));
    must(vault_set(vault, secret));
    if (has_half) {
        CHECK(vault_arm(vault, &arm));
        must(vault_armed(vault, arm.auth));
    }
    for (int round = 0; round < ROUNDS; round++) {
        vault_close(&vault);
        must(vault_open(&arena, &options, &vault));
        enum vault_answer answer = VAULT_ANSWER_wrong;
        int64_t begun_us = cpu_us();
        must(vault_try(vault, secret, &answer));
        if (answer == VAULT_ANSWER_ask) {
            must(vault_half(vault, arm.half, &answer));
        }
        took_us[round] = cpu_us() - begun_us;
        CHECK(answer == VAULT_ANSWER_right);
    }
    vault_close(&vault);
    qsort(took_us, ROUNDS, sizeof took_us[0], compare);
    printf("%-28s CPU p50 %6.1f ms  most %6.1f ms\n", name, (double)took_us[ROUNDS / 2] / 1000,
           (double)took_us[ROUNDS - 1] / 1000);
    uint32_t count;
    uint64_t size;
    must(os_tree_shred(folder, keep_nothing, true, os_rng(), &count, &size));
    (void)rmdir(folder);
    arena_deinit(&arena);
}

int main(int argc, char **argv)
{
    printf("Argon2id: PIN %d passes over %d MiB, passphrase %d over %d MiB; goal 1000 ms\n",
           PIN_OPS, PIN_MIB, PHRASE_OPS, PHRASE_MIB);
    measure("PIN and half key", pin, NULL, true);
    measure("passphrase", phrase, NULL, false);
    if (argc > 1) {
        measure("PIN and TPM", pin, argv[1], false);
    }
    return 0;
}
