/* sync/client/conf.h -- what the app tells the agent: agent.conf of the spool folder,
 * lines "key=value", unknown keys passed over:
 *
 *   url     of headquarters, without LAYOUT_ENDPOINT
 *   pin     see struct transport_trust
 *   pin_next  the same
 *   photos  wifi (as without the line), always, off: see layout.h
 *
 * and beside it, when they are there: ca.pem; client.pem and client.key, the certificate and key
 * that the tablet shows to a headquarters that demands one. */
#pragma once

#include "core/base/str.h"
#include "sync/client/transport.h"
#include "sync/proto/layout.h"

struct conf {
    const char *url; /* to post to; NULL: the tablet has no headquarters yet */
    struct transport_trust trust;
    enum layout_photos photos;
    /* client.pem is there, but client.key is not, or others than this program's user can read it:
     * nothing is to be posted. */
    bool is_certificate_unusable;
};

/* Lives in `arena`. Without a file all is empty. ERR_io, ERR_too_long, ERR_malformed (the pin). */
enum err conf_read(struct arena *arena, const char *spool, struct conf *conf_out) MUST_USE;
/* "<url>/v1/envelope" in `arena`. */
const char *conf_endpoint(struct arena *arena, struct str url);
