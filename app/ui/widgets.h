/* app/ui/widgets.h -- every widget. One page each. */
#pragma once

#include "app/ui/widget_amount.h"    /* money pad */
#include "app/ui/widget_badge.h"     /* status: colour + icon + word */
#include "app/ui/widget_banner.h"    /* notice across the content */
#include "app/ui/widget_bar.h"       /* top bar, bottom bar, action strip */
#include "app/ui/widget_button.h"    /* primary, secondary, danger, quiet */
#include "app/ui/widget_card.h"      /* cards, headings, facts, figures */
#include "app/ui/widget_choice.h"    /* tiles and chips */
#include "app/ui/widget_date.h"      /* date picker */
#include "app/ui/widget_dialog.h"    /* question, sheet */
#include "app/ui/widget_field.h"     /* text field */
#include "app/ui/widget_key.h"       /* keys of a pad of digits */
#include "app/ui/widget_keyboard.h"  /* on-screen keyboard with phrases */
#include "app/ui/widget_list.h"      /* rows and virtual lists */
#include "app/ui/widget_pad.h"       /* phone, identity, PIN */
#include "app/ui/widget_panes.h"     /* list + detail by size class */
#include "app/ui/widget_phrases.h"   /* phrase chips */
#include "app/ui/widget_progress.h"  /* progress bar, steps */
#include "app/ui/widget_signature.h" /* signature pad */
#include "app/ui/widget_slide.h"     /* slide to confirm */
#include "app/ui/widget_stepper.h"   /* a small number, less and more */
#include "app/ui/widget_swipe.h"     /* actions behind a row */
#include "app/ui/widget_tabs.h"      /* pages of one screen */
#include "app/ui/widget_toast.h"     /* message with undo */
#include "app/ui/widget_toggle.h"    /* switch, segments */
