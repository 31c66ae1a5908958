/* The TPM's own limit, on swtpm. */
#include "tests/core/vault/folder.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const char *const right = "284915";

struct chip_folder {
    struct vault_folder vault;
    char state[64], where[64];
    int32_t pid;
};

/* A port with its neighbour free just now: swtpm wants one for words and one for control. */
static int free_port(void)
{
    for (int port = 20000 + (int)getpid() % 20000; port < 60000; port += 2) {
        bool is_free = true;
        for (int i = 0; i < 2; i++) {
            struct sockaddr_in at = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)(port + i)),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
            int fd = socket(AF_INET, SOCK_STREAM, 0);
            is_free = is_free && bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
            close(fd);
        }
        if (is_free) {
            return port;
        }
    }
    return 0;
}

static void chip_start(struct chip_folder *chip)
{
    char state[80];
    char server[64];
    char control[64];
    int port = free_port();
    EXPECT(port != 0);
    (void)snprintf(state, sizeof state, "dir=%s", chip->state);
    (void)snprintf(server, sizeof server, "type=tcp,port=%d,bindaddr=127.0.0.1", port);
    (void)snprintf(control, sizeof control, "type=tcp,port=%d,bindaddr=127.0.0.1", port + 1);
    (void)snprintf(chip->where, sizeof chip->where, "swtpm:host=127.0.0.1,port=%d", port);
    const char *const argv[] = {
        "/usr/bin/swtpm", "socket", "--tpm2",  "--tpmstate",    state,       "--server",    server,
        "--ctrl",         control,  "--flags", "not-need-init", "--seccomp", "action=none", NULL};
    EXPECT_OK(os_child_start(argv, &chip->pid));
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)(port + 1)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < 6000; i++) { /* a minute at most, on a machine that is busy */
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        bool is_up = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
        close(fd);
        if (is_up) {
            return;
        }
        os_sleep_ms(10);
    }
    fail_msg("swtpm does not come up");
}

static void chip_make(struct chip_folder *chip, uint64_t seed)
{
    vault_folder_make(&chip->vault, seed);
    (void)snprintf(chip->state, sizeof chip->state, "/tmp/vault-chip.XXXXXX");
    EXPECT(mkdtemp(chip->state) != NULL);
    chip_start(chip);
    chip->vault.chip = chip->where;
}

static void chip_remove(struct chip_folder *chip)
{
    uint32_t count;
    uint64_t size;
    os_child_stop(chip->pid);
    EXPECT_OK(os_tree_shred(chip->state, vault_folder_all, true, &chip->vault.rng, &count, &size));
    EXPECT(rmdir(chip->state) == 0);
    vault_folder_remove(&chip->vault);
}

TEST(test_the_chip_opens_for_the_pin_and_goes_nowhere_else)
{
    struct chip_folder chip;
    uint8_t key[VAULT_KEY_SIZE];
    chip_make(&chip, 41);
    vault_folder_open(&chip.vault);
    vault_folder_key(&chip.vault, key);
    EXPECT_OK(vault_set(chip.vault.vault, right));
    EXPECT_INT(VAULT_GUARD_chip, vault_folder_state(&chip.vault).guard);
    vault_folder_reopen(&chip.vault);
    EXPECT(vault_key(chip.vault.vault) == NULL);
    EXPECT_INT(VAULT_ANSWER_wrong, vault_folder_type(&chip.vault, "284916"));
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&chip.vault, right));
    EXPECT(vault_folder_has(&chip.vault, key));
    /* The files alone, beside another TPM: as a thief has them. */
    os_child_stop(chip.pid);
    uint32_t count;
    uint64_t size;
    EXPECT_OK(os_tree_shred(chip.state, vault_folder_all, true, &chip.vault.rng, &count, &size));
    chip_start(&chip);
    vault_folder_reopen(&chip.vault);
    EXPECT_INT(VAULT_ANSWER_no_chip, vault_folder_type(&chip.vault, right));
    EXPECT_INT(0, vault_folder_state(&chip.vault).wrong_count);
    EXPECT(vault_key(chip.vault.vault) == NULL);
    chip_remove(&chip);
}

/* Not the program's own counting: who has root takes that away. The chip counts for itself. */
TEST(test_the_chip_refuses_even_the_right_pin_after_five_wrong_ones)
{
    struct chip_folder chip;
    chip_make(&chip, 42);
    vault_folder_open(&chip.vault);
    EXPECT_OK(vault_set(chip.vault.vault, right));
    vault_folder_reopen(&chip.vault);
    int wrong = 0;
    for (; wrong < 20; wrong++) {
        char pin[8];
        (void)snprintf(pin, sizeof pin, "28491%d", wrong % 5);
        chip.vault.now.monotonic_ms += VAULT_WAIT_MAX_MS;
        enum vault_answer answer = vault_folder_type(&chip.vault, pin);
        if (answer == VAULT_ANSWER_chip_shut) {
            break;
        }
        EXPECT_INT(VAULT_ANSWER_wrong, answer);
    }
    EXPECT_INT(5, wrong);
    chip.vault.now.monotonic_ms += VAULT_WAIT_MAX_MS;
    EXPECT_INT(VAULT_ANSWER_chip_shut, vault_folder_type(&chip.vault, right));
    EXPECT(vault_key(chip.vault.vault) == NULL);
    chip_remove(&chip);
}

/* A right PIN before that makes good for the wrong ones: five more are free again. */
TEST(test_the_chip_forgives_after_the_right_pin)
{
    struct chip_folder chip;
    chip_make(&chip, 43);
    vault_folder_open(&chip.vault);
    EXPECT_OK(vault_set(chip.vault.vault, right));
    for (int round = 0; round < 3; round++) {
        vault_folder_reopen(&chip.vault);
        for (int i = 0; i < 3; i++) {
            chip.vault.now.monotonic_ms += VAULT_WAIT_MAX_MS;
            EXPECT_INT(VAULT_ANSWER_wrong, vault_folder_type(&chip.vault, "555123"));
        }
        chip.vault.now.monotonic_ms += VAULT_WAIT_MAX_MS;
        EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&chip.vault, right));
    }
    EXPECT_OK(vault_set(chip.vault.vault, "739105")); /* and a new PIN may be set */
    vault_folder_reopen(&chip.vault);
    EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&chip.vault, "739105"));
    chip_remove(&chip);
}

TEST(test_without_a_chip_that_answers_the_half_stands_in)
{
    struct vault_folder folder;
    vault_folder_make(&folder, 44);
    folder.chip = "device:/nowhere/tpm0";
    vault_folder_open(&folder);
    EXPECT_OK(vault_set(folder.vault, right));
    EXPECT_INT(VAULT_GUARD_pin, vault_folder_state(&folder).guard);
    struct vault_arm arm;
    EXPECT(vault_arm(folder.vault, &arm));
    EXPECT_INT(VAULT_GUARD_half, arm.guard);
    vault_folder_remove(&folder);
}
