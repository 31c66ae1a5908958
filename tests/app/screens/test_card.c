/* Goal: whoever opens the door is shown a card that holds, or none; and reads on it nothing that
 * they may not know. */
#include "app/screens/card.h"

#include "tests/app/screens/worlds.h"

static void show(struct tablet *tablet, struct stage *stage, struct shown *shown,
                 const struct screen_row *row, int32_t days)
{
    enter(tablet, row, LANG_zh, shown);
    shown->view.today += days;
    stage_open(stage, &stage_handheld, build, shown);
    stage_settle(stage);
}

static bool says(struct stage *stage, const char *text)
{
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(stage->ui, &count);
    for (size_t i = 0; i < count; i++) {
        if (strstr(nodes[i].name, text) != NULL || strstr(nodes[i].value, text) != NULL) {
            return true;
        }
    }
    return false;
}

static const struct screen_row from_more = {.name = "card", .screen = SCREEN_card, .text = ""};

TEST(test_a_card_that_holds_names_who_stands_there_and_where_to_ask)
{
    struct tablet tablet;
    struct stage stage;
    struct shown shown;
    tablet_open(&tablet, PORTFOLIO_CASES);
    hand_card(&tablet, "申城资产管理有限公司", -10, 79);
    show(&tablet, &stage, &shown, &from_more, 0);
    static const char *const wanted[] = {"张伟", "C-0017", "申城资产管理有限公司", "400-000-0000",
                                         "有效"};
    for (size_t i = 0; i < COUNT(wanted); i++) {
        EXPECT_ROW(wanted[i], says(&stage, wanted[i]));
    }
    EXPECT(stage_find(&stage, "card/code") != NULL);
    stage_close(&stage);
    tablet_close(&tablet);
}

TEST(test_a_card_that_does_not_hold_is_never_shown)
{
    static const struct {
        const char *name;
        int32_t from_days, until_days, days_later;
        bool has_other_key, is_shown;
    } rows[] = {
        {"its first day", 0, 5, 0, false, true},     {"the day before", 1, 5, 0, false, false},
        {"its last day", -5, 0, 0, false, true},     {"the day after", -5, -1, 0, false, false},
        {"midnight passed", -5, 0, 1, false, false}, {"another key", -5, 5, 0, true, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct stage stage;
        struct shown shown;
        tablet_open(&tablet, PORTFOLIO_CASES);
        hand_card(&tablet, "申城资产管理有限公司", rows[i].from_days, rows[i].until_days);
        if (rows[i].has_other_key) {
            uint8_t key[CHAIN_PUBLIC_KEY_SIZE] = {9};
            EXPECT_OK(store_begin(tablet.store));
            EXPECT_OK(
                store_setting_set_bytes(tablet.store, SETTING_hq_public_key, key, sizeof key));
            EXPECT_OK(store_commit(tablet.store));
        }
        show(&tablet, &stage, &shown, &from_more, rows[i].days_later);
        EXPECT_ROW(rows[i].name, says(&stage, "C-0017") == rows[i].is_shown);
        EXPECT_ROW(rows[i].name, (stage_find(&stage, "card/code") != NULL) == rows[i].is_shown);
        EXPECT_ROW(rows[i].name, says(&stage, "不能出示") != rows[i].is_shown);
        stage_close(&stage);
        tablet_close(&tablet);
    }
}

/* What may be read by whom, with the rules of cn: the client's name tells that there is a debt,
 * and the institution's, which the code holds, too. */
TEST(test_whoever_listens_reads_no_more_than_they_may_hear)
{
    static const struct {
        uint32_t role;
        bool has_client, has_institution;
    } rows[] = {
        {ROLE_none, false, false},      {ROLE_borrower, true, true}, {ROLE_neighbour, false, false},
        {ROLE_colleague, false, false}, {ROLE_minor, false, false},
    };
    struct tablet tablet;
    struct store_case item;
    tablet_open(&tablet, PORTFOLIO_CASES);
    hand_card(&tablet, "申城资产管理有限公司", -10, 79);
    EXPECT_OK(store_case_load(tablet.store, &tablet.program, 3, &item));
    EXPECT(item.record->client[0] != '\0');
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stage stage;
        struct shown shown;
        struct screen_row row = from_more;
        const char *name = catalog_name(CATALOG_role, rows[i].role);
        row.case_no = 3;
        row.step = VISIT_STEP_outcome;
        row.role = rows[i].role;
        show(&tablet, &stage, &shown, &row, 0);
        EXPECT_ROW(name, says(&stage, "C-0017"));
        EXPECT_ROW(name, says(&stage, item.record->client) == rows[i].has_client);
        EXPECT_ROW(name, says(&stage, "申城资产") == rows[i].has_institution);
        EXPECT_ROW(name, (stage_find(&stage, "card/code") != NULL) == rows[i].has_institution);
        EXPECT(!says(&stage, item.record->debtor_name));
        stage_close(&stage);
    }
    tablet_close(&tablet);
}

/* Three corners of a QR picture are squares of seven modules, dark at the rim. */
TEST(test_the_picture_is_one_that_a_phone_finds)
{
    struct tablet tablet;
    tablet_open(&tablet, 0);
    hand_card(&tablet, "申城资产管理有限公司", -10, 79);
    struct screen_source source = {
        .store = tablet.store, .now_ms = portfolio_at_ms(), .offset_minutes = 480};
    struct card_model model;
    EXPECT_OK(card_read(&tablet.task, &source, &model));
    const struct draw_image *image = &model.picture;
    EXPECT(image->w == image->h && (image->w - 8 - 17) % 4 == 0);
    for (int32_t i = 0; i < 7; i++) {
        EXPECT(image->pixels[4 * image->pitch_px + 4 + i] == 0xFF000000U);
        EXPECT(image->pixels[4 * image->pitch_px + image->w - 5 - i] == 0xFF000000U);
        EXPECT(image->pixels[(image->h - 5) * image->pitch_px + 4 + i] == 0xFF000000U);
        EXPECT(image->pixels[3 * image->pitch_px + i] == 0xFFFFFFFFU);
    }
    tablet_close(&tablet);
}
