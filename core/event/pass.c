#include "core/event/pass.h"

#include "core/base/buf.h"

#include <sodium.h>
#include <string.h>

enum {
    FIELDS_SIZE = 32,
    SEAL_SIZE = 5,
    CODE_SIZE = 10, /* bytes: number, end, seal */
    CODE_CHARS = 16,
    TEXT_BYTES = FIELDS_SIZE + CHAIN_SIGNATURE_SIZE,
    QUARTER_MS = 15 * 60 * 1000,
    END_SPAN = 1 << 16, /* quarter hours: 682 days */
};
_Static_assert(PASS_TEXT_SIZE == 5 + TEXT_BYTES / 3 * 4 + 1, "a pass as text");
_Static_assert(TEXT_BYTES % 3 == 0, "no padding");

static const char purpose[] = "pass";
static const char prefix[] = "DSP1.";
/* Without I, L, O and U, which look or sound like others. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int64_t pass_until_ms(int64_t at_ms)
{
    return (at_ms / QUARTER_MS + 1) * QUARTER_MS;
}

static void fields_write(const struct pass *pass, uint8_t bytes[FIELDS_SIZE])
{
    char rule[4] = {0};
    size_t rule_size = strlen(pass->rule);
    CHECK(rule_size <= sizeof rule);
    for (size_t i = 0; i < rule_size; i++) {
        rule[i] = pass->rule[i];
    }
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, FIELDS_SIZE);
    buf_write_u64(&writer, pass->case_no);
    buf_write_u32(&writer, pass->person_no);
    buf_write_u32(&writer, pass->device_no);
    buf_write_u32(&writer, pass->pass_no);
    buf_write_bytes(&writer, rule, sizeof rule);
    buf_write_u64(&writer, (uint64_t)(pass->until_ms / QUARTER_MS));
    CHECK(writer.err == OK && writer.size == FIELDS_SIZE);
}

/* ---- code ---- */

/* What both keys share, whichever half of each one has. */
static enum err shared_key(const struct chain_secret_key *own, const struct chain_public_key *other,
                           uint8_t key[crypto_scalarmult_BYTES])
{
    uint8_t secret[crypto_scalarmult_SCALARBYTES];
    uint8_t point[crypto_scalarmult_BYTES];
    CHECK(sodium_init() >= 0);
    if (crypto_sign_ed25519_pk_to_curve25519(point, other->bytes) != 0) {
        return ERR_malformed;
    }
    CHECK(crypto_sign_ed25519_sk_to_curve25519(secret, own->bytes) == 0);
    int answer = crypto_scalarmult(key, secret, point);
    sodium_memzero(secret, sizeof secret);
    return answer == 0 ? OK : ERR_malformed;
}

static void seal_write(const struct pass *pass, const uint8_t key[crypto_scalarmult_BYTES],
                       uint8_t seal[SEAL_SIZE])
{
    uint8_t fields[FIELDS_SIZE];
    uint8_t digest[crypto_generichash_BYTES];
    crypto_generichash_state hash;
    fields_write(pass, fields);
    crypto_generichash_init(&hash, key, crypto_scalarmult_BYTES, sizeof digest);
    crypto_generichash_update(&hash, (const uint8_t *)purpose, sizeof purpose);
    crypto_generichash_update(&hash, fields, sizeof fields);
    crypto_generichash_final(&hash, digest, sizeof digest);
    memcpy(seal, digest, SEAL_SIZE);
}

enum err pass_code_write(const struct pass *pass, const struct chain_secret_key *hq,
                         const struct chain_public_key *device, char code_out[PASS_CODE_SIZE])
{
    CHECK(pass->pass_no > 0 && pass->pass_no <= PASS_NO_MAX);
    uint8_t key[crypto_scalarmult_BYTES];
    TRY(shared_key(hq, device, key));
    uint64_t quarter = (uint64_t)(pass->until_ms / QUARTER_MS);
    uint8_t bytes[CODE_SIZE] = {
        (uint8_t)(pass->pass_no >> 16),
        (uint8_t)(pass->pass_no >> 8),
        (uint8_t)pass->pass_no,
        (uint8_t)(quarter >> 8),
        (uint8_t)quarter,
    };
    seal_write(pass, key, bytes + CODE_SIZE - SEAL_SIZE);
    sodium_memzero(key, sizeof key);
    char *to = code_out;
    for (unsigned i = 0; i < CODE_CHARS; i++) {
        unsigned at = i * 5; /* bits, most significant first */
        unsigned pair = (unsigned)bytes[at / 8] << 8 |
                        (at / 8 + 1 < CODE_SIZE ? (unsigned)bytes[at / 8 + 1] : 0U);
        if (i > 0 && i % 4 == 0) {
            *to++ = '-';
        }
        *to++ = digits[pair >> (11 - at % 8) & 31U];
    }
    *to = '\0';
    return OK;
}

/* -1: no digit of a code. */
static int digit_of(char c)
{
    char upper = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    upper = upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
    const char *at = upper == '\0' ? NULL : strchr(digits, upper);
    return at == NULL ? -1 : (int)(at - digits);
}

static enum err code_bytes(struct str typed, uint8_t bytes[CODE_SIZE])
{
    unsigned count = 0;
    memset(bytes, 0, CODE_SIZE);
    for (size_t i = 0; i < typed.size; i++) {
        char c = typed.bytes[i];
        if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n') {
            continue;
        }
        int digit = digit_of(c);
        if (digit < 0 || count == CODE_CHARS) {
            return ERR_malformed;
        }
        unsigned at = count++ * 5;
        unsigned pair = (unsigned)digit << (11 - at % 8);
        bytes[at / 8] |= (uint8_t)(pair >> 8);
        if (at / 8 + 1 < CODE_SIZE) {
            bytes[at / 8 + 1] |= (uint8_t)pair;
        }
    }
    return count == CODE_CHARS ? OK : ERR_malformed;
}

