/* app/session/session_private.h -- the parts of a session, for its own files. */
#pragma once

#include "app/map/map_chart.h"
#include "app/session/session.h"
#include "app/ui/widgets.h"
#include "core/os/os_map.h"
#include "core/store/store_rescue.h"
#include "core/vault/roster.h"
#include "sync/spool/keyhole.h"

enum {
    SESSION_STACK_MAX = 12,
    SESSION_REVEAL_MS = 15000,
    SESSION_LOCK_AFTER_S = 5 * 60,
    SESSION_NOBODY = -2,
    SESSION_SLEPT_MS = 30 * 1000, /* between two looks at the clock: the tablet slept */
    SESSION_OFFSET_MINUTES = 480, /* of names of files, and where no policy names a zone */
};

/* How names of files begin that hold what could not be read. */
#define SESSION_ASIDE "doorstep-quarantine-"
/* Key of the draft of the form that is being filled in. */
#define SESSION_FORM_KEY "form"

/* How a place looked: how far it was scrolled, and which field waited for typing. Plain bytes,
 * every one set. */
enum { SESSION_KEY_SIZE = 48, SESSION_SCROLLS_MAX = 3 };
struct session_seen {
    struct {
        char key[SESSION_KEY_SIZE];
        int32_t offset_px;
    } scrolls[SESSION_SCROLLS_MAX];
    char focus[SESSION_KEY_SIZE];
};

/* A collector of this tablet: see core/vault/roster.h. */
struct session_holder {
    const char *folder;  /* NULL: nobody has this place */
    struct vault *vault; /* NULL: it could not be opened */
    struct keyhole keyhole;
    int64_t next_ask_at_ms; /* monotonic: while another has the tablet */
    bool is_vacant;         /* a folder that nobody has joined in */
    bool has_left;          /* who had it left, and headquarters has not heard so yet */
};

struct session_agent {
    bool is_wanted;
    const char *path;
    int32_t pid;                             /* 0: not running */
    int64_t started_at_ms, next_start_at_ms; /* monotonic */
    int64_t back_off_ms;
};

struct session {
    struct arena *program;
    struct arena task;   /* of the open screen's model */
    struct arena work;   /* of journeys and the spool */
    struct arena opened; /* of what lives as long as the store is open */
    struct session_options options;
    struct os_lock folder_lock; /* one program at a time, before the store says so */
    struct roster roster;
    struct session_holder holders[ROSTER_PLACES]; /* by place */
    uint32_t place;                               /* of who has the tablet, or had it last */
    struct vault *vault;                          /* of that place … */
    struct keyhole *keyhole;
    const char *data_folder;
    int64_t next_place;        /* who takes the tablet before the next frame; SESSION_NOBODY */
    bool must_leave;           /* who has it leaves it before the next frame */
    int64_t next_people_at_ms; /* monotonic: next look after the others' keys */
    struct screen_keys keys;
    int64_t next_ask_at_ms; /* monotonic: headquarters is asked for orders */
    struct store *store;    /* NULL: shut, and only the lock is shown */
    struct journey journey;
    struct spool spool;
    const struct clock *clock;
    const char *version;
    const char *camera_folder;  /* into which the camera program saves, whoever took the picture */
    const char *picture_folder; /* of this collector's pictures; the same while there is but one */
    const char *usb_folder;     /* NULL: what is plugged in */
    bool should_stop;
    const char *problem;

    enum lang lang;
    struct screen_settings settings;
    const char *person_name;
    char tablet_name[SCREEN_TABLET_NAME_CHARS * 4 + 1];
    char shown_name[PERSON_NAME_CHARS * 4 + 1];

