#include "core/rules/law_shelf.h"

#include <string.h>

static enum err add_layer(struct law_shelf *shelf, struct str client, size_t at, size_t size)
{
    if (shelf->layer_count == LAW_SHELF_LAYERS) {
        return ERR_too_long;
    }
    struct law_image *layer = &shelf->layers[shelf->layer_count];
    if (client.size == 0 || law_shelf_layer(shelf, client) != NULL ||
        !str_copy(shelf->clients[shelf->layer_count], LAW_CLIENT_SIZE, client) ||
        law_shelf_case(shelf->layer_bytes + at, size, layer) != OK ||
        strcmp(layer->extends, shelf->law.profile) != 0) {
        return ERR_malformed;
    }
    shelf->layer_count++;
    return OK;
}

static enum err open_all(struct law_shelf *shelf, const struct policy *policy)
{
    size_t size = 0;
    shelf->layer_count = 0;
    enum err err = policy_law(policy, shelf->law_bytes, &size);
    if (err == ERR_not_found && policy->layer_text.size > 0) {
        return ERR_malformed; /* layers of nothing */
    }
    TRY(err);
    if (law_image_open(shelf->law_bytes, size, &shelf->law) != OK ||
        shelf->law.extends[0] != '\0') {
        return ERR_malformed;
    }
    struct str rest = policy->layer_text;
    struct str client;
    size_t at = 0;
    while ((err = policy_layer_next(&rest, &client, shelf->layer_bytes + at,
                                    sizeof shelf->layer_bytes - at, &size)) == OK) {
        TRY(add_layer(shelf, client, at, size));
        at += size;
    }
    return err == ERR_not_found ? OK : err;
}

enum err law_shelf_open(struct law_shelf *shelf, struct policy *policy)
{
    policy->law = NULL;
    policy->shelf = NULL;
    TRY(open_all(shelf, policy));
    policy->law = &shelf->law;
    policy->shelf = shelf;
    return OK;
}

const struct law_image *law_shelf_layer(const struct law_shelf *shelf, struct str client)
{
    for (size_t i = 0; i < shelf->layer_count; i++) {
        if (str_is(client, shelf->clients[i])) {
            return &shelf->layers[i];
        }
    }
    return NULL;
}

enum err law_shelf_case(const void *bytes, size_t size, struct law_image *image_out)
{
    struct law_image image;
    TRY(law_image_open(bytes, size, &image));
    if (image.extends[0] == '\0') {
        return ERR_malformed;
    }
    *image_out = image;
    return OK;
}

uint64_t law_shelf_case_hash(const ds_CaseState *state)
{
    return state->law.size == 0 ? 0 : chain_short_hash(state->law.bytes, state->law.size);
}

const struct policy *law_case_policy(struct law_case_policy *own, const struct policy *policy,
                                     const ds_CaseRecord *record, const ds_CaseState *state)
{
    if (policy->law == NULL) {
        return policy; /* nothing that could be tightened */
    }
    const struct law_image *layer =
        policy->shelf == NULL ? NULL : law_shelf_layer(policy->shelf, str_from(record->client));
    struct law_image of_case;
    bool has_case =
        state->law.size > 0 && law_shelf_case(state->law.bytes, state->law.size, &of_case) == OK;
    if (layer == NULL && !has_case) {
        return policy; /* nearly always: nothing is copied */
    }
    size_t count = 0;
    own->links[count++] = *policy->law;
    if (layer != NULL) {
        own->links[count++] = *layer;
    }
    if (has_case) {
        own->links[count++] = of_case;
    }
    for (size_t i = 0; i < count; i++) {
        own->links[i].closer = i + 1 < count ? &own->links[i + 1] : NULL;
    }
    own->policy = *policy;
    own->policy.law = &own->links[0];
    return &own->policy;
}
