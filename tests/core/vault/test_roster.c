/* Several collectors of one tablet: a place each, and nothing of one in another's. Emptying a place
 * takes that one and nothing else, wherever the power goes. */
#include "core/vault/roster.h"
#include "tests/core/vault/folder.h"

static void open_place(struct vault_folder *folder, const struct roster *roster, uint32_t place)
{
    struct vault *vault = NULL;
    const struct vault_options options = {.folder = roster_folder(roster, &folder->arena, place),
                                          .clock = &folder->clock,
                                          .rng = &folder->rng,
                                          .stretch_ops = 1,
                                          .stretch_kib = 8};
    EXPECT_OK(vault_open(&folder->arena, &options, &vault));
    vault_close(&vault);
}

/* A tablet with so many people, each with a file to lose. */
static struct roster with_people(struct vault_folder *folder, uint32_t count)
{
    struct roster roster;
    vault_folder_make(folder, 41);
    EXPECT_OK(roster_open(&roster, folder->path, &folder->rng));
    for (uint32_t place = 0; place < count; place++) {
        open_place(folder, &roster, place);
        const char *path = roster_folder(&roster, &folder->arena, place);
        EXPECT_OK(os_file_replace(os_path(&folder->arena, path, "device.db"), "borrowers", 9));
    }
    return roster;
}

static bool has_data(struct vault_folder *folder, const struct roster *roster, uint32_t place)
{
    const char *path = roster_folder(roster, &folder->arena, place);
    return os_file_exists(os_path(&folder->arena, path, "device.db"));
}

static void remove_all(struct vault_folder *folder)
{
    const char *command = str_format(&folder->arena, "rm -rf '%s'", folder->path);
    EXPECT_INT(0, system(command));
    arena_deinit(&folder->arena);
}

TEST(test_a_tablet_of_one_has_no_folder_for_others)
{
    struct vault_folder folder;
    struct roster roster = with_people(&folder, 1);
    EXPECT_OK(roster_use(&roster, 0));
    EXPECT(!vault_folder_is_there(&folder, ROSTER_FOLDER));
    EXPECT(roster_is_taken(&roster, 0));
    EXPECT(strcmp(roster_folder(&roster, &folder.arena, 0), folder.path) == 0);
    remove_all(&folder);
}

TEST(test_places_are_given_until_all_are_taken_and_given_again)
{
    struct vault_folder folder;
    uint32_t place = 0;
    struct roster roster = with_people(&folder, 1);
    for (uint32_t i = 1; i < ROSTER_PLACES; i++) {
        EXPECT(roster_free(&roster, &place));
        EXPECT_INT(i, place);
        open_place(&folder, &roster, place);
    }
    EXPECT(!roster_free(&roster, &place));
    EXPECT_OK(roster_empty(&roster, 3));
    EXPECT(roster_free(&roster, &place));
    EXPECT_INT(3, place);
    remove_all(&folder);
}

TEST(test_who_had_the_tablet_last_is_known_after_a_start)
{
    static const struct {
        const char *text; /* what a damaged file says */
        uint32_t place;
    } rows[] = {{"2\n", 2}, {"2", 2}, {"", 0}, {"7\n", 0}, {"-1\n", 0}, {"x\n", 0}, {"22222\n", 0}};
    struct vault_folder folder;
    struct roster roster = with_people(&folder, 3);
    EXPECT_OK(roster_use(&roster, 1));
    EXPECT_OK(roster_open(&roster, folder.path, &folder.rng));
    EXPECT_INT(1, roster.last);
    for (size_t i = 0; i < COUNT(rows); i++) {
        vault_folder_put(&folder, ROSTER_FOLDER "/last", rows[i].text);
        EXPECT_OK(roster_open(&roster, folder.path, &folder.rng));
        EXPECT_ROW(rows[i].text, roster.last == rows[i].place);
    }
    remove_all(&folder);
}

TEST(test_who_leaves_takes_nothing_of_the_others_along)
{
    for (uint32_t leaving = 0; leaving < 3; leaving++) {
        struct vault_folder folder;
        struct roster roster = with_people(&folder, 3);
        vault_folder_put(&folder, ROSTER_MAP_FILE, "roads");
        EXPECT_OK(roster_use(&roster, leaving));
        EXPECT_OK(roster_empty(&roster, leaving));
        EXPECT_OK(roster_open(&roster, folder.path, &folder.rng));
        EXPECT(vault_folder_is_there(&folder, ROSTER_MAP_FILE));
        EXPECT_INT(0, roster.last);
        for (uint32_t place = 0; place < 3; place++) {
            EXPECT(roster_is_taken(&roster, place) == (place != leaving));
            EXPECT(has_data(&folder, &roster, place) == (place != leaving));
        }
        remove_all(&folder);
    }
}

TEST(test_a_wipe_of_the_first_leaves_the_others)
{
    struct vault_folder folder;
    struct roster roster = with_people(&folder, 2);
    vault_folder_open(&folder);
    EXPECT_OK(vault_obey(folder.vault, 1, VAULT_ORDER_wipe));
    EXPECT_OK(vault_wipe(folder.vault));
    EXPECT(!has_data(&folder, &roster, 0));
    EXPECT(has_data(&folder, &roster, 1));
    EXPECT(roster_is_taken(&roster, 1));
    vault_close(&folder.vault);
    remove_all(&folder);
}

TEST(test_a_tablet_keeps_its_id_whoever_comes_and_goes)
{
    struct vault_folder folder;
    struct roster roster = with_people(&folder, 3);
    uint8_t id[ROSTER_ID_SIZE];
    static const uint8_t zeros[ROSTER_ID_SIZE];
    memcpy(id, roster.tablet_id, sizeof id);
    EXPECT(memcmp(id, zeros, sizeof id) != 0);
    EXPECT_OK(roster_empty(&roster, 0));
    EXPECT_OK(roster_empty(&roster, 1));
    EXPECT_OK(roster_open(&roster, folder.path, &folder.rng));
    EXPECT(memcmp(id, roster.tablet_id, sizeof id) == 0);
    vault_folder_put(&folder, ROSTER_TABLET_FILE, "too short");
    EXPECT_OK(roster_open(&roster, folder.path, &folder.rng));
    memcpy(id, roster.tablet_id, sizeof id);
    EXPECT_OK(roster_open(&roster, folder.path, &folder.rng));
    EXPECT(memcmp(id, roster.tablet_id, sizeof id) == 0);
    remove_all(&folder);
}
