/* Recovery codes: making, keeping, using up. */
#include "sync/server/staff/recovery.h"

#include "core/base/check.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { SIGNS = 12, GROUP = 4 };

/* Without signs that look alike. */
static const char signs[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
_Static_assert(sizeof signs - 1 == 32, "five bits a sign");

/* As it was typed: small letters, without the dashes, or with blanks. */
static size_t plain(struct str text, char plain_out[1 + SIGNS + 1])
{
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '-' || c == ' ') {
            continue;
        }
        if (size == 1 + SIGNS) {
            return 0; /* too long for one */
        }
        plain_out[size++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    plain_out[size] = '\0';
    return size;
}

enum err recovery_make(const struct rng *rng, struct recovery_codes *codes_out)
{
    memset(codes_out, 0, sizeof *codes_out);
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        char *text = codes_out->texts[i];
        size_t at = 0;
        text[at++] = (char)('1' + i);
        for (size_t s = 0; s < SIGNS; s++) {
            uint8_t byte = 0;
            rng_fill(rng, &byte, 1);
            if (s % GROUP == 0) {
                text[at++] = '-';
            }
            text[at++] = signs[byte & 31];
        }
        CHECK(at + 1 == RECOVERY_TEXT_SIZE);
        char code[1 + SIGNS + 1];
        size_t size = plain(str_from(text), code);
        enum err err = password_keep((struct str){code, size}, codes_out->verifiers[i]);
        sodium_memzero(code, sizeof code);
        TRY(err);
    }
    return OK;
}

enum err recovery_keep(struct hq_store *store, uint32_t person_no,
                       const struct recovery_codes *codes, int64_t now_ms)
{
    TRY(recovery_clear(store, person_no));
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        struct hq_query query = hq_query(store, SQL_HQ_recovery_put);
        hq_bind_i64(&query, "$person_no", person_no);
        hq_bind_i64(&query, "$code_no", (int64_t)i + 1);
        hq_bind_text(&query, "$verifier", str_from(codes->verifiers[i]));
        hq_bind_i64(&query, "$now_ms", now_ms);
        TRY(hq_run(&query));
    }
    return OK;
}

enum err recovery_clear(struct hq_store *store, uint32_t person_no)
{
    struct hq_query query = hq_query(store, SQL_HQ_recovery_clear);
    hq_bind_i64(&query, "$person_no", person_no);
    return hq_run(&query);
}

enum err recovery_left(struct hq_store *store, uint32_t person_no, int64_t *count_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_recovery_left);
    hq_bind_i64(&query, "$person_no", person_no);
    return hq_one_i64(&query, count_out);
}

int64_t recovery_no(struct str text)
{
    char code[1 + SIGNS + 1];
    bool is_one =
        plain(text, code) == 1 + SIGNS && code[0] >= '1' && code[0] <= '0' + RECOVERY_CODES;
    int64_t code_no = is_one ? code[0] - '0' : 0;
    sodium_memzero(code, sizeof code);
    return code_no;
}

enum err recovery_find(struct hq_store *store, uint32_t person_no, int64_t code_no,
                       char verifier_out[PASSWORD_VERIFIER_SIZE])
{
    verifier_out[0] = '\0';
    struct hq_query query = hq_query(store, SQL_HQ_recovery_get);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$code_no", code_no);
    if (hq_next(&query)) {
        (void)str_copy(verifier_out, PASSWORD_VERIFIER_SIZE, hq_text(&query, 0));
    }
    return hq_end(&query);
}

bool recovery_is(const char *verifier, struct str text)
{
    char code[1 + SIGNS + 1] = "";
    size_t size = plain(text, code);
    bool is_right = password_is(verifier, (struct str){code, size});
    sodium_memzero(code, sizeof code);
    return is_right;
}

enum err recovery_use(struct hq_store *store, uint32_t person_no, int64_t code_no,
                      const char *verifier, int64_t now_ms, bool *is_used_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_recovery_use);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$code_no", code_no);
    hq_bind_text(&query, "$verifier", str_from(verifier));
    hq_bind_i64(&query, "$now_ms", now_ms);
    TRY(hq_run(&query));
    *is_used_out = hq_changed_count(store) == 1;
    return OK;
}
