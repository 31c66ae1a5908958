/* app/session/session.h -- the program between its screens and its journeys.
 *
 * A router: intents in, journeys out. It owns the store, the spool and the
 * stack of screens, starts and watches the agent, seals what was recorded and
 * applies what headquarters answered. Everything that a person did is durable
 * before the next frame shows it. Not pure. */
#pragma once

#include "app/screens/screen.h"
#include "core/os/os.h"
#include "sync/spool/spool.h"

struct session;
struct position; /* app/platform/position.h */

struct session_options {
    const char *data_folder;   /* of this tablet; made when missing */
    const char *agent_path;    /* program doorstep-sync; NULL: beside this program */
    bool has_agent;            /* start and watch it */
    const char *camera_folder; /* where the camera program saves; NULL: "<data>/camera" */
    const char *usb_folder;    /* taken for the only stick; NULL: what is plugged in */
    struct position *position; /* the satellite receiver; NULL: there is none. Borrowed */
    const char *map_path;      /* file of doorstep-hq mappack; NULL: "<data>/map.dsmap" */
    const char *version;
    bool has_lang; /* `lang` wins over what the tablet remembers */
    enum lang lang;
    /* Called with each folder in which answers will appear; NULL: they are looked for. */
    enum err (*watch)(void *context, const char *folder);
    void *watch_context;
    const char *enrol_text;    /* enrolment code given at the start; NULL none */
    const struct clock *clock; /* of the window: virtual when headless */
    const struct rng *rng;
    uint32_t stretch_kib; /* of Argon2id, for tests; 0: as the program has it */
    const char *chip;     /* how to reach the TPM: see core/vault/vault.h; NULL: there is none */
};

/* Opens the tablet's folder. The session lives in `program`. ERR_busy: another
 * program has it; otherwise as store_open(). */
enum err session_open(struct arena *program, const struct session_options *options,
                      struct session **session_out) MUST_USE;
/* Stops the agent and closes the store; `*session` becomes NULL. */
void session_close(struct session **session);

/* For struct loop; `context` is the session. */
void session_frame(void *context, struct ui *ui);
struct theme session_theme(void *context, int32_t width_px, int32_t height_px, int32_t ppi);
void session_folder_changed(void *context);
/* Does the next stage of opening when the frame that says so is on the glass. Without it a store
 * that was shut never opens. */
void session_presented(void *context);
int64_t session_deadline_ms(void *context);
/* Set when the program should end: the store cannot be used any more. */
const bool *session_should_stop(const struct session *session);
/* Why, in the person's language; "" when nothing is wrong. */
const char *session_problem(const struct session *session);

/* Folder in which answers appear for the collector who has the tablet. */
const char *session_answer_folder(const struct session *session);