    struct screen_place stack[SESSION_STACK_MAX];
    size_t stack_count;
    struct screen_place saved[SESSION_STACK_MAX]; /* as last written */
    size_t saved_count;
    struct session_seen seen[SESSION_STACK_MAX], saved_seen[SESSION_STACK_MAX];
    int64_t seen_at_ms;    /* monotonic: when `seen` changed last */
    uint32_t place_serial; /* another place came to the top */
    uint32_t frame_serial; /* … as it was when the last frame was built */
    bool must_show_seen;   /* the top was there before: as it looked */
    bool must_show_top;    /* it was not: from its beginning */
    void *model;
    uint32_t shown;         /* enum screen_kind of the model */
    bool must_enter;        /* the open screen must be read again */
    bool must_apply;        /* answers may have come */
    bool must_seal;         /* facts could not be sealed: again soon */
    bool must_tell_rescue;  /* what became of a damaged store was not read yet */
    bool must_reopen;       /* damage was met: the store is opened anew … */
    int64_t reopened_at_ms; /* … as it was then (monotonic); 0 never */
    bool wants_ticket;
    bool is_calling; /* the agent was asked to carry and nothing came back yet */

    bool is_locked;
    struct screen_place lock_place; /* what is shown then; the stack stays as it is */
    struct screen_secret secret;
    char tried[VAULT_SECRET_SIZE]; /* what was typed, until it is tried */
    bool is_opening_drawn;         /* the stage of opening stands in the frame that is shown */
    int64_t touched_at_ms, looked_at_ms; /* monotonic: last touch, last look at the clock */

    bool has_draft;
    ds_VisitDraft draft;
    int64_t next_overdue_at_ms;   /* monotonic: no try to raise its alarm before, after a failure */
    int64_t ask_again_at_ms;      /* monotonic: "is all well?" was put off until then */
    struct widget_signature *ink; /* of the open visit, being drawn; lives with the program */
    bool has_form;
    ds_Event form;

    int32_t planned_day; /* for which the plan was looked after, with so many cases */
    uint64_t planned_case_count;
    int64_t replanned_at_ms; /* monotonic: the plan was last made anew without being asked */
    bool must_replan;        /* something happened that may change it */
    struct plan_move move;   /* of the order being tried on the screen */
    struct map_chart *chart; /* lives with the program */
    struct os_map map_file;

    struct traffic traffic;
    char carried_name[256], carried_why[48]; /* texts of traffic.carried */
    struct view_sync sync;
    uint64_t unread_count;
    uint64_t revealed_case_no;
    uint32_t revealed_detail, revealed_index;
    int64_t revealed_until_ms;

    /* What was refused last, and how to try it again with a reason. */
    bool has_refusal;
    bool can_override;
    struct capture refusal;
    struct intent refused;
    ds_Event refused_event;

    /* An accepted tap that could not be kept: said until it is acknowledged. */
    const char *trouble_key, *trouble_do_key; /* NULL none */
    enum icon trouble_icon;

    struct widget_toast toast;
    bool has_toast; /* to be shown at the next frame */
    char toast_key[48];
    int64_t toast_count;

    struct session_agent agent;
    int64_t next_sync_at_ms;  /* monotonic: next time to ask for news */
    int64_t next_check_at_ms; /* monotonic: next look at the agent and the day */
};

/* ---- session.c ---- */
/* Puts the store right after an error, so far as that can be done: for what nobody asked
 * for, and is tried again. The worst of them end the program. */
void session_mend(struct session *session, enum err err);
/* The same, and says it for a few seconds: something that was asked for was not done. */
void session_say_error(struct session *session, enum err err);
/* The same for an accepted tap that was not kept: said until it is acknowledged. */
void session_fail(struct session *session, enum err err);
/* Reads person, policy, numbers of the traffic again. */
void session_refresh(struct session *session);
int64_t session_now_ms(struct session *session); /* journey_now_ms() */
int64_t session_monotonic_ms(const struct session *session);
/* Says something for a few seconds; `count` fills {n}. */
void session_say(struct session *session, const char *key, int64_t count);
/* Says, until it is acknowledged, that something was not kept or does not count yet, and
 * what to do. Keys of static texts. */
void session_trouble(struct session *session, enum icon icon, const char *key, const char *do_key);
/* Facts were recorded: seal them and ask the agent to carry. */
void session_seal(struct session *session);
/* Answers of headquarters were applied, however they came. */
void session_applied(struct session *session, const struct spool_applied *applied);

/* What happens without a touch, while the store is open. Every frame. */
void session_tick(struct session *session);

