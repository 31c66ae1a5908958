/* app/ui/widget_list.h -- rows, and lists of any length. Pure. */
#pragma once

#include "app/ui/widget_badge.h"

struct widget_list_row {
    const char *title;  /* required; cut with … at its end */
    const char *note;   /* second line, cut at its end; may be NULL */
    bool is_note_place; /* the note is an address: cut in the middle, its end tells the door */
    const char *value;  /* at the right; may be NULL */
    enum icon icon;
    const char *mark;                 /* instead of an icon: a short number or word in a disc */
    const struct widget_badge *badge; /* at the right below value; may be NULL */
    bool is_tall; /* the title is a sentence: two lines, and the badge stands below the note */
    /* Not in a widget_list, whose rows are of one height: with large text on a handheld nothing is
     * cut, and the badge stands below the note. */
    bool is_free;
    bool has_arrow; /* leads to another screen */
    bool is_selected;
    bool is_disabled;
};

/* A card-like row as wide as its parent. True when it was tapped. */
bool widget_list_row(struct ui *ui, const char *key, const struct widget_list_row *row);
/* Height of such a row with or without a note, in dp, for widget_list. */
int32_t widget_list_row_dp(const struct ui *ui, bool has_note);
/* Height of an is_tall row with note and badge. */
int32_t widget_list_row_tall_dp(const struct ui *ui);

/* A list that builds only the rows in sight (10,000 rows cost what 12 do):
 *
 *   struct widget_list list;
 *   widget_list_open(ui, "cases", count, widget_list_row_dp(ui, true), 8, &list);
 *   for (int32_t i; widget_list_next(&list, &i);) { widget_list_row(...); }
 *   widget_list_close(&list);
 *
 * Rows are all `row_dp` high (each row is boxed to that), `gap_dp` apart. Row
 * keys must come from the item, not from the index. Fills its parent. */
struct widget_list_tops;
struct widget_list {
    struct ui *ui;
    const struct widget_list_tops *tops; /* NULL: all rows have one height */
    int32_t count, next, end;
    int32_t row_px, gap_px;
    bool is_row_open;
};
void widget_list_open(struct ui *ui, const char *key, int32_t count, int32_t row_dp, int32_t gap_dp,
                      struct widget_list *list_out);
bool widget_list_next(struct widget_list *list, int32_t *index_out);
void widget_list_close(struct widget_list *list);

/* Rows of different heights: where each one begins, as sums from the first. Make
 * it when the rows or the theme change, not in every frame; a frame then looks
 * up what is in sight in log(count) steps. */
struct widget_list_tops {
    int32_t count, gap_px;
    const int32_t *px; /* count + 1: of each row, and of the end */
};
/* Lives in `arena`. CHECKs that heights are positive and the sum fits 31 bits. */
struct widget_list_tops widget_list_tops_make(struct arena *arena, const struct theme *theme,
                                              const int32_t *rows_dp, int32_t count,
                                              int32_t gap_dp);
/* As widget_list_open; `tops` is borrowed until widget_list_close. */
void widget_list_open_tops(struct ui *ui, const char *key, const struct widget_list_tops *tops,
                           struct widget_list *list_out);
