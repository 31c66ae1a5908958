/* Rules for passwords, and Argon2id. */
#include "sync/server/staff/password.h"

#include "core/base/check.h"

#include <sodium.h>
#include <string.h>

_Static_assert(PASSWORD_VERIFIER_SIZE >= crypto_pwhash_argon2id_STRBYTES, "a verifier fits");

/* What people try first; a new password that is one of these, whatever stands around it in
 * digits, is no password. */
static const char *const known[] = {
    "password", "passw0rd",   "qwertyuiop", "qwerty",        "asdfghjkl",  "letmein",
    "welcome",  "iloveyou",   "admin",      "administrator", "doorstep",   "changeme",
    "woaini",   "woaini1314", "1qaz2wsx",   "zaq12wsx",      "abcdefghij", "5201314",
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* ASCII case does not count. */
static bool contains(struct str text, struct str part)
{
    if (part.size == 0 || part.size > text.size) {
        return false;
    }
    for (size_t at = 0; at + part.size <= text.size; at++) {
        size_t i = 0;
        while (i < part.size && lower(text.bytes[at + i]) == lower(part.bytes[i])) {
            i++;
        }
        if (i == part.size) {
            return true;
        }
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "password2026!" is "password". */
static struct str core_of(struct str text)
{
    while (text.size > 0 && (is_digit(text.bytes[text.size - 1]) ||
                             strchr("!.@#_-*", text.bytes[text.size - 1]) != NULL)) {
        text.size--;
    }
    while (text.size > 0 && is_digit(text.bytes[0])) {
        text.bytes++;
        text.size--;
    }
    return text;
}

static bool is_well_known(struct str password)
{
    struct str core = core_of(password);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct str word = str_from(known[i]);
        if ((core.size == word.size && contains(core, word)) ||
            (password.size == word.size && contains(password, word))) {
            return true;
        }
    }
    return core.size == 0; /* digits and a few signs alone */
}

/* "aaaaaaaaaa", "abababababab", "abcdefghijkl": few steps from one sign to the next. */
static bool is_monotonous(struct str password)
{
    bool is_one_step = true;
    for (size_t i = 2; i < password.size; i++) {
        int step = password.bytes[i] - password.bytes[i - 1];
        int before = password.bytes[i - 1] - password.bytes[i - 2];
        is_one_step = is_one_step && step == before;
    }
    bool is_pair = true;
    for (size_t i = 2; i < password.size; i++) {
        is_pair = is_pair && password.bytes[i] == password.bytes[i - 2];
    }
    return is_one_step || is_pair;
}

const char *password_fault(struct str password, struct str code, struct str name)
{
    if (!str_is_utf8(password) || memchr(password.bytes, '\n', password.size) != NULL ||
        password.size > PASSWORD_SIZE_MAX) {
        return "office.password.signs";
    }
    if (str_code_count(password) < PASSWORD_CHARS_MIN) {
        return "office.password.short";
    }
    if ((code.size >= 3 && contains(password, code)) ||
        (name.size >= 3 && contains(password, name))) {
        return "office.password.own_name";
    }
    if (is_monotonous(password) || is_well_known(password)) {
        return "office.password.known";
    }
    return NULL;
}

enum err password_keep(struct str password, char verifier_out[PASSWORD_VERIFIER_SIZE])
{
    CHECK(sodium_init() >= 0);
    memset(verifier_out, 0, PASSWORD_VERIFIER_SIZE);
    return crypto_pwhash_argon2id_str(verifier_out, password.bytes, password.size, PASSWORD_PASSES,
                                      PASSWORD_MEMORY) == 0
               ? OK
               : ERR_no_space;
}

/* A verifier of nothing that anybody knows, of the same cost. */
static const char nobodys[PASSWORD_VERIFIER_SIZE] =
    "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool password_is(const char *verifier, struct str password)
{
    CHECK(sodium_init() >= 0);
    char text[PASSWORD_VERIFIER_SIZE] = {0};
    bool is_kept = verifier[0] != '\0' && password.size <= PASSWORD_SIZE_MAX;
    (void)str_copy(text, sizeof text, str_from(is_kept ? verifier : nobodys));
    size_t size = password.size <= PASSWORD_SIZE_MAX ? password.size : PASSWORD_SIZE_MAX;
    bool is_right = crypto_pwhash_argon2id_str_verify(text, password.bytes, size) == 0;
    return is_kept && is_right;
}
