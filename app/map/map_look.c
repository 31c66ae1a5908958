#include "app/map/map_look.h"

static const struct map_colors colors[] = {
    [THEME_day] = {.ground = 0xFFEDEFF2U,
                   .casing = {0xFFD9A441U, 0xFFD8C48AU, 0xFFC3CAD4U, 0xFFD2D8E0U, 0xFFD2D8E0U},
                   .road = {0xFFFBD98FU, 0xFFFFF3CFU, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFD5DBE3U},
                   .way = {0xFF8C95A3U, 0xFF2F74E0U, 0xFF0A4DB8U},
                   .way_casing = 0xFFFFFFFFU},
    [THEME_dark] = {.ground = 0xFF161A20U,
                    .casing = {0xFF0E1115U, 0xFF0E1115U, 0xFF0E1115U, 0xFF12151AU, 0xFF12151AU},
                    .road = {0xFF7A6030U, 0xFF5A5138U, 0xFF4A525EU, 0xFF363D48U, 0xFF2C323BU},
                    .way = {0xFF6B7482U, 0xFF6FA3F5U, 0xFFA8C7FAU},
                    .way_casing = 0xFF0B1424U},
    [THEME_sunlight] = {.ground = 0xFFFFFFFFU,
                        .casing = {0xFF000000U, 0xFF000000U, 0xFF5A5A5AU, 0xFF8A8A8AU, 0xFF8A8A8AU},
                        .road = {0xFFFFD000U, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFF9A9A9AU},
                        .way = {0xFF6A6A6AU, 0xFF003CB4U, 0xFF002F8AU},
                        .way_casing = 0xFFFFFFFFU},
};

static const struct map_ink inks[] = {
    [THEME_day] = {.text = 0xFF2A3442U, .halo = 0xD8EDEFF2U},
    [THEME_dark] = {.text = 0xFFD5DBE4U, .halo = 0xD8161A20U},
    [THEME_sunlight] = {.text = 0xFF000000U, .halo = 0xF0FFFFFFU},
};

struct map_colors map_look_colors(enum theme_kind kind)
{
    return colors[kind];
}

struct map_ink map_look_ink(enum theme_kind kind)
{
    return inks[kind];
}
