/* Codes of authenticator apps: the vectors of RFC 4226 and RFC 6238, skew, and no code twice. */
#include "sync/server/staff/totp.h"

#include "tests/lib/test.h"

#include <string.h>

static const char SECRET[] = "12345678901234567890";

TEST(test_codes_are_those_of_rfc_4226)
{
    static const char *const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                        "254676", "287922", "162583", "399871", "520489"};
    for (size_t i = 0; i < COUNT(codes); i++) {
        char text[TOTP_TEXT_SIZE];
        totp_code(TOTP_HASH_sha1, (const uint8_t *)SECRET, 20, i, 6, text);
        EXPECT_TEXT(codes[i], text);
    }
}

/* RFC 6238 appendix B: its secrets are 20, 32 and 64 bytes of the same digits. */
TEST(test_codes_are_those_of_rfc_6238)
{
    static const struct {
        int64_t at_s;
        const char *codes[3];
    } rows[] = {
        {59, {"94287082", "46119246", "90693936"}},
        {1111111109, {"07081804", "68084774", "25091201"}},
        {1111111111, {"14050471", "67062674", "99943326"}},
        {1234567890, {"89005924", "91819424", "93441116"}},
        {2000000000, {"69279037", "90698825", "38618901"}},
        {20000000000, {"65353130", "77737706", "47863826"}},
    };
    static const size_t sizes[] = {20, 32, 64};
    uint8_t secret[64];
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)('0' + (i + 1) % 10);
    }
    for (size_t r = 0; r < COUNT(rows); r++) {
        for (int h = TOTP_HASH_sha1; h <= TOTP_HASH_sha512; h++) {
            char text[TOTP_TEXT_SIZE];
            totp_code((enum totp_hash)h, secret, sizes[h], (uint64_t)(rows[r].at_s / 30), 8, text);
            EXPECT_TEXT(rows[r].codes[h], text);
        }
    }
}

TEST(test_a_code_counts_one_step_around_now_and_once)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    memcpy(secret, SECRET, sizeof secret);
    const int64_t now_ms = INT64_C(1111111109) * 1000;
    const int64_t step = now_ms / TOTP_STEP_MS;
    static const struct {
        int64_t off, last_off;
        bool is_taken;
    } rows[] = {
        {0, -10, true}, {-1, -10, true}, {1, -10, true}, {-2, -10, false}, {2, -10, false},
        {0, 0, false},  {0, -1, true},   {-1, 0, false}, {1, 0, true},     {1, 1, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[TOTP_TEXT_SIZE];
        int64_t used = 0;
        totp_code(TOTP_HASH_sha1, secret, sizeof secret, (uint64_t)(step + rows[i].off), 6, text);
        bool is_taken = totp_is(secret, str_from(text), now_ms, step + rows[i].last_off, &used);
        EXPECT_INT(rows[i].is_taken, is_taken);
        EXPECT_INT(is_taken ? step + rows[i].off : 0, used);
    }
    int64_t used = 0;
    EXPECT(!totp_is(secret, STR(""), now_ms, 0, &used));
    EXPECT(!totp_is(secret, STR("08180"), now_ms, 0, &used));
    EXPECT(!totp_is(secret, STR("0818044"), now_ms, 0, &used));
}

TEST(test_apps_read_the_secret)
{
    struct arena arena;
    arena_init(&arena, 0);
    uint8_t secret[TOTP_SECRET_SIZE];
    memcpy(secret, SECRET, sizeof secret);
    EXPECT_TEXT("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", totp_secret_text(&arena, secret));
    EXPECT_TEXT("otpauth://totp/A%20B:S%26001?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A%20B"
                "&algorithm=SHA1&digits=6&period=30",
                totp_uri(&arena, secret, STR("A B"), STR("S&001")));
    arena_deinit(&arena);
}
