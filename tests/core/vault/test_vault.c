/* The key of a tablet: who gets it, who does not, and when. */
#include "tests/core/vault/folder.h"

static const char *const right = "284915";
static const char *const wrong = "284916";
static const char *const phrase = "amber kettle nine rivers";

/* A vault with a PIN whose half is at headquarters; `arm_out`: what that holds. */
static void arm(struct vault_folder *folder, struct vault_arm *arm_out)
{
    EXPECT_OK(vault_set(folder->vault, right));
    EXPECT(vault_arm(folder->vault, arm_out));
    EXPECT_OK(vault_armed(folder->vault, arm_out->auth));
}

TEST(test_vault_takes_no_easy_secret)
{
    static const struct {
        const char *text;
        enum vault_flaw pin, phrase;
    } rows[] = {
        {"", VAULT_FLAW_size, VAULT_FLAW_size},
        {"12345", VAULT_FLAW_size, VAULT_FLAW_size},
        {"1234567", VAULT_FLAW_size, VAULT_FLAW_size},
        {"12a456", VAULT_FLAW_size, VAULT_FLAW_size},
        {"000000", VAULT_FLAW_easy, VAULT_FLAW_size},
        {"123456", VAULT_FLAW_easy, VAULT_FLAW_size},
        {"987654", VAULT_FLAW_easy, VAULT_FLAW_size},
        {"284915", VAULT_FLAW_none, VAULT_FLAW_size},
        {"amber kettle nine", VAULT_FLAW_size, VAULT_FLAW_size},
        {"amber kettle nine rivers", VAULT_FLAW_size, VAULT_FLAW_none},
        {"amber  kettle a nine b", VAULT_FLAW_size, VAULT_FLAW_size},
        {"amber amber amber amber", VAULT_FLAW_size, VAULT_FLAW_easy},
        {"琥珀 水壶 九条 河流", VAULT_FLAW_size, VAULT_FLAW_none},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].text, vault_pin_flaw(rows[i].text) == rows[i].pin);
        EXPECT_ROW(rows[i].text, vault_phrase_flaw(rows[i].text) == rows[i].phrase);
    }
}

TEST(test_vault_waits_longer_after_more_wrong_tries)
{
    EXPECT_INT(0, vault_wait_ms(0));
    EXPECT_INT(0, vault_wait_ms(VAULT_FREE_TRIES));
    EXPECT_INT(30000, vault_wait_ms(VAULT_FREE_TRIES + 1));
    for (uint32_t count = 0; count < 20; count++) {
        EXPECT(vault_wait_ms(count + 1) >= vault_wait_ms(count));
    }
    EXPECT_INT(VAULT_WAIT_MAX_MS, vault_wait_ms(UINT32_MAX));
}

TEST(test_vault_without_a_pin_is_open_and_says_so)
{
    struct vault_folder folder;
    uint8_t key[VAULT_KEY_SIZE];
    vault_folder_make(&folder, 1);
    vault_folder_open(&folder);
    EXPECT(!vault_folder_state(&folder).is_kept);
    EXPECT_INT(VAULT_GUARD_none, vault_folder_state(&folder).guard);
    vault_folder_key(&folder, key);
    vault_folder_reopen(&folder);
    EXPECT(vault_folder_has(&folder, key));
    vault_folder_remove(&folder);
}

/* One key for every guard, and nobody without the secret gets it. */
TEST(test_vault_opens_for_the_secret_and_nothing_else)
{
    static const char *const others[] = {"284916", "", "28491", "2849150", "284915 "};
    static const char *const secrets[] = {"284915", "amber kettle nine rivers"};
    for (size_t s = 0; s < COUNT(secrets); s++) {
        struct vault_folder folder;
        uint8_t key[VAULT_KEY_SIZE];
        vault_folder_make(&folder, 2 + s);
        vault_folder_open(&folder);
        vault_folder_key(&folder, key);
        EXPECT_OK(vault_set(folder.vault, secrets[s]));
        EXPECT_INT(s == 0 ? VAULT_GUARD_pin : VAULT_GUARD_phrase,
                   vault_folder_state(&folder).guard);
        vault_folder_reopen(&folder);
        EXPECT(vault_key(folder.vault) == NULL);
        for (size_t i = 0; i < COUNT(others); i++) {
            folder.now.monotonic_ms += VAULT_WAIT_MAX_MS;
            EXPECT_ROW(others[i], vault_folder_type(&folder, others[i]) == VAULT_ANSWER_wrong);
            EXPECT(vault_key(folder.vault) == NULL);
            EXPECT_INT(i + 1, vault_folder_state(&folder).wrong_count);
        }
        folder.now.monotonic_ms += VAULT_WAIT_MAX_MS;
        EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, secrets[s]));
        EXPECT(vault_folder_has(&folder, key));
        EXPECT_INT(0, vault_folder_state(&folder).wrong_count);
        vault_shut(folder.vault, true);
        EXPECT(vault_key(folder.vault) == NULL);
        vault_folder_remove(&folder);
    }
}