/* The whole number with these low bits that is nearest to now. */
static int64_t end_near(unsigned low_bits, int64_t now_ms)
{
    int64_t now = now_ms / QUARTER_MS;
    int64_t end = now - now % END_SPAN + (int64_t)low_bits;
    if (end - now > END_SPAN / 2) {
        end -= END_SPAN;
    } else if (now - end > END_SPAN / 2) {
        end += END_SPAN;
    }
    return end * QUARTER_MS;
}

static enum err read_code(struct str typed, const struct pass_reader *reader,
                          struct pass_read *read)
{
    uint8_t bytes[CODE_SIZE];
    uint8_t key[crypto_scalarmult_BYTES];
    uint8_t seal[SEAL_SIZE];
    TRY(code_bytes(typed, bytes));
    read->pass = (struct pass){
        .case_no = reader->case_no,
        .person_no = reader->person_no,
        .device_no = reader->device_no,
        .pass_no = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2],
        .until_ms = end_near((unsigned)bytes[3] << 8 | bytes[4], reader->now_ms),
    };
    if (!str_copy(read->pass.rule, PASS_RULE_SIZE, str_from(reader->rule))) {
        return ERR_malformed;
    }
    TRY(shared_key(&reader->device, &reader->hq, key));
    seal_write(&read->pass, key, seal);
    sodium_memzero(key, sizeof key);
    memcpy(read->proof, bytes + CODE_SIZE - SEAL_SIZE, SEAL_SIZE);
    read->proof_size = SEAL_SIZE;
    bool is_right = sodium_memcmp(seal, read->proof, SEAL_SIZE) == 0;
    return is_right && read->pass.pass_no > 0 ? OK : ERR_bad_signature;
}

/* ---- text ---- */

void pass_text_write(const struct pass *pass, const struct chain_secret_key *hq,
                     char text_out[PASS_TEXT_SIZE])
{
    uint8_t bytes[TEXT_BYTES];
    fields_write(pass, bytes);
    struct chain_signature signature = chain_sign(hq, purpose, bytes, FIELDS_SIZE);
    memcpy(bytes + FIELDS_SIZE, signature.bytes, sizeof signature.bytes);
    memcpy(text_out, prefix, sizeof prefix - 1);
    sodium_bin2base64(text_out + sizeof prefix - 1, PASS_TEXT_SIZE - (sizeof prefix - 1), bytes,
                      sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool is_text(struct str typed)
{
    return typed.size >= sizeof prefix - 1 && memcmp(typed.bytes, prefix, sizeof prefix - 1) == 0;
}

static enum err read_text(struct str typed, const struct pass_reader *reader,
                          struct pass_read *read)
{
    uint8_t bytes[TEXT_BYTES];
    size_t size = 0;
    if (sodium_base642bin(bytes, sizeof bytes, typed.bytes + sizeof prefix - 1,
                          typed.size - (sizeof prefix - 1), NULL, &size, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        size != sizeof bytes) {
        return ERR_malformed;
    }
    struct chain_signature signature;
    memcpy(signature.bytes, bytes + FIELDS_SIZE, sizeof signature.bytes);
    TRY(chain_verify(&reader->hq, purpose, bytes, FIELDS_SIZE, &signature));
    struct buf_reader fields;
    buf_reader_init(&fields, bytes, FIELDS_SIZE);
    read->pass = (struct pass){.case_no = buf_read_u64(&fields)};
    read->pass.person_no = buf_read_u32(&fields);
    read->pass.device_no = buf_read_u32(&fields);
    read->pass.pass_no = buf_read_u32(&fields);
    memcpy(read->pass.rule, buf_read_bytes(&fields, 4), 4);
    uint64_t quarter = buf_read_u64(&fields);
    memcpy(read->proof, signature.bytes, sizeof signature.bytes);
    read->proof_size = sizeof signature.bytes;
    if (quarter > INT64_MAX / QUARTER_MS || read->pass.pass_no == 0 ||
        read->pass.pass_no > PASS_NO_MAX) {
        return ERR_malformed;
    }
    read->pass.until_ms = (int64_t)quarter * QUARTER_MS;
    bool is_for_this = read->pass.case_no == reader->case_no &&
                       read->pass.person_no == reader->person_no &&
                       read->pass.device_no == reader->device_no &&
                       str_is(str_from(read->pass.rule), reader->rule);
    return is_for_this ? OK : ERR_not_allowed;
}

enum err pass_read(struct str typed, const struct pass_reader *reader, struct pass_read *read_out)
{
    struct pass_read read = {0};
    struct str text = str_trim(typed);
    TRY(is_text(text) ? read_text(text, reader, &read) : read_code(text, reader, &read));
    if (read.pass.until_ms <= reader->now_ms) {
        return ERR_expired;
    }
    *read_out = read;
    return OK;
}

const char *pass_fault_key(enum err err)
{
    return err == ERR_bad_signature ? "pass_fault.bad_signature"
           : err == ERR_not_allowed ? "pass_fault.not_allowed"
           : err == ERR_expired     ? "pass_fault.expired"
           : err == ERR_exists      ? "pass_fault.used"
                                    : "pass_fault.malformed";
}
