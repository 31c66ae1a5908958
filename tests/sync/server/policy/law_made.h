/* The built-in packs as images, made once a program from this system's tzdata. */
#pragma once

#include "sync/server/policy/law_build.h"
#include "sync/server/policy/law_built_in.h"
#include "sync/server/policy/law_case.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

static inline struct str made_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s does not open", path);
    }
    char *bytes = arena_alloc(arena, 256 * 1024);
    size_t size = fread(bytes, 1, 256 * 1024, file);
    fclose(file);
    return (struct str){bytes, size};
}

static inline enum err made_zone(void *given, struct arena *arena, const char *zone,
                                 struct str *bytes_out)
{
    (void)given;
    *bytes_out = made_file(arena, str_format(arena, "/usr/share/zoneinfo/%s", zone));
    return OK;
}

static inline enum err made_layer(void *given, struct arena *arena, const char *id,
                                  struct str *text_out, const char **file_out)
{
    (void)given;
    (void)arena;
    return law_built_in(id, text_out, file_out);
}

/* A text in place of one layer. */
struct made_text {
    const char *id, *text, *file;
};

static inline enum err made_layer_over(void *given, struct arena *arena, const char *id,
                                       struct str *text_out, const char **file_out)
{
    const struct made_text *made = given;
    if (strcmp(made->id, id) != 0) {
        return made_layer(NULL, arena, id, text_out, file_out);
    }
    *text_out = str_from(made->text);
    *file_out = made->file;
    return OK;
}

static inline void made_key(struct chain_public_key *public_out,
                            struct chain_secret_key *secret_out)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 7);
    chain_keypair(&rng, public_out, secret_out);
}

static inline struct str made_image(struct arena *arena, const char *profile,
                                    struct law_image *image_out)
{
    struct law_fault fault;
    struct law_pack *pack;
    struct chain_public_key public;
    struct chain_secret_key secret;
    struct str bytes = STR("");
    made_key(&public, &secret);
    if (law_pack_read(arena, made_layer, NULL, profile, &pack, &fault) != OK ||
        law_build(arena, pack, made_zone, NULL, "test", &secret, &bytes, &fault) != OK) {
        fail_msg("%s, line %zu: %s %s (%s)", fault.file, fault.line, fault.key, fault.name,
                 fault.expected);
    }
    EXPECT_OK(law_image_open(bytes.bytes, bytes.size, image_out));
    return bytes;
}
