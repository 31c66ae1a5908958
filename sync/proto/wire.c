#include "sync/proto/wire.h"

const char *wire_name(uint32_t wire)
{
    switch (wire) {
    case WIRE_ok:
        return "ok";
#define WIRE(code, name) \
    case (code):         \
        return #name;
#include "sync/proto/wires.def"
#undef WIRE
    default:
        return "unknown";
    }
}

const char *wire_key(uint32_t wire)
{
    switch (wire) {
    case WIRE_ok:
        return "wire.ok";
#define WIRE(code, name) \
    case (code):         \
        return "wire." #name;
#include "sync/proto/wires.def"
#undef WIRE
    default:
        return "wire.unknown";
    }
}

const char *wire_verdict_key(uint32_t verdict)
{
    switch (verdict) {
#define VERDICT(code, name) \
    case (code):            \
        return "verdict." #name;
#include "sync/proto/verdicts.def"
#undef VERDICT
    default:
        return "verdict.unknown";
    }
}

enum err wire_err(enum wire wire)
{
    switch (wire) {
    case WIRE_ok:
        return OK;
    case WIRE_too_long:
        return ERR_too_long;
    case WIRE_truncated:
        return ERR_truncated;
    case WIRE_malformed:
        return ERR_malformed;
    case WIRE_unknown_format:
    case WIRE_unknown_dictionary:
        return ERR_unknown_version;
    case WIRE_unknown_kind:
        return ERR_unknown_kind;
    case WIRE_bad_compression:
    case WIRE_bad_seal:
        return ERR_corrupt;
    case WIRE_bad_signature:
        return ERR_bad_signature;
    case WIRE_bad_link:
        return ERR_bad_link;
    case WIRE_bad_code:
        return ERR_bad_code;
    case WIRE_expired_code:
        return ERR_expired;
    case WIRE_unknown_key:
    case WIRE_wrong_device:
    case WIRE_wrong_request:
        return ERR_conflict;
    case WIRE_unknown_device:
        return ERR_not_enrolled;
    case WIRE_revoked:
    case WIRE_wrong_pin:
    case WIRE_keys_held:
    case WIRE_wrong_reset:
    case WIRE_no_certificate:
    case WIRE_other_certificate:
        return ERR_not_allowed;
    case WIRE_old_words:
    case WIRE_ended_certificate:
        return ERR_expired;
    case WIRE_overloaded:
        return ERR_overloaded;
    case WIRE_hq_failed:
        return ERR_refused;
    }
    return ERR_malformed; /* a code of a newer headquarters */
}