TEST(test_vault_count_survives_restart_reboot_and_a_clock_set_back)
{
    struct vault_folder folder;
    vault_folder_make(&folder, 4);
    vault_folder_open(&folder);
    EXPECT_OK(vault_set(folder.vault, right));
    vault_folder_reopen(&folder);
    for (int i = 0; i < VAULT_FREE_TRIES + 1; i++) {
        EXPECT_INT(VAULT_ANSWER_wrong, vault_folder_type(&folder, wrong));
    }
    EXPECT_INT(30000, vault_folder_state(&folder).wait_ms);
    vault_folder_reopen(&folder);
    EXPECT_INT(VAULT_FREE_TRIES + 1, vault_folder_state(&folder).wrong_count);
    EXPECT_INT(VAULT_ANSWER_too_soon, vault_folder_type(&folder, right));
    folder.now.wall_ms += 365LL * 24 * 3600 * 1000; /* the wall clock helps nobody … */
    EXPECT_INT(VAULT_ANSWER_too_soon, vault_folder_type(&folder, right));
    folder.now.wall_ms -= 2 * 365LL * 24 * 3600 * 1000;
    EXPECT_INT(VAULT_ANSWER_too_soon, vault_folder_type(&folder, right));
    folder.now.boot = 2; /* … nor does a restart: the whole wait begins again */
    folder.now.monotonic_ms = 1000;
    EXPECT_INT(29000, vault_folder_state(&folder).wait_ms);
    EXPECT_INT(VAULT_ANSWER_too_soon, vault_folder_type(&folder, right));
    folder.now.monotonic_ms = 30000;
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, right));
    vault_folder_remove(&folder);
}

TEST(test_vault_files_hold_no_key_once_there_is_a_pin)
{
    struct vault_folder folder;
    uint8_t key[VAULT_KEY_SIZE];
    vault_folder_make(&folder, 5);
    vault_folder_open(&folder);
    vault_folder_key(&folder, key);
    EXPECT_OK(vault_set(folder.vault, right));
    static const char *const names[] = {"vault.key", "vault.state"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct str bytes;
        EXPECT_OK(os_file_read(&folder.arena, os_path(&folder.arena, folder.path, names[i]), 8192,
                               &bytes));
        EXPECT(memmem(bytes.bytes, bytes.size, key, sizeof key) == NULL);
        EXPECT(memmem(bytes.bytes, bytes.size, right, strlen(right)) == NULL);
    }
    EXPECT(!vault_folder_is_there(&folder, "vault.key.old"));
    vault_folder_remove(&folder);
}

/* Whoever takes the counters away, or damages them, gets no tries for it. */
TEST(test_vault_does_not_open_without_its_counters)
{
    static const char *const names[] = {"vault.state", "vault.key"};
    for (size_t i = 0; i < 2 * COUNT(names); i++) {
        struct vault_folder folder;
        vault_folder_make(&folder, 6);
        vault_folder_open(&folder);
        EXPECT_OK(vault_set(folder.vault, right));
        vault_close(&folder.vault);
        const char *path = os_path(&folder.arena, folder.path, names[i % 2]);
        if (i < COUNT(names)) {
            EXPECT_OK(os_file_remove(path));
        } else {
            EXPECT_OK(os_file_write_at(path, 40, "damage", 6));
        }
        EXPECT_INT(ERR_corrupt, vault_folder_try_open(&folder));
        vault_folder_remove(&folder);
    }
}

