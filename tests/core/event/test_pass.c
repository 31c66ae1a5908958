/* Goal: a supervisor's pass opens one door for one person with one tablet, whichever way it
 * reached him, and nothing that was changed, guessed or made for another opens any. */
#include "core/event/pass.h"

#include "tests/lib/test.h"

enum { HOUR_MS = 60 * 60 * 1000 };
static const int64_t now_ms = INT64_C(1795000000000);

struct parties {
    struct chain_public_key hq_public, own_public, other_public;
    struct chain_secret_key hq_secret, own_secret, other_secret;
    struct pass pass;
    struct pass_reader reader;
};

static void meet(struct parties *parties, uint64_t seed)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    chain_keypair(&rng, &parties->hq_public, &parties->hq_secret);
    chain_keypair(&rng, &parties->own_public, &parties->own_secret);
    chain_keypair(&rng, &parties->other_public, &parties->other_secret);
    parties->pass = (struct pass){.case_no = 42,
                                  .person_no = 7,
                                  .device_no = 3,
                                  .pass_no = 0xabcdef,
                                  .rule = "X01",
                                  .until_ms = pass_until_ms(now_ms + HOUR_MS)};
    parties->reader = (struct pass_reader){.case_no = 42,
                                           .person_no = 7,
                                           .device_no = 3,
                                           .rule = "X01",
                                           .now_ms = now_ms,
                                           .hq = parties->hq_public,
                                           .device = parties->own_secret};
}

static void expect_same(const struct pass *expected, const struct pass *pass)
{
    EXPECT(expected->case_no == pass->case_no);
    EXPECT_INT(expected->person_no, pass->person_no);
    EXPECT_INT(expected->device_no, pass->device_no);
    EXPECT_INT(expected->pass_no, pass->pass_no);
    EXPECT_TEXT(expected->rule, pass->rule);
    EXPECT(expected->until_ms == pass->until_ms);
}

TEST(test_both_forms_are_read_offline)
{
    struct parties parties;
    struct pass_read read;
    char code[PASS_CODE_SIZE];
    char text[PASS_TEXT_SIZE];
    meet(&parties, 1);
    EXPECT_OK(pass_code_write(&parties.pass, &parties.hq_secret, &parties.own_public, code));
    EXPECT_INT(PASS_CODE_SIZE - 1, strlen(code));
    EXPECT_OK(pass_read(str_from(code), &parties.reader, &read));
    expect_same(&parties.pass, &read.pass);
    pass_text_write(&parties.pass, &parties.hq_secret, text);
    EXPECT_INT(PASS_TEXT_SIZE - 1, strlen(text));
    EXPECT_OK(pass_read(str_from(text), &parties.reader, &read));
    expect_same(&parties.pass, &read.pass);
    EXPECT_INT(CHAIN_SIGNATURE_SIZE, read.proof_size);
}