/* ---- session_day.c ---- */
/* Opens the day when a new one has begun. */
void session_day(struct session *session);

/* Gives the plan new times when it no longer tells what will be; another order only where a stop
 * would miss its time or the collector is elsewhere, and that is said. */
void session_replan(struct session *session);
/* Makes it anew because the person asked for something that changes it. */
void session_plan_again(struct session *session);

/* ---- session_map.c ---- */
/* `path` of the map file; there may be none. One that is damaged is said and not used. */
void session_map_open(struct session *session, const char *path);
void session_map_close(struct session *session);
/* Travel times for the journeys, by how the collector moves; after journey_init(). */
void session_map_travel(struct session *session);

/* ---- session_settings.c ---- */
/* Something was kept, or not and that is said; the screen is read again. */
void session_keep(struct session *session, enum err err);

/* ---- session_open.c ---- */
/* Policy, person and numbers as the store has them now. */
enum err session_person(struct session *session) MUST_USE;
/* With the key of the vault, which is open. As store_open(). */
enum err session_store_open(struct session *session) MUST_USE;
/* Whether that is how a damaged file, or one of another key, answers. The tablet stays shut then,
 * and says so: nothing of the file is shown, and envelopes that are sealed still go out. */
bool session_store_is_damaged(struct session *session, enum err err);
/* Nothing of what was read stays in memory that can be found by name. */
void session_store_close(struct session *session);

/* As a session begins that has read nothing yet. */
void session_defaults(struct session *session);

/* ---- session_people.c: the people of this tablet ---- */
/* Opens the vaults of all of them; the one who had the tablet last has it. */
enum err session_people_open(struct session *session) MUST_USE;
void session_people_close(struct session *session);
/* Orders of headquarters to those who have not got the tablet now. Every frame. */
void session_people_tick(struct session *session);
/* Them, as the shut screen shows them. */
void session_people_show(struct session *session);
/* Whether somebody has the place, or is joining there. */
bool session_place_has(const struct session *session, uint32_t place);
/* Opens, or makes, the vault of a place. */
enum err session_place_open(struct session *session, uint32_t place) MUST_USE;
/* Removes a place for good, all of it sent; the first one is the tablet's own, and is made anew. */
enum err session_place_empty(struct session *session, uint32_t place) MUST_USE;
/* This place has the tablet. */
void session_place_set(struct session *session, uint32_t place);
/* Who had the tablet last, else the first who is there and can be opened. */
uint32_t session_place_choose(const struct session *session);

/* ---- session_turn.c ---- */
/* Somebody else takes the tablet, or leaves it, when that was asked for. Before each frame, while
 * nothing of the one before is borrowed. */
void session_turn(struct session *session);

/* ---- session_pictures.c ---- */
/* What the camera program saved while this collector has the tablet is theirs: it goes where nobody
 * else of the tablet sees it. */
void session_pictures_take(struct session *session);

/* ---- session_open.c ---- */
/* Opens what this place holds, or shows its lock. As session_open(). */
enum err session_place_begin(struct session *session) MUST_USE;

/* ---- session_sealed.c: while the store is shut ---- */
enum err session_sealed_begin(struct session *session) MUST_USE;
/* A frame of the lock screen alone. */
void session_sealed_frame(struct session *session, struct ui *ui);
int64_t session_sealed_deadline_ms(const struct session *session);
/* The lock is on the screen, and nothing that was typed. */
void session_shut_screen(struct session *session);
/* Shuts the store, or ends its opening, and wipes its key. With `keeps_half` the PIN opens again
 * without network. */
void session_seal_away(struct session *session, bool keeps_half);
/* Help that was called for while it was shut becomes facts, with the times of then. */
void session_sealed_alarms(struct session *session);

/* ---- session_unlock.c: opening, a stage at a time; see session_presented() ---- */
/* A PIN or passphrase was typed, for a shut screen or a shut store. */
void session_try(struct session *session, const char *secret);
/* The vault is open: so is the store soon, unless it is damaged and that is shown. */
void session_unseal(struct session *session);
bool session_is_opening(const struct session *session);
/* Nothing is being opened any more, and what was typed is wiped. */
void session_opening_end(struct session *session);

