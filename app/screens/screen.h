/* app/screens/screen.h -- what a screen is.
 *
 *   enter  reads the store into a model in the task arena; the only reading.
 *   frame  model and touches in, picture and at most one intent out. It changes
 *          nothing but its own model and place; no store, no clock.
 *   leave  the session forgets the task arena: a model owns nothing else.
 *
 * A place says where one is and survives a kill of the program; what is typed
 * into forms is in drafts. Of core/journey only types are used. */
#pragma once

#include "app/map/map_chart.h"
#include "app/screens/traffic.h"
#include "app/screens/view.h"
#include "app/ui/widget_signature.h"
#include "core/journey/journey.h"
#include "core/vault/vault.h"

enum screen_kind {
    SCREEN_none = 0,
#define SCREEN(name, root_icon) SCREEN_##name,
#include "app/screens/screens.def"
#undef SCREEN
    SCREEN_COUNT
};

enum { SCREEN_PLACE_TEXT_SIZE = 600, SCREEN_TABLET_NAME_CHARS = 20 };

/* An entry of the screen stack. Plain bytes: two places are equal when their
 * bytes are; make one with screen_place(). */
struct screen_place {
    uint32_t screen; /* enum screen_kind */
    int32_t tab;
    uint64_t case_no;
    uint64_t seq;
    int64_t number;
    char text[SCREEN_PLACE_TEXT_SIZE]; /* what is being searched or typed */
};

enum intent_kind {
    INTENT_none = 0,
#define INTENT(name) INTENT_##name,
#include "app/screens/intents.def"
#undef INTENT
    INTENT_COUNT
};

/* Pointers are borrowed from the model or the frame's arena. */
struct intent {
    enum intent_kind kind;
    struct screen_place place;
    int64_t number;
    const char *text;
    ds_Event *event;
    ds_VisitDraft *draft;
    struct visit_start start; /* visit_arrive */
};

/* What is typed on PIN pads. It lives in the session, is never written anywhere, and is wiped
 * when its screen is left. */
struct screen_secret {
    char typed[VAULT_PIN_SIZE + 1];
    char fresh[VAULT_PIN_SIZE + 1]; /* the new PIN, typed once */
    char phrase[VAULT_SECRET_SIZE]; /* a passphrase, or a reset code */
    char again[VAULT_SECRET_SIZE];
    bool is_old_right;       /* the PIN in force was typed: a new one may follow */
    bool was_set;            /* the new one is kept */
    const char *problem_key; /* what was wrong with the last try; NULL nothing */
    int64_t wait_until_ms;   /* no try before (monotonic, as ui_now_ms()); 0 at once */
};

/* A collector of this tablet, as the shut screen shows them. */
enum { PERSON_PLACES = 8, PERSON_PLACE_new = -1, PERSON_NAME_SIZE = 64, PERSON_NAME_CHARS = 12 };
struct screen_person {
    int64_t place;
    char name[PERSON_NAME_SIZE]; /* as they chose it, else headquarters' name of them; may be "" */
    uint32_t device_no;          /* 0: joining goes on */
    bool is_here;                /* it is their lock that is shown */
    bool is_damaged;             /* cannot be opened */
    bool is_held, is_wiped;      /* by headquarters */
};

/* How far the shut store is on its way to the first screen. Each stage is shown before it is
 * begun: on a slow tablet with a large store each takes a second or so. */
enum screen_opening {
    SCREEN_OPENING_none,
    SCREEN_OPENING_key,   /* what was typed is tried */
    SCREEN_OPENING_store, /* the key is there: the records are opened */
    SCREEN_OPENING_day,   /* they are open: what came is taken in, and the day is planned */
};

/* How the keeper of the key stands; see core/vault/vault.h. */
struct screen_keys {
    struct vault_state vault;
    bool is_sealed;  /* the store is shut: nothing of it can be read */
    bool is_damaged; /* … and did not open with its key: what is sealed still goes out */
    uint32_t waiting_count, given_count; /* damaged: envelopes on their way, at headquarters */
    bool is_asking;  /* headquarters was asked for its half, or with a reset code */
    bool is_offline; /* … and does not answer */
    struct screen_person people[PERSON_PLACES]; /* of the tablet; the one who is here among them */
    size_t people_count;
    bool is_full; /* nobody more can join this tablet */
    enum screen_opening opening;
    uint64_t case_count; /* in hand, once they are open; 0 none or not known */
    int64_t alarm_at_ms; /* last loud one that was raised while sealed; 0 none */
    bool is_alarm_heard;
};

