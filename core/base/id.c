#include "core/base/id.h"

#include "core/base/buf.h"

#include <string.h>

struct id id_random(const struct rng *rng)
{
    struct id id;
    rng_fill(rng, id.bytes, sizeof id.bytes);
    return id;
}

bool id_equal(const struct id *a, const struct id *b)
{
    return id_compare(a, b) == 0;
}

int id_compare(const struct id *a, const struct id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

bool id_is_zero(const struct id *id)
{
    static const struct id zero;
    return id_equal(id, &zero);
}

void id_to_text(char text[ID_TEXT_SIZE], const struct id *id)
{
    buf_to_hex(text, id->bytes, sizeof id->bytes);
}

enum err id_from_text(struct id *id_out, const char *text)
{
    return buf_from_hex(id_out->bytes, sizeof id_out->bytes, text);
}
