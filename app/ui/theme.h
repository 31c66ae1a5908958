/* app/ui/theme.h -- colours, type sizes and units. Pure.
 *
 * Three palettes (day, dark, sunlight); every pair meant for text is at least
 * 7:1, in sunlight 11:1. Screens name colours by their job and never by value.
 * Units: dp = 1/160 inch; mm for everything a finger must hit. */
#pragma once

#include "core/base/check.h"

#include <stdbool.h>
#include <stdint.h>

enum color {
    COLOR_none = 0, /* draws nothing */
    COLOR_background,
    COLOR_card,
    COLOR_sunken,  /* wells: fields, unlit segments, disabled buttons */
    COLOR_ink,     /* text on background, card, sunken */
    COLOR_ink_2,   /* secondary text on the same three */
    COLOR_outline, /* borders that mean something, at least 3:1 */
    COLOR_divider, /* hairlines that only decorate */
    COLOR_primary,
    COLOR_on_primary,
    COLOR_link,     /* primary as text on background, card, sunken */
    COLOR_selected, /* what is chosen, and text on it */
    COLOR_on_selected,
    COLOR_danger, /* as text on card, or as fill under COLOR_on_danger */
    COLOR_on_danger,
    COLOR_danger_tint, /* quiet fill under COLOR_on_danger_tint */
    COLOR_on_danger_tint,
    COLOR_ok,
    COLOR_ok_tint,
    COLOR_on_ok_tint,
    COLOR_warn,
    COLOR_warn_tint,
    COLOR_on_warn_tint,
    COLOR_info, /* neutral notice */
    COLOR_info_tint,
    COLOR_on_info_tint,
    COLOR_inverse, /* toasts, and text on them */
    COLOR_on_inverse,
    COLOR_on_inverse_action,
    COLOR_pressed, /* laid over a pressed target; partly transparent */
    COLOR_scrim,   /* laid over what a dialog covers; partly transparent */
    COLOR_shadow,
    COLOR_COUNT
};

enum theme_kind { THEME_day, THEME_dark, THEME_sunlight };

/* Size classes by width: < 600 dp, < 960 dp, else (room for list + detail). */
enum theme_class { THEME_compact, THEME_medium, THEME_expanded };

enum type {
    TYPE_label,     /* 16 dp, never smaller */
    TYPE_secondary, /* 18 */
    TYPE_body,      /* 20 */
    TYPE_strong,    /* 20 bold: names, row titles, button labels */
    TYPE_title,     /* 26 bold */
    TYPE_display,   /* 34 bold: money */
    TYPE_COUNT
};

struct theme_options {
    enum theme_kind kind;
    int32_t width_px;
    int32_t height_px;
    int32_t ppi;          /* pixels per inch of the screen; 0: 160 */
    int32_t text_percent; /* 100, 130, 160, 200; 0: 100 */
    bool is_glove;        /* 15 mm targets, 20 dp slop */
    bool is_left_hand;    /* what is tapped most lies at the left */
    bool is_still;        /* reduced motion: nothing moves by itself, lists do not coast */
};

struct theme {
    struct theme_options options;
    enum theme_class class;
    int32_t target_mm; /* smallest side of any target: 12, glove 15 */
    int32_t key_mm;    /* width of keypad keys, height of the primary action: 20 */
    /* Height of keypad keys: 20, but on a handheld a tenth of the screen: four
     * rows then leave room for what is typed, a row of chips and the primary
     * action, because a keypad that must be scrolled is worse than a low one;
     * never below target_mm. */
    int32_t key_high_mm;
    uint32_t color[COLOR_COUNT]; /* 0xAARRGGBB */
    bool is_bold_only;           /* sunlight: no regular weight */
    bool has_shadow;             /* else cards carry a border */
};

/* CHECKs that the screen is not empty. Values out of range are clamped: ppi
 * 80..640, text 80..200 percent. */
struct theme theme_make(const struct theme_options *options);

/* Rounded to the nearest pixel; a positive length is at least one pixel. */
int32_t theme_dp(const struct theme *theme, int32_t dp);
int32_t theme_mm(const struct theme *theme, int32_t mm);
/* Text size and line height (1.4) in pixels, text setting included. */
int32_t theme_type_px(const struct theme *theme, enum type type);
int32_t theme_line_px(const struct theme *theme, enum type type);
bool theme_is_bold(const struct theme *theme, enum type type);

/* WCAG contrast of two opaque colours in hundredths (2100 = 21:1). Integer
 * arithmetic, within 0.02 of the formula. */
int32_t theme_contrast(uint32_t a, uint32_t b);
/* Smallest contrast of text in this theme, in hundredths: 700, sunlight 1100. */
int32_t theme_contrast_min(const struct theme *theme);
