/* Goal: whoever is called on can check who stands at the door, and a card that was changed, made
 * by another, or has run out is told from a right one. */
#include "core/event/card.h"

#include "tests/lib/test.h"

enum { TODAY = 20775 };

struct press {
    struct chain_public_key hq_public, other_public;
    struct chain_secret_key hq_secret, other_secret;
    struct card card;
    char text[CARD_TEXT_SIZE];
};

static void print_card(struct press *press)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 5);
    chain_keypair(&rng, &press->hq_public, &press->hq_secret);
    chain_keypair(&rng, &press->other_public, &press->other_secret);
    press->card = (struct card){.from_day = TODAY - 1,
                                .until_day = TODAY + 1,
                                .name = "张伟",
                                .staff_no = "C-0017",
                                .institution = "某某银行股份有限公司上海分行",
                                .line = "400-000-0000"};
    EXPECT_OK(card_text_write(&press->card, &press->hq_secret, press->text));
}

TEST(test_a_right_card_is_read_by_anybody_with_the_key)
{
    struct press press;
    struct card card;
    print_card(&press);
    EXPECT_OK(card_text_read(str_from(press.text), &press.hq_public, TODAY, &card));
    EXPECT_TEXT("张伟", card.name);
    EXPECT_TEXT("C-0017", card.staff_no);
    EXPECT_TEXT("某某银行股份有限公司上海分行", card.institution);
    EXPECT_TEXT("400-000-0000", card.line);
    EXPECT_INT(TODAY - 1, card.from_day);
    EXPECT_INT(TODAY + 1, card.until_day);
}

TEST(test_it_holds_on_its_first_and_last_day_and_on_no_other)
{
    struct press press;
    struct card card;
    print_card(&press);
    static const struct {
        int32_t day;
        enum err err;
    } rows[] = {
        {TODAY - 2, ERR_not_allowed}, {TODAY - 1, OK}, {TODAY + 1, OK}, {TODAY + 2, ERR_expired}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        EXPECT(card_text_read(str_from(press.text), &press.hq_public, rows[i].day, &card) ==
               rows[i].err);
        EXPECT_TEXT("张伟", card.name); /* it is shown, whatever the day */
    }
}

TEST(test_a_changed_cut_or_foreign_card_is_refused)
{
    struct press press;
    struct card card;
    print_card(&press);
    EXPECT_ERR(ERR_bad_signature,
               card_text_read(str_from(press.text), &press.other_public, TODAY, &card));
    size_t size = strlen(press.text);
    for (size_t i = 0; i < size; i++) {
        char was = press.text[i];
        press.text[i] = was == 'A' ? 'B' : 'A';
        EXPECT(card_text_read(str_from(press.text), &press.hq_public, TODAY, &card) != OK);
        press.text[i] = was;
        EXPECT(card_text_read((struct str){press.text, i}, &press.hq_public, TODAY, &card) != OK);
    }
    EXPECT_ERR(ERR_malformed, card_text_read(STR(""), &press.hq_public, TODAY, &card));
    EXPECT_ERR(ERR_malformed, card_text_read(STR("DSC1."), &press.hq_public, TODAY, &card));
}

TEST(test_the_longest_card_has_room_and_an_empty_or_backward_one_is_not_made)
{
    struct press press;
    struct card card;
    print_card(&press);
    memset(press.card.name, 'n', CARD_NAME_SIZE - 1);
    memset(press.card.staff_no, 's', CARD_STAFF_SIZE - 1);
    memset(press.card.institution, 'i', CARD_INSTITUTION_SIZE - 1);
    memset(press.card.line, '1', CARD_LINE_SIZE - 1);
    EXPECT_OK(card_text_write(&press.card, &press.hq_secret, press.text));
    EXPECT_OK(card_text_read(str_from(press.text), &press.hq_public, TODAY, &card));
    press.card.until_day = press.card.from_day - 1;
    EXPECT_ERR(ERR_out_of_range, card_text_write(&press.card, &press.hq_secret, press.text));
    press.card.until_day = press.card.from_day;
    press.card.line[0] = '\0';
    EXPECT_ERR(ERR_bad_text, card_text_write(&press.card, &press.hq_secret, press.text));
}
