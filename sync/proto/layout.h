/* sync/proto/layout.h -- names inside the spool folder: all that the app and the
 * agent agree on beside the envelopes themselves.
 *
 *   out/<first_seq, 20 digits>-<16 hex digits>.env   sealed by the app, removed by the app
 *   in/<same stem>.ans                               answer, written whole by the agent
 *   agent.conf                                       written by the app: url, hq
 *   agent.status                                     written by the agent: see sync/client/status.h
 *   agent.wake                                       made by the app: try now; removed by the agent
 *   agent.lock                                       held by the running agent
 *
 * Envelopes go in the order of their names. Every file appears whole (written
 * beside, renamed), so either program may be killed at any point. */
#pragma once

#define LAYOUT_SPOOL "spool"
#define LAYOUT_OUT "out"
#define LAYOUT_IN "in"
#define LAYOUT_ENVELOPE ".env"
#define LAYOUT_ANSWER ".ans"
#define LAYOUT_CONF "agent.conf"
#define LAYOUT_STATUS "agent.status"
#define LAYOUT_WAKE "agent.wake"
#define LAYOUT_LOCK "agent.lock"
/* Appended to the URL of agent.conf. */
#define LAYOUT_ENDPOINT "/v1/envelope"

enum { LAYOUT_SEQ_DIGITS = 20, LAYOUT_STEM_SIZE = 20 + 1 + 16 + 1 };
