/* RFC 4226 and 6238 over GnuTLS' HMAC; base32 and the address for apps. */
#include "sync/server/staff/totp.h"

#include "core/base/check.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

enum { HASH_SIZE_MAX = 64 };

static gnutls_mac_algorithm_t algorithm_of(enum totp_hash hash)
{
    switch (hash) {
    case TOTP_HASH_sha1:
        return GNUTLS_MAC_SHA1;
    case TOTP_HASH_sha256:
        return GNUTLS_MAC_SHA256;
    case TOTP_HASH_sha512:
        return GNUTLS_MAC_SHA512;
    }
    return GNUTLS_MAC_UNKNOWN;
}

void totp_code(enum totp_hash hash, const uint8_t *secret, size_t secret_size, uint64_t step,
               int digits, char text_out[TOTP_TEXT_SIZE])
{
    CHECK(digits >= 6 && digits <= 8);
    uint8_t counter[8];
    for (int i = 0; i < 8; i++) {
        counter[i] = (uint8_t)(step >> (56 - 8 * i));
    }
    uint8_t mac[HASH_SIZE_MAX] = {0};
    gnutls_mac_algorithm_t algorithm = algorithm_of(hash);
    CHECK(gnutls_hmac_fast(algorithm, secret, secret_size, counter, sizeof counter, mac) == 0);
    /* Dynamic truncation, RFC 4226 section 5.3. */
    size_t at = mac[gnutls_hmac_get_len(algorithm) - 1] & 0x0f;
    uint32_t number = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
                      (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    static const uint32_t powers[] = {1000000, 10000000, 100000000};
    snprintf(text_out, TOTP_TEXT_SIZE, "%0*u", digits, number % powers[digits - 6]);
}

static bool is_same(struct str text, const char *code)
{
    uint8_t difference = text.size != TOTP_DIGITS;
    for (size_t i = 0; i < TOTP_DIGITS && i < text.size; i++) {
        difference |= (uint8_t)(text.bytes[i] ^ code[i]);
    }
    return difference == 0;
}

bool totp_is(const uint8_t secret[TOTP_SECRET_SIZE], struct str text, int64_t now_ms,
             int64_t last_step, int64_t *step_out)
{
    int64_t now = now_ms / TOTP_STEP_MS;
    bool is_right = false;
    for (int64_t step = now - TOTP_SKEW; step <= now + TOTP_SKEW; step++) {
        char code[TOTP_TEXT_SIZE];
        totp_code(TOTP_HASH_sha1, secret, TOTP_SECRET_SIZE, (uint64_t)step, TOTP_DIGITS, code);
        if (step > last_step && is_same(text, code)) {
            *step_out = step;
            is_right = true;
        }
    }
    return is_right;
}

const char *totp_secret_text(struct arena *arena, const uint8_t secret[TOTP_SECRET_SIZE])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct str_builder text;
    str_builder_init(&text, arena);
    uint32_t bits = 0;
    int bit_count = 0;
    for (size_t i = 0; i < TOTP_SECRET_SIZE; i++) { /* 160 bits: 32 digits, no rest */
        bits = bits << 8 | secret[i];
        for (bit_count += 8; bit_count >= 5; bit_count -= 5) {
            str_add_char(&text, digits[bits >> (bit_count - 5) & 31]);
        }
    }
    return text.text;
}

static void add_encoded(struct str_builder *to, struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || (c != '\0' && strchr("-._~", c) != NULL);
        if (is_plain) {
            str_add_char(to, c);
        } else {
            str_add_format(to, "%%%02X", (unsigned)(uint8_t)c);
        }
    }
}

const char *totp_uri(struct arena *arena, const uint8_t secret[TOTP_SECRET_SIZE], struct str issuer,
                     struct str account)
{
    struct str_builder text;
    str_builder_init(&text, arena);
    str_add_text(&text, "otpauth://totp/");
    add_encoded(&text, issuer);
    str_add_char(&text, ':');
    add_encoded(&text, account);
    str_add_format(&text, "?secret=%s&issuer=", totp_secret_text(arena, secret));
    add_encoded(&text, issuer);
    str_add_format(&text, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_MS / 1000);
    return text.text;
}
