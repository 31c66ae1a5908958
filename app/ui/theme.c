#include "app/ui/theme.h"

enum { PPI_BASE = 160, PPI_SMALLEST = 80, PPI_LARGEST = 640 };

#define BLACK 0xFF000000U
#define WHITE 0xFFFFFFFFU

static const uint32_t palettes[][COLOR_COUNT] = {
    [THEME_day] =
        {
            [COLOR_background] = 0xFFEEF1F5U,
            [COLOR_card] = WHITE,
            [COLOR_sunken] = 0xFFE4E8EEU,
            [COLOR_ink] = 0xFF14181FU,
            [COLOR_ink_2] = 0xFF3D4654U,
            [COLOR_outline] = 0xFF747B87U,
            [COLOR_divider] = 0xFFDDE2E9U,
            [COLOR_primary] = 0xFF0A4DB8U,
            [COLOR_on_primary] = WHITE,
            /* #0A4DB8 is 6.7:1 on the background, so words take the deeper blue. */
            [COLOR_link] = 0xFF083C91U,
            [COLOR_selected] = 0xFFDCE7FBU,
            [COLOR_on_selected] = 0xFF083C91U,
            [COLOR_danger] = 0xFF8C1D18U,
            [COLOR_on_danger] = WHITE,
            [COLOR_danger_tint] = 0xFFFCE8E6U,
            [COLOR_on_danger_tint] = 0xFF8C1D18U,
            [COLOR_ok] = 0xFF0F5A25U,
            [COLOR_ok_tint] = 0xFFE2F3E6U,
            [COLOR_on_ok_tint] = 0xFF0F5A25U,
            [COLOR_warn] = 0xFF7A4A00U,
            [COLOR_warn_tint] = 0xFFFDF0DCU,
            /* #7A4A00 is 6.7:1 on its tint. */
            [COLOR_on_warn_tint] = 0xFF6E4200U,
            [COLOR_info] = 0xFF083C91U,
            [COLOR_info_tint] = 0xFFE4EDFCU,
            [COLOR_on_info_tint] = 0xFF083C91U,
            [COLOR_inverse] = 0xFF20262FU,
            [COLOR_on_inverse] = WHITE,
            [COLOR_on_inverse_action] = 0xFFA8C7FAU,
            [COLOR_pressed] = 0x1F14181FU,
            [COLOR_scrim] = 0x8014181FU,
            [COLOR_shadow] = 0x2A1B2A45U,
        },
    [THEME_dark] =
        {
            [COLOR_background] = 0xFF12151AU,   [COLOR_card] = 0xFF1B1F26U,
            [COLOR_sunken] = 0xFF262C36U,       [COLOR_ink] = 0xFFF2F4F8U,
            [COLOR_ink_2] = 0xFFC3CAD5U,        [COLOR_outline] = 0xFF8B93A0U,
            [COLOR_divider] = 0xFF2F3641U,      [COLOR_primary] = 0xFFA8C7FAU,
            [COLOR_on_primary] = 0xFF062E6FU,   [COLOR_link] = 0xFFA8C7FAU,
            [COLOR_selected] = 0xFF1F3A66U,     [COLOR_on_selected] = 0xFFD6E4FFU,
            [COLOR_danger] = 0xFFFFB4ABU,       [COLOR_on_danger] = 0xFF5F0A08U,
            [COLOR_danger_tint] = 0xFF3B1A1AU,  [COLOR_on_danger_tint] = 0xFFFFB4ABU,
            [COLOR_ok] = 0xFF7EDB92U,           [COLOR_ok_tint] = 0xFF163022U,
            [COLOR_on_ok_tint] = 0xFF7EDB92U,   [COLOR_warn] = 0xFFFFB95CU,
            [COLOR_warn_tint] = 0xFF35270FU,    [COLOR_on_warn_tint] = 0xFFFFB95CU,
            [COLOR_info] = 0xFFA8C7FAU,         [COLOR_info_tint] = 0xFF1B2B45U,
            [COLOR_on_info_tint] = 0xFFA8C7FAU, [COLOR_inverse] = 0xFFE6EAF0U,
            [COLOR_on_inverse] = 0xFF14181FU,   [COLOR_on_inverse_action] = 0xFF083C91U,
            [COLOR_pressed] = 0x29F2F4F8U,      [COLOR_scrim] = 0xA0000000U,
            [COLOR_shadow] = 0x66000000U,
        },
    [THEME_sunlight] =
        {
            [COLOR_background] = WHITE,
            [COLOR_card] = WHITE,
            [COLOR_sunken] = WHITE,
            [COLOR_ink] = BLACK,
            [COLOR_ink_2] = BLACK,
            [COLOR_outline] = BLACK,
            [COLOR_divider] = BLACK,
            [COLOR_primary] = 0xFF002F8AU,
            [COLOR_on_primary] = WHITE,
            [COLOR_link] = 0xFF002F8AU,
            [COLOR_selected] = 0xFF002F8AU,
            [COLOR_on_selected] = WHITE,
            [COLOR_danger] = 0xFF7A0000U,
            [COLOR_on_danger] = WHITE,
            [COLOR_danger_tint] = WHITE,
            [COLOR_on_danger_tint] = 0xFF7A0000U,
            [COLOR_ok] = 0xFF003D14U,
            [COLOR_ok_tint] = WHITE,
            [COLOR_on_ok_tint] = 0xFF003D14U,
            [COLOR_warn] = 0xFF4A2C00U,
            [COLOR_warn_tint] = WHITE,
            [COLOR_on_warn_tint] = 0xFF4A2C00U,
            [COLOR_info] = 0xFF002F8AU,
            [COLOR_info_tint] = WHITE,
            [COLOR_on_info_tint] = 0xFF002F8AU,
            [COLOR_inverse] = BLACK,
            [COLOR_on_inverse] = WHITE,
            [COLOR_on_inverse_action] = WHITE,
            [COLOR_pressed] = 0x40000000U,
            [COLOR_scrim] = 0xB0000000U,
            [COLOR_shadow] = 0,
        },
};

