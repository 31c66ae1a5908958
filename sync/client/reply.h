/* sync/client/reply.h -- what came back for an envelope, seen from outside: the first byte
 * tells, the agent can read no further. Pure. */
#pragma once

#include "sync/client/transport.h"
#include "sync/proto/wire.h"

/* A sealed answer of headquarters. */
bool reply_is_answer(const struct transport_response *response);
/* A refusal, with its code of wires.def. */
bool reply_is_refusal(const struct transport_response *response, uint32_t *code_out);
/* True for a refusal that the app has to know of; the others pass by themselves. */
bool reply_is_final(uint32_t code);
/* Why there is nothing for the app. */
enum err reply_err(const struct transport_response *response);