TEST(test_vault_half_opens_only_with_headquarters)
{
    struct vault_folder folder;
    struct vault_arm held;
    uint8_t key[VAULT_KEY_SIZE];
    uint8_t proof[32];
    enum vault_answer answer;
    vault_folder_make(&folder, 7);
    vault_folder_open(&folder);
    vault_folder_key(&folder, key);
    EXPECT(!vault_arm(folder.vault, &held)); /* nothing to tell without a PIN */
    arm(&folder, &held);
    EXPECT_INT(VAULT_GUARD_half, vault_folder_state(&folder).guard);
    EXPECT(!vault_folder_state(&folder).is_arming);
    /* While the half is in memory the screen opens without network. */
    EXPECT_INT(VAULT_ANSWER_wrong, vault_folder_type(&folder, wrong));
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, right));
    vault_folder_reopen(&folder);
    EXPECT(vault_folder_state(&folder).needs_half);
    EXPECT(!vault_proof(folder.vault, proof));
    EXPECT_INT(VAULT_ANSWER_ask, vault_folder_type(&folder, right));
    EXPECT(vault_key(folder.vault) == NULL);
    EXPECT(vault_proof(folder.vault, proof));
    uint8_t other[32] = {1};
    EXPECT_OK(vault_half(folder.vault, other, &answer));
    EXPECT_INT(VAULT_ANSWER_wrong, answer);
    EXPECT_INT(1, vault_folder_state(&folder).wrong_count); /* counted until it was right */
    EXPECT_OK(vault_half(folder.vault, held.half, &answer));
    EXPECT_INT(VAULT_ANSWER_right, answer);
    EXPECT(vault_folder_has(&folder, key));
    EXPECT_INT(0, vault_folder_state(&folder).wrong_count);
    vault_folder_remove(&folder);
}

/* A PIN that is wrong proves something else, and even the half does not help it. */
TEST(test_vault_half_does_not_help_a_wrong_pin)
{
    struct vault_folder folder;
    struct vault_arm held;
    uint8_t proof[32];
    uint8_t other[32];
    enum vault_answer answer;
    vault_folder_make(&folder, 8);
    vault_folder_open(&folder);
    arm(&folder, &held);
    vault_folder_reopen(&folder);
    EXPECT_INT(VAULT_ANSWER_ask, vault_folder_type(&folder, right));
    EXPECT(vault_proof(folder.vault, proof));
    EXPECT_INT(VAULT_ANSWER_ask, vault_folder_type(&folder, wrong));
    EXPECT(vault_proof(folder.vault, other));
    EXPECT(memcmp(proof, other, sizeof proof) != 0);
    EXPECT_OK(vault_half(folder.vault, held.half, &answer));
    EXPECT_INT(VAULT_ANSWER_wrong, answer);
    EXPECT(vault_key(folder.vault) == NULL);
    vault_folder_remove(&folder);
}

/* A new PIN counts from the moment headquarters has its half: until then the old one opens. */
TEST(test_vault_new_pin_waits_for_headquarters)
{
    struct vault_folder folder;
    struct vault_arm first;
    struct vault_arm second;
    struct vault_arm again;
    enum vault_answer answer;
    uint8_t key[VAULT_KEY_SIZE];
    vault_folder_make(&folder, 9);
    vault_folder_open(&folder);
    arm(&folder, &first);
    vault_folder_key(&folder, key);
    EXPECT_OK(vault_set(folder.vault, "739105"));
    EXPECT(vault_folder_state(&folder).is_renewing);
    EXPECT(vault_arm(folder.vault, &second));
    EXPECT(memcmp(first.half, second.half, sizeof first.half) != 0);
    vault_folder_reopen(&folder);
    EXPECT_INT(VAULT_ANSWER_ask, vault_folder_type(&folder, right));
    EXPECT_OK(vault_half(folder.vault, first.half, &answer));
    EXPECT_INT(VAULT_ANSWER_right, answer);
    EXPECT(vault_arm(folder.vault, &again)); /* and is told again, the same */
    EXPECT(memcmp(&again, &second, sizeof again) == 0);
    EXPECT_OK(vault_armed(folder.vault, first.auth)); /* a late answer about another */
    EXPECT(vault_folder_state(&folder).is_renewing);
    EXPECT_OK(vault_armed(folder.vault, second.auth));
    vault_folder_reopen(&folder);
    EXPECT_INT(VAULT_ANSWER_ask, vault_folder_type(&folder, "739105"));
    EXPECT_OK(vault_half(folder.vault, second.half, &answer));
    EXPECT_INT(VAULT_ANSWER_right, answer);
    EXPECT(vault_folder_has(&folder, key));
    vault_folder_remove(&folder);
}