static const struct {
    int32_t dp;
    bool is_bold;
} types[TYPE_COUNT] = {
    [TYPE_label] = {16, false}, [TYPE_secondary] = {18, false}, [TYPE_body] = {20, false},
    [TYPE_strong] = {20, true}, [TYPE_title] = {26, true},      [TYPE_display] = {34, true},
};

static int32_t clamp(int32_t value, int32_t lowest, int32_t highest)
{
    return value < lowest ? lowest : value > highest ? highest : value;
}

/* value × by / of, to the nearest, away from zero at the half. */
static int32_t scale(int64_t value, int64_t by, int64_t of)
{
    int64_t product = value * by * 2;
    return (int32_t)(product >= 0 ? (product + of) / (2 * of) : -((-product + of) / (2 * of)));
}

struct theme theme_make(const struct theme_options *options)
{
    CHECK(options->width_px > 0 && options->height_px > 0);
    CHECK(options->kind < (enum theme_kind)COUNT(palettes));
    struct theme theme = {.options = *options};
    struct theme_options *own = &theme.options;
    own->ppi = own->ppi == 0 ? PPI_BASE : clamp(own->ppi, PPI_SMALLEST, PPI_LARGEST);
    own->text_percent = own->text_percent == 0 ? 100 : clamp(own->text_percent, 80, 200);
    int32_t width_dp = scale(own->width_px, PPI_BASE, own->ppi);
    theme.class = width_dp < 600 ? THEME_compact : width_dp < 960 ? THEME_medium : THEME_expanded;
    theme.target_mm = own->is_glove ? 15 : 12;
    theme.key_mm = 20;
    int32_t height_mm = scale(own->height_px, 254, (int64_t)own->ppi * 10);
    theme.key_high_mm = theme.class != THEME_compact
                            ? theme.key_mm
                            : clamp(height_mm / 10, theme.target_mm, theme.key_mm);
    theme.is_bold_only = own->kind == THEME_sunlight;
    theme.has_shadow = own->kind != THEME_sunlight;
    for (size_t i = 0; i < COLOR_COUNT; i++) {
        theme.color[i] = palettes[own->kind][i];
    }
    return theme;
}

int32_t theme_dp(const struct theme *theme, int32_t dp)
{
    int32_t px = scale(dp, theme->options.ppi, PPI_BASE);
    return dp > 0 && px < 1 ? 1 : px;
}

