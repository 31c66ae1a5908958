/* Goal: a sealed file gives back every byte to the one key and not a byte to anybody else, and says
 * where it was damaged. */
#include "sync/server/store/sealed_file.h"

#include "core/os/os.h"
#include "tests/sync/server/field.h"

#include <string.h>

enum { PIECE = 64 * 1024, HEAD = 144, SEAL = 17, HASH = 32 };

struct world {
    struct arena arena;
    char *folder;
    const char *plain, *path, *back;
    struct sealed_public to;
    struct sealed_secret secret;
};

/* For what is said about a row that failed. */
static const char *row_name(size_t row)
{
    static char text[24];
    snprintf(text, sizeof text, "%zu", row);
    return text;
}

static void world_open(struct world *world)
{
    arena_init(&world->arena, 0);
    world->folder = field_folder(&world->arena);
    world->plain = os_path(&world->arena, world->folder, "plain");
    world->path = os_path(&world->arena, world->folder, "sealed");
    world->back = os_path(&world->arena, world->folder, "back");
    sealed_pair_make(&world->to, &world->secret);
}

static void world_close(struct world *world)
{
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
}

static struct str write_plain(struct world *world, size_t size)
{
    char *bytes = arena_alloc(&world->arena, size + 1);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = "a name of somebody "[i % 19];
    }
    EXPECT_OK(os_file_replace(world->plain, bytes, size));
    return (struct str){bytes, size};
}

static struct str read_all(struct world *world, const char *path)
{
    struct str bytes = {"", 0};
    EXPECT_OK(os_file_read(&world->arena, path, 64 * 1024 * 1024, &bytes));
    return bytes;
}

static enum err open_with(struct world *world, const struct sealed_secret *secret,
                          struct sealed_fault *fault)
{
    EXPECT_OK(os_file_remove(world->back));
    return sealed_file_open(world->path, secret, 1, world->back, fault);
}

TEST(test_every_byte_comes_back_whatever_the_size)
{
    static const size_t sizes[] = {0,         1,         PIECE - 1,  PIECE,
                                   PIECE + 1, 3 * PIECE, 64 * PIECE, 64 * PIECE + 5};
    struct world world;
    world_open(&world);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct sealed_fault fault;
        struct str plain = write_plain(&world, sizes[i]);
        EXPECT_OK(sealed_file_make(world.plain, world.path, &world.to));
        EXPECT_ERR(ERR_exists, sealed_file_make(world.plain, world.path, &world.to));
        struct str sealed = read_all(&world, world.path);
        EXPECT_ROW(row_name(i), sealed.size == sealed_file_size(sizes[i]));
        EXPECT_ROW(row_name(i), memmem(sealed.bytes, sealed.size, "a name", 6) == NULL);
        EXPECT(sealed_file_is(world.path) && !sealed_file_is(world.plain));
        EXPECT_OK(sealed_file_look(world.path, &fault));
        EXPECT(memcmp(fault.to.bytes, world.to.bytes, sizeof world.to.bytes) == 0);
        EXPECT_OK(open_with(&world, &world.secret, &fault));
        EXPECT_ROW(row_name(i), str_equal(plain, read_all(&world, world.back)));
        EXPECT_ERR(ERR_exists, sealed_file_open(world.path, &world.secret, 1, world.back, &fault));
        EXPECT_OK(sealed_file_open(world.path, &world.secret, 1, NULL, &fault));
        EXPECT_OK(os_file_remove(world.path));
    }
    EXPECT_OK(os_file_remove(world.back));
    EXPECT_ERR(ERR_not_found, sealed_file_make(world.path, world.back, &world.to));
    world_close(&world);
}

TEST(test_no_other_key_opens_it_and_the_right_one_may_stand_among_many)
{
    struct world world;
    struct sealed_fault fault;
    struct sealed_secret secrets[3];
    struct sealed_public other;
    world_open(&world);
    struct str plain = write_plain(&world, 1000);
    EXPECT_OK(sealed_file_make(world.plain, world.path, &world.to));
    sealed_pair_make(&other, &secrets[0]);
    sealed_pair_make(&other, &secrets[1]);
    secrets[2] = world.secret;
    EXPECT_ERR(ERR_wrong_key, open_with(&world, &secrets[0], &fault));
    EXPECT_INT(SEALED_FAULT_wrong_key, fault.kind);
    EXPECT(memcmp(fault.to.bytes, world.to.bytes, sizeof other.bytes) == 0);
    EXPECT(!os_file_exists(world.back));
    EXPECT_OK(sealed_file_open(world.path, secrets, 3, world.back, &fault));
    EXPECT(str_equal(plain, read_all(&world, world.back)));
    world_close(&world);
}

