/* core/rules/law_shelf.h -- the images of a policy: of everybody, of clients, of one case. Pure.
 *
 * A policy text carries the image of the profile and, for clients who ask for more, layers that
 * tighten it (law_image.h); headquarters may tighten once more for a single case
 * (CaseState.law). A case is judged by all of them that are its own, linked. */
#pragma once

#include "core/event/event.h"
#include "core/rules/policy.h"

enum {
    LAW_SHELF_LAYERS = 32,            /* clients with rules of their own in one policy */
    LAW_SHELF_LAYER_SIZE = 24 * 1024, /* their layers together */
    LAW_CLIENT_SIZE = sizeof((ds_CaseRecord){0}.client),
};

struct law_shelf {
    struct law_image law;
    size_t layer_count;
    struct law_image layers[LAW_SHELF_LAYERS];
    char clients[LAW_SHELF_LAYERS][LAW_CLIENT_SIZE];
    uint8_t law_bytes[LAW_IMAGE_SIZE_MAX];
    uint8_t layer_bytes[LAW_SHELF_LAYER_SIZE];
};

/* Opens what the text of `policy` carries, while the text is there, and lets the policy judge by
 * it: `law` and `shelf` point into *shelf, which stays as long as the policy. ERR_not_found: no
 * image; ERR_malformed: the image or a layer cannot be opened, a layer does not extend the image,
 * or a client has two; ERR_too_long: more than fit. The policy has no image then. */
enum err law_shelf_open(struct law_shelf *shelf, struct policy *policy) MUST_USE;
/* The layer of a client; NULL: none. */
const struct law_image *law_shelf_layer(const struct law_shelf *shelf, struct str client);

/* The layer of one case; bytes as of CaseState.law. ERR_malformed: whole by itself; otherwise as
 * law_image_open(). */
enum err law_shelf_case(const void *bytes, size_t size, struct law_image *image_out) MUST_USE;
/* The hash by which a visit names it; 0: none. */
uint64_t law_shelf_case_hash(const ds_CaseState *state);

/* A policy as it is for one case: its image linked with the layers of client and case. Points
 * into itself: not to be copied. Texts of sources live as long as the policy and `state`. */
struct law_case_policy {
    struct policy policy;
    struct law_image links[LAW_LINKS_MAX];
};
/* A layer of the case that cannot be opened is passed over: who takes a case in looks first. */
const struct policy *law_case_policy(struct law_case_policy *own, const struct policy *policy,
                                     const ds_CaseRecord *record, const ds_CaseState *state);