int32_t theme_mm(const struct theme *theme, int32_t mm)
{
    int32_t px = scale((int64_t)mm * 10, theme->options.ppi, 254);
    return mm > 0 && px < 1 ? 1 : px;
}

int32_t theme_type_px(const struct theme *theme, enum type type)
{
    CHECK(type < TYPE_COUNT);
    return scale((int64_t)types[type].dp * theme->options.ppi, theme->options.text_percent,
                 (int64_t)PPI_BASE * 100);
}

int32_t theme_line_px(const struct theme *theme, enum type type)
{
    return scale(theme_type_px(theme, type), 14, 10);
}

bool theme_is_bold(const struct theme *theme, enum type type)
{
    return theme->is_bold_only || types[type].is_bold;
}

/* Linear light of an sRGB channel in millionths: IEC 61966-2-1, as WCAG 2 uses it. */
static const int32_t linear[256] = {
    0,      304,    607,    911,     1214,   1518,   1821,   2125,   2428,   2732,   3035,   3347,
    3677,   4025,   4391,   4777,    5182,   5605,   6049,   6512,   6995,   7499,   8023,   8568,
    9134,   9721,   10330,  10960,   11612,  12286,  12983,  13702,  14444,  15209,  15996,  16807,
    17642,  18500,  19382,  20289,   21219,  22174,  23153,  24158,  25187,  26241,  27321,  28426,
    29557,  30713,  31896,  33105,   34340,  35601,  36889,  38204,  39546,  40915,  42311,  43735,
    45186,  46665,  48172,  49707,   51269,  52861,  54480,  56128,  57805,  59511,  61246,  63010,
    64803,  66626,  68478,  70360,   72272,  74214,  76185,  78187,  80220,  82283,  84376,  86500,
    88656,  90842,  93059,  95307,   97587,  99899,  102242, 104616, 107023, 109462, 111932, 114435,
    116971, 119538, 122139, 124772,  127438, 130136, 132868, 135633, 138432, 141263, 144128, 147027,
    149960, 152926, 155926, 158961,  162029, 165132, 168269, 171441, 174647, 177888, 181164, 184475,
    187821, 191202, 194618, 198069,  201556, 205079, 208637, 212231, 215861, 219526, 223228, 226966,
    230740, 234551, 238398, 242281,  246201, 250158, 254152, 258183, 262251, 266356, 270498, 274677,
    278894, 283149, 287441, 291771,  296138, 300544, 304987, 309469, 313989, 318547, 323143, 327778,
    332452, 337164, 341914, 346704,  351533, 356400, 361307, 366253, 371238, 376262, 381326, 386429,
    391572, 396755, 401978, 407240,  412543, 417885, 423268, 428690, 434154, 439657, 445201, 450786,
    456411, 462077, 467784, 473531,  479320, 485150, 491021, 496933, 502886, 508881, 514918, 520996,
    527115, 533276, 539479, 545724,  552011, 558340, 564712, 571125, 577580, 584078, 590619, 597202,
    603827, 610496, 617207, 623960,  630757, 637597, 644480, 651406, 658375, 665387, 672443, 679542,
    686685, 693872, 701102, 708376,  715694, 723055, 730461, 737910, 745404, 752942, 760525, 768151,
    775822, 783538, 791298, 799103,  806952, 814847, 822786, 830770, 838799, 846873, 854993, 863157,
    871367, 879622, 887923, 896269,  904661, 913099, 921582, 930111, 938686, 947307, 955973, 964686,
    973445, 982251, 991102, 1000000,
};

static int64_t luminance(uint32_t color)
{
    return (2126LL * linear[color >> 16 & 0xFF] + 7152LL * linear[color >> 8 & 0xFF] +
            722LL * linear[color & 0xFF]) /
           10000;
}

int32_t theme_contrast(uint32_t a, uint32_t b)
{
    int64_t light = luminance(a) + 50000;
    int64_t dark = luminance(b) + 50000;
    if (light < dark) {
        int64_t swap = light;
        light = dark;
        dark = swap;
    }
    return (int32_t)(light * 100 / dark);
}

int32_t theme_contrast_min(const struct theme *theme)
{
    return theme->options.kind == THEME_sunlight ? 1100 : 700;
}