TEST(test_vault_forgotten_pin_is_replaced_with_headquarters_and_nothing_is_lost)
{
    struct vault_folder folder;
    struct vault_arm held;
    uint8_t key[VAULT_KEY_SIZE];
    uint8_t other[32] = {0};
    vault_folder_make(&folder, 10);
    vault_folder_open(&folder);
    vault_folder_key(&folder, key);
    arm(&folder, &held);
    vault_folder_reopen(&folder);
    EXPECT_INT(ERR_not_allowed, vault_recover(folder.vault, other));
    EXPECT(vault_key(folder.vault) == NULL);
    EXPECT_OK(vault_recover(folder.vault, held.recovery));
    EXPECT(vault_folder_has(&folder, key));
    EXPECT(vault_folder_state(&folder).must_set);
    EXPECT_OK(vault_set(folder.vault, "550127"));
    EXPECT(!vault_folder_state(&folder).must_set);
    vault_folder_reopen(&folder); /* before headquarters heard of the new one */
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, "550127"));
    EXPECT(vault_folder_has(&folder, key));
    struct vault_arm next;
    EXPECT(vault_arm(folder.vault, &next));
    EXPECT_OK(vault_armed(folder.vault, next.auth));
    vault_folder_reopen(&folder);
    EXPECT_INT(ERR_not_allowed, vault_recover(folder.vault, held.recovery)); /* used once */
    vault_folder_remove(&folder);
}

TEST(test_vault_adopts_the_pin_of_an_older_program)
{
    struct vault_folder folder;
    uint8_t key[VAULT_KEY_SIZE];
    /* Argon2id of "284915", 1 pass over 8 KiB, salt of zeros: as an older program kept it. */
    static const uint8_t verifier[57] = {
        1,    1,    0,    0,    0,    8,    0,    0,    0,    0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x6e, 0xe3, 0x07, 0x31, 0x59,
        0xd5, 0x6d, 0x76, 0xcd, 0x11, 0x09, 0xdc, 0xb8, 0x54, 0x5e, 0x09, 0x99, 0x56, 0xe2, 0xdf,
        0x88, 0x79, 0x93, 0xc7, 0x8f, 0x56, 0xd9, 0x62, 0xdf, 0x5f, 0xe3, 0x14};
    vault_folder_make(&folder, 11);
    vault_folder_open(&folder);
    vault_folder_key(&folder, key);
    EXPECT_INT(ERR_corrupt, vault_adopt(folder.vault, verifier, 20));
    EXPECT_OK(vault_adopt(folder.vault, verifier, sizeof verifier));
    vault_folder_reopen(&folder);
    EXPECT(vault_folder_state(&folder).is_kept);
    EXPECT(vault_key(folder.vault) == NULL);
    EXPECT_INT(VAULT_ANSWER_wrong, vault_folder_type(&folder, wrong));
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, right));
    EXPECT(vault_folder_has(&folder, key));
    EXPECT_INT(VAULT_GUARD_pin, vault_folder_state(&folder).guard); /* under the PIN itself now */
    vault_folder_reopen(&folder);
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, right));
    EXPECT(vault_folder_has(&folder, key));
    vault_folder_remove(&folder);
}

TEST(test_vault_lease_ends_without_headquarters_whatever_the_clock_says)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    struct vault_folder folder;
    vault_folder_make(&folder, 12);
    vault_folder_open(&folder);
    EXPECT_OK(vault_set(folder.vault, right));
    EXPECT_OK(vault_contact(folder.vault, folder.now.wall_ms + 5000, 7));
    folder.now.wall_ms += 7LL * DAY_MS;
    EXPECT(!vault_lease_is_over(folder.vault));
    folder.now.wall_ms += 1;
    EXPECT(!vault_folder_state(&folder).is_wiped);
    EXPECT(vault_folder_state(&folder).is_lease_over);
    folder.now.wall_ms += DAY_MS;
    EXPECT(vault_lease_is_over(folder.vault)); /* … and the time is noted */
    folder.now.wall_ms -= 8LL * DAY_MS;
    vault_folder_reopen(&folder);
    EXPECT(vault_folder_state(&folder).is_lease_over);
    EXPECT_INT(VAULT_ANSWER_lease, vault_folder_type(&folder, right));
    EXPECT_INT(0, vault_folder_state(&folder).wrong_count);
    EXPECT_OK(vault_contact(folder.vault, 1700000000000 - DAY_MS, 7)); /* an old answer */
    EXPECT(vault_folder_state(&folder).is_lease_over);
    EXPECT_OK(vault_contact(folder.vault, 1700000000000 + 9LL * DAY_MS, 7));
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, right));
    vault_folder_remove(&folder);
}

