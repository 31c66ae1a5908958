/* The tags of a road or a place on somebody's map: lines "key=value". */
#include "sync/server/mappack/osm_tags.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { TAGS_MAX = 64 };
    struct arena arena = {0};
    struct osm_tag tags[TAGS_MAX];
    struct osm_rule rule;
    struct str rest = {(const char *)bytes, size};
    struct str line;
    size_t count = 0;
    arena_init(&arena, 0);
    while (count < TAGS_MAX && str_split(&rest, '\n', &line)) {
        struct str key;
        (void)str_split(&line, '=', &key);
        tags[count++] = (struct osm_tag){str_text(&arena, key), str_text(&arena, line)};
    }
    if (osm_tags_rule(tags, count, &rule)) {
        CHECK(rule.class < ROADS_CLASSES);
    }
    (void)osm_tags_passage(tags, count);
    arena_deinit(&arena);
    return 0;
}