/* Each row: the byte that is changed, and from where on the file is said to be damaged. */
TEST(test_a_flipped_byte_is_found_and_the_place_named)
{
    static const struct {
        size_t at, said;
        enum sealed_fault_kind kind;
        bool needs_key; /* whoever looks without one sees that something is wrong, not where */
    } rows[] = {
        {0, 0, SEALED_FAULT_strange, false},
        {8, 0, SEALED_FAULT_wrong_key, true},
        {39, 0, SEALED_FAULT_wrong_key, true},
        {40, 40, SEALED_FAULT_changed, true},
        {119, 40, SEALED_FAULT_changed, true},
        {120, HEAD, SEALED_FAULT_changed, true},
        {HEAD, HEAD, SEALED_FAULT_changed, true},
        {HEAD + PIECE + SEAL - 1, HEAD, SEALED_FAULT_changed, true},
        {HEAD + PIECE + SEAL, HEAD + PIECE + SEAL, SEALED_FAULT_changed, true},
        {HEAD + 2 * (PIECE + SEAL) + 99, HEAD + 2 * (PIECE + SEAL), SEALED_FAULT_changed, true},
        {HEAD + 2 * (PIECE + SEAL) + 100 + SEAL, 0, SEALED_FAULT_changed, true}, /* of the hash */
    };
    struct world world;
    world_open(&world);
    (void)write_plain(&world, 2 * PIECE + 100);
    EXPECT_OK(sealed_file_make(world.plain, world.path, &world.to));
    struct str sealed = read_all(&world, world.path);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sealed_fault fault;
        char *changed = arena_copy(&world.arena, sealed.bytes, sealed.size);
        changed[rows[i].at] ^= 1;
        EXPECT_OK(os_file_replace(world.path, changed, sealed.size));
        EXPECT_ROW(row_name(i), sealed_file_look(world.path, &fault) == ERR_corrupt);
        enum err err = open_with(&world, &world.secret, &fault);
        EXPECT_ROW(row_name(i),
                   err == (rows[i].kind == SEALED_FAULT_wrong_key ? ERR_wrong_key : ERR_corrupt));
        EXPECT_ROW(row_name(i), fault.kind == rows[i].kind && fault.at == rows[i].said);
        EXPECT_ROW(row_name(i), !os_file_exists(world.back));
    }
    world_close(&world);
}

TEST(test_a_cut_or_lengthened_file_gives_nothing)
{
    struct world world;
    world_open(&world);
    (void)write_plain(&world, PIECE + 100);
    EXPECT_OK(sealed_file_make(world.plain, world.path, &world.to));
    struct str sealed = read_all(&world, world.path);
    const size_t sizes[] = {0,
                            7,
                            8,
                            HEAD - 1,
                            HEAD,
                            HEAD + SEAL + HASH - 1,
                            HEAD + 1000,
                            HEAD + PIECE + SEAL,
                            HEAD + PIECE + SEAL + HASH,
                            sealed.size - 1};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct sealed_fault fault;
        EXPECT_OK(os_file_replace(world.path, sealed.bytes, sizes[i]));
        EXPECT_ROW(row_name(i), sealed_file_look(world.path, &fault) == ERR_corrupt);
        EXPECT_ROW(row_name(i), open_with(&world, &world.secret, &fault) == ERR_corrupt);
        EXPECT_ROW(row_name(i), fault.kind != SEALED_FAULT_none && !os_file_exists(world.back));
    }
    char *longer = arena_alloc(&world.arena, sealed.size + 1);
    memcpy(longer, sealed.bytes, sealed.size);
    longer[sealed.size] = 0;
    struct sealed_fault fault;
    EXPECT_OK(os_file_replace(world.path, longer, sealed.size + 1));
    EXPECT_ERR(ERR_corrupt, sealed_file_look(world.path, &fault));
    EXPECT_ERR(ERR_corrupt, open_with(&world, &world.secret, &fault));
    EXPECT(!os_file_exists(world.back));
    world_close(&world);
}
