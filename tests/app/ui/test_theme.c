#include "app/ui/theme.h"
#include "tests/app/ui/stage.h"

/* Goal: every pair of text and ground that widgets use keeps the rule of its
 * theme, so that a change of palette cannot pass unseen. */
TEST(test_theme_text_is_readable_in_every_theme)
{
    static const struct {
        const char *name;
        enum color text, ground;
    } rows[] = {
        {"ink on background", COLOR_ink, COLOR_background},
        {"ink on card", COLOR_ink, COLOR_card},
        {"ink on sunken", COLOR_ink, COLOR_sunken},
        {"ink 2 on background", COLOR_ink_2, COLOR_background},
        {"ink 2 on card", COLOR_ink_2, COLOR_card},
        {"ink 2 on sunken", COLOR_ink_2, COLOR_sunken},
        {"on primary", COLOR_on_primary, COLOR_primary},
        {"link on background", COLOR_link, COLOR_background},
        {"link on card", COLOR_link, COLOR_card},
        {"on selected", COLOR_on_selected, COLOR_selected},
        {"danger on card", COLOR_danger, COLOR_card},
        {"danger on background", COLOR_danger, COLOR_background},
        {"on danger", COLOR_on_danger, COLOR_danger},
        {"danger tint", COLOR_on_danger_tint, COLOR_danger_tint},
        {"ok on card", COLOR_ok, COLOR_card},
        {"ok tint", COLOR_on_ok_tint, COLOR_ok_tint},
        {"warn on card", COLOR_warn, COLOR_card},
        {"warn tint", COLOR_on_warn_tint, COLOR_warn_tint},
        {"info tint", COLOR_on_info_tint, COLOR_info_tint},
        {"inverse", COLOR_on_inverse, COLOR_inverse},
        {"inverse action", COLOR_on_inverse_action, COLOR_inverse},
    };
    for (enum theme_kind kind = THEME_day; kind <= THEME_sunlight; kind++) {
        struct theme_options options = stage_tablet;
        options.kind = kind;
        struct theme theme = theme_make(&options);
        for (size_t i = 0; i < COUNT(rows); i++) {
            int32_t contrast =
                theme_contrast(theme.color[rows[i].text], theme.color[rows[i].ground]);
            if (contrast < theme_contrast_min(&theme)) {
                fail_msg("theme %d, %s: %d", (int)kind, rows[i].name, contrast);
            }
        }
        EXPECT(theme_contrast(theme.color[COLOR_outline], theme.color[COLOR_card]) >= 300);
        EXPECT(theme_contrast(theme.color[COLOR_outline], theme.color[COLOR_background]) >= 300);
    }
}

TEST(test_theme_contrast_follows_wcag)
{
    EXPECT_INT(2100, theme_contrast(0xFF000000, 0xFFFFFFFF));
    EXPECT_INT(2100, theme_contrast(0xFFFFFFFF, 0xFF000000));
    EXPECT_INT(100, theme_contrast(0xFF777777, 0xFF777777));
    int32_t grey = theme_contrast(0xFF767676, 0xFFFFFFFF); /* the known 4.54 */
    EXPECT(grey >= 452 && grey <= 456);
}

TEST(test_theme_lengths_follow_the_screen)
{
    static const struct {
        const char *name;
        int32_t width, height, ppi, mm12, mm20, dp16;
        enum theme_class class;
        int32_t key_high_mm;
    } rows[] = {
        {"10.1 inch 1280x800", 1280, 800, 149, 70, 117, 15, THEME_expanded, 20},
        {"10.1 inch 1920x1200", 1920, 1200, 224, 106, 176, 22, THEME_expanded, 20},
        {"8 inch", 1280, 800, 189, 89, 149, 19, THEME_expanded, 20},
        {"5.5 inch", 720, 1280, 267, 126, 210, 27, THEME_compact, 12},
        {"599 dp", 599, 1280, 160, 76, 126, 16, THEME_compact, 20},
        {"600 dp", 600, 1280, 160, 76, 126, 16, THEME_medium, 20},
        {"959 dp", 959, 600, 160, 76, 126, 16, THEME_medium, 20},
        {"960 dp", 960, 600, 160, 76, 126, 16, THEME_expanded, 20},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct theme theme = theme_make(&(struct theme_options){
            .width_px = rows[i].width, .height_px = rows[i].height, .ppi = rows[i].ppi});
        EXPECT_ROW(rows[i].name, theme_mm(&theme, 12) == rows[i].mm12);
        EXPECT_ROW(rows[i].name, theme_mm(&theme, 20) == rows[i].mm20);
        EXPECT_ROW(rows[i].name, theme_dp(&theme, 16) == rows[i].dp16);
        EXPECT_ROW(rows[i].name, theme.class == rows[i].class);
        EXPECT_ROW(rows[i].name, theme.key_high_mm == rows[i].key_high_mm);
    }
    struct theme theme = theme_make(&(struct theme_options){.width_px = 800, .height_px = 600});
    EXPECT_INT(160, theme.options.ppi);
    EXPECT_INT(20, theme_type_px(&theme, TYPE_body));
    EXPECT_INT(28, theme_line_px(&theme, TYPE_body));
    EXPECT_INT(1, theme_dp(&theme, 1));
}

TEST(test_theme_glove_and_text_setting)
{
    struct theme theme = theme_make(&(struct theme_options){
        .width_px = 800, .height_px = 600, .is_glove = true, .text_percent = 200});
    EXPECT_INT(15, theme.target_mm);
    EXPECT_INT(40, theme_type_px(&theme, TYPE_body));
    theme = theme_make(&(struct theme_options){
        .width_px = 800, .height_px = 600, .text_percent = 900, .kind = THEME_sunlight});
    EXPECT_INT(40, theme_type_px(&theme, TYPE_body));
    EXPECT(theme_is_bold(&theme, TYPE_label));
}