/* What enter() reads from; borrowed for the call, `policy` and `secret` for the model's life. */
struct screen_source {
    struct store *store;
    const struct policy *policy;
    enum lang lang;
    int64_t now_ms;
    int32_t offset_minutes;
    uint32_t person_no;
    const ds_VisitDraft *draft; /* of the open visit; NULL: none is open */
    const ds_Event *form;       /* the form being filled in; NULL: none */
    const struct screen_settings *settings;
    const struct traffic *traffic;  /* never NULL; sticks and pictures only where they are shown */
    struct widget_signature *ink;   /* of the open visit, while it is being drawn; NULL nowhere */
    struct screen_secret *secret;   /* NULL: nobody types one */
    const struct screen_keys *keys; /* NULL: no vault stands before the store */
    struct map_chart *chart;        /* lives with the program */
    const struct plan_move *move;   /* what the order being tried costs; NULL: none is tried */
};

/* What settings, enrolment and diagnostics show of the session's own state. */
struct screen_settings {
    enum theme_kind theme;
    int32_t text_percent;
    bool is_glove, is_left_hand, is_reduced_motion;
    bool has_pin; /* without one the screen never shuts */
    int32_t lock_after_s;
    enum vault_guard guard;  /* what stands before the data; 0: not known */
    bool is_renewing;        /* a new PIN waits for headquarters */
    const char *tablet_name; /* "": not named; NULL as "" */
    int32_t battery_percent; /* -1: not known */
    bool is_charging;
    const char *shown_name;    /* on the shut screen; "" as headquarters has it; NULL as "" */
    bool has_others;           /* this tablet has other people, too */
    bool is_enrolling;         /* the code was taken, the answer is awaited */
    const char *enrol_problem; /* text key, NULL none */
    const char *version;
    enum { SCREEN_CHECK_none, SCREEN_CHECK_equal, SCREEN_CHECK_differs } check_result;
    int64_t checked_at_ms;
};

#define SCREEN(name, root_icon)                                                   \
    enum err name##_enter(struct arena *task, const struct screen_source *source, \
                          struct screen_place *place, void **model_out) MUST_USE; \
    void name##_frame(struct ui *ui, const struct view *view, void *model,        \
                      struct screen_place *place, struct intent *intent_out);
#include "app/screens/screens.def"
#undef SCREEN

/* enter() and frame() by kind; CHECKs that the kind exists. */
enum err screen_enter(struct arena *task, const struct screen_source *source,
                      struct screen_place *place, void **model_out) MUST_USE;
void screen_frame(struct ui *ui, const struct view *view, void *model, struct screen_place *place,
                  struct intent *intent_out);
/* "today", static; the kind of a name, SCREEN_none when there is none. */
const char *screen_name(enum screen_kind kind);
enum screen_kind screen_from_name(struct str name);
bool screen_is_root(enum screen_kind kind);

/* The PIN pads' memory: the session's, or an empty one in `task`. */
struct screen_secret *screen_secret(struct arena *task, const struct screen_source *source);

/* A place with every byte set. */
struct screen_place screen_place(enum screen_kind kind, uint64_t case_no);
/* Intents made in one line. */
void screen_open(struct intent *intent, enum screen_kind kind, uint64_t case_no);
/* The whole screen of a root, a column, with the bar of roots at the side of a wide screen, else
 * at the bottom unless the keyboard is open; fills `intent` when another root was tapped. */
void screen_root_open(struct ui *ui, const struct view *view, enum screen_kind at,
                      struct intent *intent);
void screen_root_close(struct ui *ui, const struct view *view, enum screen_kind at,
                       struct intent *intent);
/* Whether every root has its place in the bar. */
bool screen_has_all_roots(const struct ui *ui);
/* The bar on top with a back button; fills `intent` with back when it was tapped.
 * True when its action was tapped. `action` may be NULL. */
bool screen_top(struct ui *ui, const struct view *view, const char *title, const char *note,
                const char *action, enum icon action_icon, struct intent *intent);
/* The same for a root: no back button, the state of the traffic at the right. */
void screen_top_root(struct ui *ui, const struct view *view, const char *title, const char *note);
