/* app/ui/widget_dialog.h -- a question over the screen. Pure. */
#pragma once

#include "app/ui/widget_button.h"

enum widget_dialog_answer {
    WIDGET_DIALOG_open, /* no answer yet */
    WIDGET_DIALOG_yes,
    WIDGET_DIALOG_no,    /* refused, or the back key */
    WIDGET_DIALOG_later, /* the back key, where the question can_wait */
};

struct widget_dialog {
    const char *title; /* required */
    const char *text;  /* may be NULL */
    enum icon icon;
    const char *yes; /* required */
    const char *no;  /* NULL: only one button; back then means yes */
    bool is_danger;  /* yes cannot be taken back */
    bool can_wait;   /* back answers neither yes nor no: the caller asks again later */
};

/* Call it while the question stands, after everything it covers. Its buttons
 * are "<key>/yes" and "<key>/no". */
enum widget_dialog_answer widget_dialog(struct ui *ui, const char *key,
                                        const struct widget_dialog *dialog) MUST_USE;

/* A sheet with any content: title, then what the caller builds, until
 * ui_close twice -- use widget_dialog_sheet_close. True on *is_closed_out when
 * the person closed it ("<key>/close" or the back key). */
void widget_dialog_sheet_open(struct ui *ui, const char *key, const char *title, const char *close,
                              bool *is_closed_out);
void widget_dialog_sheet_close(struct ui *ui);
