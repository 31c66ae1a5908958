/* core/rules/policy_law.c -- the images that a policy text carries, as bytes. */
#include "core/rules/policy.h"

#include <sodium.h>

static bool from_base64(struct str text, uint8_t *bytes, size_t capacity, size_t *size_out)
{
    return sodium_base642bin(bytes, capacity, text.bytes, text.size, NULL, size_out, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0;
}

enum err policy_law(const struct policy *policy, uint8_t bytes[LAW_IMAGE_SIZE_MAX],
                    size_t *size_out)
{
    if (policy->law_text.size == 0) {
        return ERR_not_found;
    }
    return from_base64(policy->law_text, bytes, LAW_IMAGE_SIZE_MAX, size_out) ? OK : ERR_malformed;
}

enum err policy_layer_next(struct str *rest, struct str *client_out, uint8_t *bytes,
                           size_t capacity, size_t *size_out)
{
    struct str line;
    while (str_split(rest, '\n', &line)) {
        struct str value = STR("");
        struct str name;
        if (!str_split(&line, '#', &value) || !str_split(&value, '=', &name) ||
            !str_is(str_trim(name), "law_client")) {
            continue;
        }
        value = str_trim(value);
        struct str image;
        if (!str_split(&value, ' ', &image) || !from_base64(image, bytes, capacity, size_out)) {
            return ERR_malformed;
        }
        *client_out = str_trim(value);
        return OK;
    }
    return ERR_not_found;
}
