/* sync/proto/wire.h -- words shared by everything that reads the wire. Pure.
 *
 * Bytes from outside are refused with a value of `enum wire`, never with an
 * abort and never half taken. */
#pragma once

#include "core/base/err.h"

#include <stdbool.h>

enum wire {
    WIRE_ok = 0,
#define WIRE(code, name) WIRE_##name = (code),
#include "sync/proto/wires.def"
#undef WIRE
};

enum verdict_code {
    VERDICT_none = 0,
#define VERDICT(code, name) VERDICT_##name = (code),
#include "sync/proto/verdicts.def"
#undef VERDICT
};

/* Borrowed bytes. */
struct wire_bytes {
    const uint8_t *bytes;
    size_t size;
};

/* "ok", the name as in wires.def, or "unknown"; static. Any number is safe. */
const char *wire_name(uint32_t wire);
/* Text key "wire.<name>", static. */
const char *wire_key(uint32_t wire);
/* Text key "verdict.<name>", static; "verdict.unknown" for a newer one. */
const char *wire_verdict_key(uint32_t verdict);
/* The nearest operation error, for journals and quarantine. */
enum err wire_err(enum wire wire);

/* Returns from the calling function when `call` refuses. */
#define TRY_WIRE(call)                \
    do {                              \
        enum wire try_wire_ = (call); \
        if (try_wire_ != WIRE_ok) {   \
            return try_wire_;         \
        }                             \
    } while (0)
