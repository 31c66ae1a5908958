/* sync/proto/layout.h -- names inside the spool folder: all that the app and the
 * agent agree on beside the envelopes themselves. Pure.
 *
 *   out/<class>-<seq, 20 digits>-<16 hex digits>.env   sealed by the app, removed by the app
 *   in/<same stem>.ans                                 answer, written whole by the agent
 *   agent.conf     written by the app: url, hq, pin, photos
 *   agent.status   written by the agent: see sync/client/status.h
 *   agent.wake     made by the app: try now; removed by the agent
 *   agent.lock     held by the running agent
 *   ca.pem         put there by who set the tablet up, when a private authority signs
 *                  headquarters' TLS certificate
 *
 * A tablet that several collectors use has a spool for each of them: that of the first in the
 * tablet's folder, those of the others in people/<n>/ below it, n from 1 to LAYOUT_PLACES - 1.
 *
 * Envelopes go in the order of layout_compare(): class (keys after alarms), then seq. A name
 * without a class was given by an older program and counts as text. Every file appears whole
 * (written beside, renamed), so either program may be killed at any point. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAYOUT_PEOPLE "people"
#define LAYOUT_SPOOL "spool"
#define LAYOUT_OUT "out"
#define LAYOUT_IN "in"
#define LAYOUT_ENVELOPE ".env"
#define LAYOUT_ANSWER ".ans"
#define LAYOUT_CONF "agent.conf"
#define LAYOUT_CA "ca.pem"
#define LAYOUT_CERTIFICATE "client.pem"
#define LAYOUT_CERTIFICATE_KEY "client.key"
#define LAYOUT_STATUS "agent.status"
#define LAYOUT_WAKE "agent.wake"
#define LAYOUT_LOCK "agent.lock"
/* Appended to the URL of agent.conf. */
#define LAYOUT_ENDPOINT "/v1/envelope"

/* What goes first. The digit in the name. */
enum layout_class {
    LAYOUT_CLASS_alarm = 0,
    LAYOUT_CLASS_join = 1,  /* enrolment, introduction */
    LAYOUT_CLASS_text = 2,  /* batches and tickets */
    LAYOUT_CLASS_photo = 3, /* chunks of attachments */
    LAYOUT_CLASS_keys = 4,  /* of the keeper of the key: behind alarms, before all else */
    LAYOUT_CLASS_COUNT
};

enum {
    LAYOUT_PLACES = 8,
    LAYOUT_SEQ_DIGITS = 20,
    LAYOUT_TAG_DIGITS = 16,
    LAYOUT_STEM_SIZE = 2 + LAYOUT_SEQ_DIGITS + 1 + LAYOUT_TAG_DIGITS + 1, /* with the NUL */
};

struct layout_name {
    enum layout_class class_;
    uint64_t seq; /* of the first fact; 0 in an enrolment; number of a chunk */
    uint64_t tag; /* random */
};

/* Writes the stem of a name: without ending. */
void layout_stem(char stem[LAYOUT_STEM_SIZE], const struct layout_name *name);
/* Reads a name that ends with `ending`, LAYOUT_ENVELOPE or LAYOUT_ANSWER, with or without
 * a class. False when it is no such name. */
bool layout_read(const char *text, const char *ending, struct layout_name *name_out);
/* Below, equal or above zero: which goes first. Equal only for equal names. */
int layout_compare(const struct layout_name *a, const struct layout_name *b);
/* How urgent a class is: the lower, the sooner it goes. */
int layout_rank(enum layout_class class_);
/* The bytes of agent.conf that the app writes: see layout_photos_name(). */
enum layout_photos {
    LAYOUT_PHOTOS_wifi,   /* photos only where bytes cost nothing: the default */
    LAYOUT_PHOTOS_always, /* the collector or the supervisor asked for them */
    LAYOUT_PHOTOS_off,
    LAYOUT_PHOTOS_COUNT
};
/* "wifi", "always", "off"; static. */
const char *layout_photos_name(enum layout_photos photos);