/* ---- session_key.c: the key between the vault and headquarters ---- */
/* Tries a PIN or passphrase; what is to be said of it is in session->secret. True: it is right. */
bool session_key_try(struct session *session, const char *secret);
/* Asks for orders and says what is new; with what was typed, or a reset code (NULL none), for what
 * opens the store. */
void session_key_ask(struct session *session, bool has_proof, const char *reset_code);
/* Headquarters' answers about the key, orders, the lease; asks when there is something to say.
 * Every frame; the store may be shut afterwards. */
void session_key_tick(struct session *session);
/* What the vault must know while it is shut, from the store. */
void session_key_owner(struct session *session);

/* ---- session_frame.c ---- */
/* The dialog of session_trouble(). */
void session_trouble_frame(struct session *session, struct ui *ui, const struct view *view);

/* ---- session_rescue.c ---- */
/* After store_open() gave `err`: a damaged store is put together anew and opened. What
 * store_open() would give; `err` again where nothing can be saved. */
enum err session_rescue(struct session *session, const struct store_options *options,
                        enum err err) MUST_USE;
/* Damage was met at work: the store is opened anew with the next frame. False when that was done
 * just now and did not help. */
bool session_rescue_begin(struct session *session);
void session_rescue_turn(struct session *session);
/* Says it to headquarters, once, and notes whether the collector has still to read of it. */
void session_rescue_tell(struct session *session);
/* On top of the stack, until it was read. */
void session_rescue_show(struct session *session);

/* ---- session_lock.c ---- */
/* Whether there is a PIN; shuts the screen when there is. */
enum err session_lock_load(struct session *session) MUST_USE;
/* Shuts the screen when it was untouched for too long or the tablet slept. */
void session_lock_tick(struct session *session, struct ui *ui);
/* The place on the screen: the lock's while it is shut, else the top of the stack. */
struct screen_place *session_shown(struct session *session);
/* Whether an intent may come from the shut screen. */
bool session_lock_takes(enum intent_kind kind);
/* Forgets what was typed on PIN pads; a wait goes on. */
void session_secret_wipe(struct session *session);

/* ---- session_stack.c ---- */
struct screen_place *session_top(struct session *session);
void session_push(struct session *session, const struct screen_place *place);
void session_pop(struct session *session);
void session_root(struct session *session, const struct screen_place *place);
/* Keeps the stack for after a kill, when it has changed; what only scrolled, after a rest. */
void session_stack_save(struct session *session, struct ui *ui);
void session_stack_load(struct session *session);

/* ---- session_seen.c ---- */
/* Before a frame: notes how the place on top looked in the last one. */
void session_seen_note(struct session *session, struct ui *ui);
/* After the screen was read: as it looked when it was left, or from its beginning. */
void session_seen_show(struct session *session, struct ui *ui);

/* ---- session_agent.c ---- */
/* Starts the agent when it is wanted and due; notices when it has ended. */
void session_agent_tick(struct session *session);
void session_agent_stop(struct session *session);

/* ---- session_traffic.c ---- */
/* Gathers session->traffic anew, but for sticks and pictures; gives the failures in a
 * row of the agent. */
int64_t session_traffic(struct session *session);
/* Sticks and pictures for the open screen, into the task arena. */
void session_traffic_look(struct session *session);
/* Whether that screen shows them. */
bool session_traffic_looks(uint32_t screen);

/* ---- intents: session_intent.c, files: session_carry.c ---- */
void session_act(struct session *session, const struct intent *intent);
/* True when it was recorded; else the refusal is shown, which `can_override` may be
 * passed with a reason. */
bool session_recorded(struct session *session, enum err err, const struct capture *capture,
                      const struct intent *intent, bool can_override);
/* Keeps something half-typed or the screens, with the reserve when the disk is full. */
enum err session_draft_put(struct session *session, const struct store_draft *draft) MUST_USE;
/* The form on top was saved or given up. */
void session_form_forget(struct session *session);
#define INTENT(name) void intent_##name(struct session *session, const struct intent *intent);
#include "app/screens/intents.def"
#undef INTENT