/* What a person makes of 16 characters heard on the telephone. */
TEST(test_a_code_is_read_as_people_write_it)
{
    struct parties parties;
    struct pass_read read;
    char code[PASS_CODE_SIZE];
    char heard[64];
    meet(&parties, 2);
    EXPECT_OK(pass_code_write(&parties.pass, &parties.hq_secret, &parties.own_public, code));
    size_t size = 0;
    heard[size++] = ' ';
    for (const char *at = code; *at != '\0'; at++) {
        char c = *at == '0' ? 'o' : *at == '1' ? 'l' : *at;
        heard[size++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        heard[size++] = ' ';
    }
    heard[size] = '\0';
    EXPECT_OK(pass_read(str_from(heard), &parties.reader, &read));
    expect_same(&parties.pass, &read.pass);
}

/* Every single wrong character of either form. */
TEST(test_a_changed_pass_opens_nothing)
{
    struct parties parties;
    struct pass_read read;
    char code[PASS_CODE_SIZE];
    char text[PASS_TEXT_SIZE];
    meet(&parties, 3);
    EXPECT_OK(pass_code_write(&parties.pass, &parties.hq_secret, &parties.own_public, code));
    pass_text_write(&parties.pass, &parties.hq_secret, text);
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (size_t i = 0; code[i] != '\0'; i++) {
        char was = code[i];
        for (size_t j = 0; was != '-' && digits[j] != '\0'; j++) {
            code[i] = digits[j];
            if (digits[j] != was && pass_read(str_from(code), &parties.reader, &read) == OK) {
                fail_msg("place %zu read %c for %c", i, digits[j], was);
            }
        }
        code[i] = was;
    }
    for (size_t i = 0; text[i] != '\0'; i++) {
        char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        EXPECT(pass_read(str_from(text), &parties.reader, &read) != OK);
        text[i] = was;
    }
    for (size_t size = 0; size < PASS_TEXT_SIZE - 1; size++) {
        EXPECT(pass_read((struct str){text, size}, &parties.reader, &read) != OK);
    }
    EXPECT_ERR(ERR_malformed, pass_read(STR(""), &parties.reader, &read));
    EXPECT_ERR(ERR_malformed, pass_read(STR("K7QD"), &parties.reader, &read));
    EXPECT_ERR(ERR_malformed, pass_read(STR("K7QD-K7QD-K7QD-K7QD-K"), &parties.reader, &read));
    EXPECT_ERR(ERR_malformed, pass_read(STR("!!!!-K7QD-K7QD-K7QD"), &parties.reader, &read));
}

TEST(test_a_pass_is_for_one_case_person_tablet_and_rule)
{
    static const struct {
        const char *name;
        uint64_t case_no;
        uint32_t person_no, device_no;
        const char *rule;
    } rows[] = {
        {"case", 43, 7, 3, "X01"},
        {"person", 42, 8, 3, "X01"},
        {"tablet", 42, 7, 4, "X01"},
        {"rule", 42, 7, 3, "X02"},
    };
    struct parties parties;
    struct pass_read read;
    char code[PASS_CODE_SIZE];
    char text[PASS_TEXT_SIZE];
    meet(&parties, 4);
    EXPECT_OK(pass_code_write(&parties.pass, &parties.hq_secret, &parties.own_public, code));
    pass_text_write(&parties.pass, &parties.hq_secret, text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pass_reader reader = parties.reader;
        reader.case_no = rows[i].case_no;
        reader.person_no = rows[i].person_no;
        reader.device_no = rows[i].device_no;
        reader.rule = rows[i].rule;
        EXPECT_ROW(rows[i].name, pass_read(str_from(code), &reader, &read) == ERR_bad_signature);
        EXPECT_ROW(rows[i].name, pass_read(str_from(text), &reader, &read) == ERR_not_allowed);
    }
    /* Another tablet that says it were this one, and another headquarters. */
    struct pass_reader thief = parties.reader;
    thief.device = parties.other_secret;
    EXPECT_ERR(ERR_bad_signature, pass_read(str_from(code), &thief, &read));
    struct pass_reader elsewhere = parties.reader;
    elsewhere.hq = parties.other_public;
    EXPECT_ERR(ERR_bad_signature, pass_read(str_from(code), &elsewhere, &read));
    EXPECT_ERR(ERR_bad_signature, pass_read(str_from(text), &elsewhere, &read));
}

TEST(test_a_pass_ends_to_the_millisecond)
{
    struct parties parties;
    struct pass_read read;
    char code[PASS_CODE_SIZE];
    char text[PASS_TEXT_SIZE];
    meet(&parties, 5);
    EXPECT_OK(pass_code_write(&parties.pass, &parties.hq_secret, &parties.own_public, code));
    pass_text_write(&parties.pass, &parties.hq_secret, text);
    EXPECT(parties.pass.until_ms > now_ms + HOUR_MS);
    EXPECT(parties.pass.until_ms <= now_ms + HOUR_MS + 15 * 60 * 1000);
    parties.reader.now_ms = parties.pass.until_ms - 1;
    EXPECT_OK(pass_read(str_from(code), &parties.reader, &read));
    EXPECT_OK(pass_read(str_from(text), &parties.reader, &read));
    parties.reader.now_ms = parties.pass.until_ms;
    EXPECT_ERR(ERR_expired, pass_read(str_from(code), &parties.reader, &read));
    EXPECT_ERR(ERR_expired, pass_read(str_from(text), &parties.reader, &read));
    /* The 16 bits of its end come again after 682 days; the seal does not. */
    parties.reader.now_ms = parties.pass.until_ms + INT64_C(65536) * 15 * 60 * 1000 - 1;
    EXPECT_ERR(ERR_bad_signature, pass_read(str_from(code), &parties.reader, &read));
    EXPECT_ERR(ERR_expired, pass_read(str_from(text), &parties.reader, &read));
}

/* Every end within a day around now, so that no border of the 16 bits is met by luck. */
TEST(test_every_end_is_read_back)
{
    struct parties parties;
    struct pass_read read;
    char code[PASS_CODE_SIZE];
    meet(&parties, 6);
    for (int64_t i = 1; i <= 200; i++) {
        int64_t then_ms = now_ms + i * INT64_C(98765432100);
        parties.pass.pass_no = (uint32_t)i * 83886U % PASS_NO_MAX + 1;
        parties.pass.until_ms = pass_until_ms(then_ms + i % 24 * HOUR_MS);
        parties.reader.now_ms = then_ms;
        EXPECT_OK(pass_code_write(&parties.pass, &parties.hq_secret, &parties.own_public, code));
        EXPECT_OK(pass_read(str_from(code), &parties.reader, &read));
        expect_same(&parties.pass, &read.pass);
    }
}

TEST(test_every_refusal_has_its_words)
{
    EXPECT_TEXT("pass_fault.malformed", pass_fault_key(ERR_malformed));
    EXPECT_TEXT("pass_fault.bad_signature", pass_fault_key(ERR_bad_signature));
    EXPECT_TEXT("pass_fault.not_allowed", pass_fault_key(ERR_not_allowed));
    EXPECT_TEXT("pass_fault.expired", pass_fault_key(ERR_expired));
    EXPECT_TEXT("pass_fault.used", pass_fault_key(ERR_exists));
}