TEST(test_vault_is_held_until_headquarters_lets_go)
{
    struct vault_folder folder;
    struct vault_done done;
    vault_folder_make(&folder, 13);
    vault_folder_open(&folder);
    EXPECT_OK(vault_set(folder.vault, right));
    EXPECT(!vault_done(folder.vault, &done));
    EXPECT_OK(vault_obey(folder.vault, 3, VAULT_ORDER_lock));
    vault_folder_reopen(&folder);
    EXPECT_INT(VAULT_ANSWER_held, vault_folder_type(&folder, right));
    EXPECT(vault_done(folder.vault, &done));
    EXPECT_INT(3, done.order_no);
    EXPECT_OK(vault_told(folder.vault, 2));
    EXPECT(vault_done(folder.vault, &done));
    EXPECT_OK(vault_told(folder.vault, 3));
    EXPECT(!vault_done(folder.vault, &done));
    EXPECT_OK(vault_obey(folder.vault, 2, VAULT_ORDER_unlock)); /* older than the lock */
    EXPECT_INT(VAULT_ANSWER_held, vault_folder_type(&folder, right));
    EXPECT_OK(vault_obey(folder.vault, 4, VAULT_ORDER_unlock));
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, right));
    vault_folder_remove(&folder);
}

TEST(test_vault_wipe_leaves_nothing_but_what_headquarters_has_not_got)
{
    struct vault_folder folder;
    struct vault_done done;
    struct vault_arm held;
    vault_folder_make(&folder, 14);
    vault_folder_open(&folder);
    arm(&folder, &held);
    EXPECT_OK(os_folder_make(os_path(&folder.arena, folder.path, "spool/out")));
    vault_folder_put(&folder, "device.db", "borrowers");
    vault_folder_put(&folder, "spool/agent.conf", "url=x");
    vault_folder_put(&folder, "spool/out/one.env", "sealed");
    EXPECT_OK(vault_obey(folder.vault, 9, VAULT_ORDER_wipe));
    EXPECT(!vault_done(folder.vault, &done)); /* not before it is done */
    EXPECT_OK(vault_wipe(folder.vault));
    EXPECT(vault_key(folder.vault) == NULL);
    EXPECT(vault_folder_state(&folder).is_wiped);
    EXPECT(!vault_folder_is_there(&folder, "device.db"));
    EXPECT(!vault_folder_is_there(&folder, "vault.key"));
    EXPECT(vault_folder_is_there(&folder, "spool/out/one.env"));
    EXPECT(vault_folder_is_there(&folder, "spool/agent.conf"));
    EXPECT(vault_done(folder.vault, &done));
    EXPECT_INT(9, done.order_no);
    EXPECT_INT(2, done.file_count); /* device.db and vault.key */
    EXPECT_INT(1, done.sealed_count);
    vault_folder_reopen(&folder);
    EXPECT(vault_folder_state(&folder).is_wiped);
    EXPECT_INT(ERR_not_allowed, vault_recover(folder.vault, held.recovery));
    EXPECT_OK(vault_told(folder.vault, 9));
    vault_folder_reopen(&folder);
    EXPECT(vault_folder_state(&folder).is_wiped); /* an envelope waits */
    EXPECT_OK(os_file_remove(os_path(&folder.arena, folder.path, "spool/out/one.env")));
    vault_folder_reopen(&folder);
    EXPECT(!vault_folder_state(&folder).is_wiped); /* a new tablet */
    EXPECT(vault_key(folder.vault) != NULL);
    vault_folder_remove(&folder);
}

TEST(test_vault_owner_is_readable_while_shut)
{
    struct vault_folder folder;
    vault_folder_make(&folder, 15);
    vault_folder_open(&folder);
    EXPECT_OK(vault_set(folder.vault, phrase));
    struct vault_owner owner = {.device_no = 7, .person_no = 12, .hq_key = {3}};
    (void)snprintf(owner.person_name, sizeof owner.person_name, "王芳");
    EXPECT_OK(vault_set_owner(folder.vault, &owner));
    vault_folder_reopen(&folder);
    EXPECT(vault_key(folder.vault) == NULL);
    EXPECT_INT(7, vault_owner(folder.vault)->device_no);
    EXPECT(strcmp(vault_owner(folder.vault)->person_name, "王芳") == 0);
    vault_folder_remove(&folder);
}
