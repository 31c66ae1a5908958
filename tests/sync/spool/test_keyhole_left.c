/* Goal: of envelopes that nobody can seal anew, none is said to be given, and none is cleared away
 * with a store that was wiped, before headquarters answered it. */
#include "core/os/os.h"
#include "sync/proto/envelope.h"
#include "sync/spool/keyhole.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct left {
    struct arena arena;
    char folder[64];
    struct keyhole keyhole;
};

static void left_open(struct left *left)
{
    memset(left, 0, sizeof *left);
    arena_init(&left->arena, 0);
    snprintf(left->folder, sizeof left->folder, "/tmp/doorstep-left-XXXXXX");
    EXPECT(mkdtemp(left->folder) != NULL);
    left->keyhole.out = os_path(&left->arena, left->folder, LAYOUT_OUT);
    left->keyhole.in = os_path(&left->arena, left->folder, LAYOUT_IN);
}

static void folder_remove(struct left *left, const char *folder)
{
    const char **names = NULL;
    size_t count = 0;
    if (os_folder_list(&left->arena, folder, &names, &count) == OK) {
        for (size_t i = 0; i < count; i++) {
            (void)unlink(os_path(&left->arena, folder, names[i]));
        }
    }
    (void)rmdir(folder);
}

static void left_close(struct left *left)
{
    folder_remove(left, left->keyhole.out);
    folder_remove(left, left->keyhole.in);
    (void)rmdir(left->folder);
    arena_deinit(&left->arena);
}

static void put(struct left *left, const char *folder, const struct layout_name *name,
                const char *ending, const void *bytes, size_t size)
{
    char stem[LAYOUT_STEM_SIZE];
    layout_stem(stem, name);
    const char *file = str_format(&left->arena, "%s%s", stem, ending);
    EXPECT_OK(os_file_replace(os_path(&left->arena, folder, file), bytes, size));
}

static void expect_left(struct left *left, uint32_t waiting_count, uint32_t given_count)
{
    struct keyhole_left found;
    EXPECT_OK(keyhole_left(&left->keyhole, &left->arena, &found));
    EXPECT_INT(waiting_count, found.waiting_count);
    EXPECT_INT(given_count, found.given_count);
}

TEST(test_an_envelope_is_given_when_it_was_answered_and_not_when_it_was_refused)
{
    static const uint8_t sealed[64] = {ENVELOPE_batch};
    static const uint8_t answer[64] = {ENVELOPE_answer};
    struct left left;
    left_open(&left);
    expect_left(&left, 0, 0); /* no folder yet */
    EXPECT_OK(os_folder_make(left.keyhole.out));
    EXPECT_OK(os_folder_make(left.keyhole.in));
    const struct layout_name first = {LAYOUT_CLASS_text, 1, 7};
    const struct layout_name second = {LAYOUT_CLASS_photo, 2, 8};
    const struct layout_name key = {LAYOUT_CLASS_keys, 3, 9};
    put(&left, left.keyhole.out, &first, LAYOUT_ENVELOPE, sealed, sizeof sealed);
    put(&left, left.keyhole.out, &second, LAYOUT_ENVELOPE, sealed, sizeof sealed);
    put(&left, left.keyhole.out, &key, LAYOUT_ENVELOPE, sealed, sizeof sealed);
    expect_left(&left, 2, 0);
    put(&left, left.keyhole.in, &second, LAYOUT_ANSWER, answer, sizeof answer);
    expect_left(&left, 1, 1);
    for (uint32_t wire = WIRE_ok + 1; wire <= WIRE_other_certificate;
         wire++) { /* anybody can forge these */
        uint8_t refusal[ENVELOPE_REFUSAL_SIZE];
        envelope_refuse(refusal, (enum wire)wire);
        put(&left, left.keyhole.in, &first, LAYOUT_ANSWER, refusal, sizeof refusal);
        expect_left(&left, 1, 1);
    }
    put(&left, left.keyhole.in, &first, LAYOUT_ANSWER, answer, sizeof answer);
    expect_left(&left, 0, 2);
    left_close(&left);
}

TEST(test_the_vault_and_the_wire_have_one_number_for_leaving)
{
    const uint64_t said = VAULT_LEFT_NO;
    EXPECT(said == KEYS_LEFT_NO);
}
