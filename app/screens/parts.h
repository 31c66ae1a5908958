/* app/screens/parts.h -- fragments that two screens or more use. Pure. */
#pragma once

#include "app/screens/screen.h"
#include "app/ui/widgets.h"

/* ---- the frame of a screen ---- */

/* The whole screen, a column; close with parts_screen_close(). */
void parts_screen_open(struct ui *ui);
/* Ends it, with the on-screen keyboard when a field is being typed into. */
void parts_screen_close(struct ui *ui, const struct view *view, const char *const *chips,
                        int32_t chip_count);
/* Room at the left and right edge, in dp: less where three keys of a keypad would not fit. */
int32_t parts_edge_dp(const struct ui *ui);
/* A scrolling column between top and bottom, not wider than reads well; close
 * with parts_body_close(). */
void parts_body_open(struct ui *ui, const char *key);
void parts_body_close(struct ui *ui);
/* The same, wide enough for two columns. */
void parts_page_open(struct ui *ui, const char *key);
/* The same for a page with a pad of digits: as wide as the pad and what is asked beside it
 * need, and keys that do not touch on the smallest screen. */
void parts_pad_page_open(struct ui *ui, const char *key);
/* What stands still around a page leaves it less than a third of the height, as large text and
 * the keyboard do on a handheld: its head then belongs into the page, to be scrolled with it.
 * `head_key` is the box around the head wherever it is; false until both were seen once. */
bool parts_is_low(struct ui *ui, const char *head_key, const char *page_key);
/* Two columns on a wide screen, one below the other elsewhere: open both, open
 * and close each column with parts_column_*, close. */
void parts_columns_open(struct ui *ui);
void parts_column_open(struct ui *ui, int32_t weight);
void parts_column_close(struct ui *ui);
void parts_columns_close(struct ui *ui);
bool parts_is_wide(const struct ui *ui);
/* Large text on a small screen: what stands side by side elsewhere stands below. */
bool parts_is_narrow(const struct ui *ui);
/* A row, or a column on such a screen. */
enum ui_flow parts_row(const struct ui *ui);
/* The strip at the bottom for the primary action, unless the keyboard needs the
 * room: then false, and nothing is to be built or closed. A row on a wide screen,
 * a column on a handheld. */
bool parts_actions_open(struct ui *ui);
bool parts_actions_is_row(const struct ui *ui);
void parts_actions_close(struct ui *ui);

/* Nothing is here: icon, title, what to do. */
void parts_empty(struct ui *ui, enum icon icon, const char *title, const char *text);

/* One of the stages of something that takes a while, below each other: icon and words. */
enum parts_stage { PARTS_STAGE_done, PARTS_STAGE_now, PARTS_STAGE_later };
void parts_stage(struct ui *ui, enum parts_stage stage, const char *text);

/* ---- turned to the person opposite ---- */

/* The view in that person's language, kept in place.seq (0: the collector's, else enum lang + 1),
 * in the frame's arena; and the choice of it. */
struct view *parts_shown_view(const struct view *view, const struct screen_place *place);
/* The page that is turned to them, large and with nothing around it, and the choice of language on
 * it; close with parts_shown_close(). */
void parts_shown_open(struct ui *ui, const char *key, struct screen_place *place, enum lang lang,
                      int32_t w_max);
void parts_shown_close(struct ui *ui);
/* Ends it, or what else is turned to somebody: true when it was tapped, or the back key pressed. */
bool parts_shown_back(struct ui *ui, const char *key, const char *label);
void parts_shown_languages(struct ui *ui, struct screen_place *place, enum lang lang);

/* ---- facts ---- */

struct widget_badge parts_sync_badge(const struct view *view);
/* `is_safe`: also in a verified backup at headquarters. */
struct widget_badge parts_record_badge(const struct view *view, enum record_state state,
                                       bool is_safe);
/* Debt, days past due: the tone of a number of days. */
enum widget_badge_tone parts_overdue_tone(int32_t days);
/* Whether now is a time for visits in the borrower's zone, in words with a light. */
struct widget_badge parts_hours_badge(const struct view *view, const ds_CaseRecord *record,
                                      const ds_CaseState *state);
/* The rules that fired, strictest first, as banners. */
void parts_verdict(struct ui *ui, const struct view *view, const struct verdict *verdict);
/* What a verdict asks to be done, as chips of words. */
void parts_obligations(struct ui *ui, const struct view *view, uint32_t obligations);
/* "2 天前" with the day, for "as of". */
const char *parts_as_of(const struct view *view, int32_t day);
/* Where less may be asked for than is owed: how much, and why. Nothing otherwise. */
void parts_askable(struct ui *ui, const struct view *view, const ds_CaseRecord *record,
                   const struct balance *balance);
/* The same below the amount that may be asked for: what is owed by the books, and why it is more.
 */
void parts_askable_why(struct ui *ui, const struct view *view, const ds_CaseRecord *record,
                       const struct balance *balance);

/* ---- choices ---- */

/* Chips of a whole closed list; true when *code changed. A second tap clears it. */
bool parts_list_chips(struct ui *ui, const struct view *view, const char *key, enum catalog list,
                      uint32_t *code);
/* The same for the given codes only. */
bool parts_code_chips(struct ui *ui, const struct view *view, const char *key, enum catalog list,
                      const uint32_t *codes, size_t code_count, uint32_t *code);
/* Chips of the coming days that make sense for paying, and a calendar for any
 * other day up to last_day. True when *day changed. Needs parts_day_sheet(). */
bool parts_day_chips(struct ui *ui, const struct view *view, const char *key, int32_t first_day,
                     int32_t last_day, int32_t *day);
/* Yes and no as two chips; 0 not said, 1 no, 2 partly, 3 yes when `has_partly`. */
bool parts_scale_chips(struct ui *ui, const struct view *view, const char *key,
                       const char *const *label_keys, uint32_t count, uint32_t *value);
/* A note: phrases that are added by a tap, and a field. True when it changed. */
bool parts_note(struct ui *ui, const struct view *view, const char *key, const char *label,
                const char *const *phrase_keys, size_t phrase_count, char *text, size_t capacity);
/* Small heading over what follows. */
void parts_heading(struct ui *ui, const struct view *view, const char *key);
/* The same in a row with a button: takes the room that it leaves. */
void parts_heading_beside(struct ui *ui, const char *text);
