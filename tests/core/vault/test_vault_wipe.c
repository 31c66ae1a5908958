/* Orders reach a vault without a guard too, and whoever leaves a shared tablet leaves nothing there
 * but the word that they did. */
#include "core/vault/roster.h"
#include "tests/core/vault/folder.h"
#include "tests/lib/test.h"

static void enrolled(struct vault_folder *folder, uint64_t seed)
{
    vault_folder_make(folder, seed);
    vault_folder_open(folder);
    const struct vault_owner owner = {.device_no = 7, .person_no = 12, .hq_key = {3}};
    EXPECT_OK(vault_set_owner(folder->vault, &owner));
}

TEST(test_a_vault_without_a_guard_is_made_known_once)
{
    struct vault_folder folder;
    struct vault_arm arm;
    static const uint8_t zeros[32];
    vault_folder_make(&folder, 31);
    vault_folder_open(&folder);
    EXPECT(!vault_arm(folder.vault, &arm)); /* nobody joined yet */
    vault_folder_remove(&folder);
    enrolled(&folder, 32);
    EXPECT(vault_folder_state(&folder).is_arming && !vault_folder_state(&folder).is_known);
    EXPECT(vault_arm(folder.vault, &arm));
    EXPECT_INT(VAULT_GUARD_none, arm.guard);
    EXPECT(memcmp(arm.half, zeros, 32) == 0 && memcmp(arm.recovery, zeros, 32) == 0);
    uint8_t other[32] = {1};
    EXPECT_OK(vault_armed(folder.vault, other));
    EXPECT(!vault_folder_state(&folder).is_known);
    EXPECT_OK(vault_armed(folder.vault, arm.auth));
    vault_folder_reopen(&folder);
    EXPECT(vault_folder_state(&folder).is_known && !vault_folder_state(&folder).is_arming);
    EXPECT(!vault_arm(folder.vault, &arm));
    EXPECT_OK(vault_set(folder.vault, "284915")); /* a PIN is told of as ever */
    EXPECT(vault_arm(folder.vault, &arm));
    EXPECT(arm.guard != VAULT_GUARD_none);
    vault_folder_remove(&folder);
}

TEST(test_a_vault_without_a_guard_obeys_and_says_so)
{
    struct vault_folder folder;
    struct vault_done done;
    enrolled(&folder, 33);
    EXPECT_OK(vault_obey(folder.vault, 4, VAULT_ORDER_lock));
    vault_shut(folder.vault, false);
    EXPECT(vault_key(folder.vault) == NULL);
    vault_folder_reopen(&folder);
    EXPECT(vault_key(folder.vault) == NULL && vault_folder_state(&folder).is_held);
    EXPECT_OK(vault_obey(folder.vault, 5, VAULT_ORDER_unlock));
    EXPECT(vault_key(folder.vault) != NULL); /* nobody has a PIN to type */
    vault_folder_put(&folder, "device.db", "borrowers");
    EXPECT_OK(vault_obey(folder.vault, 6, VAULT_ORDER_wipe));
    EXPECT_OK(vault_wipe(folder.vault));
    EXPECT(vault_key(folder.vault) == NULL && !vault_folder_is_there(&folder, "device.db"));
    EXPECT(vault_done(folder.vault, &done));
    EXPECT_INT(VAULT_ORDER_wipe, done.order);
    EXPECT(!vault_folder_state(&folder).has_left);
    vault_folder_remove(&folder);
}

TEST(test_who_leaves_leaves_nothing_but_the_word_that_they_did)
{
    struct vault_folder folder;
    struct vault_done done;
    enrolled(&folder, 34);
    EXPECT_OK(vault_set(folder.vault, "284915"));
    vault_folder_put(&folder, "device.db", "borrowers");
    vault_folder_put(&folder, ROSTER_TABLET_FILE, "0123456789abcdef");
    EXPECT_OK(vault_leave(folder.vault));
    EXPECT(vault_folder_state(&folder).is_wiped && vault_folder_state(&folder).has_left);
    EXPECT(!vault_folder_is_there(&folder, "device.db"));
    EXPECT(!vault_folder_is_there(&folder, "vault.key"));
    EXPECT(vault_folder_is_there(&folder, ROSTER_TABLET_FILE));
    vault_folder_reopen(&folder);
    EXPECT(vault_folder_state(&folder).has_left);
    EXPECT_INT(7, vault_owner(folder.vault)->device_no); /* under whose number it is told */
    EXPECT(vault_done(folder.vault, &done));
    EXPECT_INT(VAULT_ORDER_left, done.order);
    EXPECT(done.order_no == VAULT_LEFT_NO && done.file_count == 2);
    EXPECT_OK(vault_obey(folder.vault, 9, VAULT_ORDER_lock)); /* nothing is left to obey with */
    EXPECT(!vault_folder_state(&folder).is_held);
    EXPECT_OK(vault_told(folder.vault, 9));
    EXPECT(vault_done(folder.vault, &done));
    EXPECT_OK(vault_told(folder.vault, VAULT_LEFT_NO));
    EXPECT(!vault_done(folder.vault, &done));
    vault_folder_reopen(&folder);
    EXPECT(!vault_folder_state(&folder).has_left && vault_key(folder.vault) != NULL); /* anew */
    EXPECT_INT(0, vault_owner(folder.vault)->device_no);
    vault_folder_remove(&folder);
}
