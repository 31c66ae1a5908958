#include "sync/server/import/ref_set.h"

#include <string.h>

struct entry {
    uint64_t hash;   /* 0: free */
    struct str text; /* both texts with a NUL between */
    int64_t number;
};

struct ref_set {
    struct arena *arena;
    struct entry *entries;
    size_t capacity; /* a power of two */
    size_t count;
};

/* FNV-1a. The texts come from a client's file, not from an attacker: long
 * probe runs would cost time, never correctness. */
static uint64_t pair_hash(struct str a, struct str b)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < a.size; i++) {
        hash = (hash ^ (uint8_t)a.bytes[i]) * UINT64_C(1099511628211);
    }
    hash = hash * UINT64_C(1099511628211);
    for (size_t i = 0; i < b.size; i++) {
        hash = (hash ^ (uint8_t)b.bytes[i]) * UINT64_C(1099511628211);
    }
    hash ^= hash >> 32;
    return hash != 0 ? hash : 1;
}

static bool entry_is(const struct entry *entry, struct str a, struct str b)
{
    return entry->text.size == a.size + 1 + b.size &&
           memcmp(entry->text.bytes, a.bytes, a.size) == 0 && entry->text.bytes[a.size] == '\0' &&
           memcmp(entry->text.bytes + a.size + 1, b.bytes, b.size) == 0;
}

struct ref_set *ref_set_make(struct arena *arena)
{
    struct ref_set *set = ARENA_NEW(arena, struct ref_set);
    set->arena = arena;
    set->capacity = 1024;
    set->entries = ARENA_ARRAY(arena, set->capacity, struct entry);
    return set;
}

static struct entry *entry_find(const struct ref_set *set, struct str a, struct str b)
{
    uint64_t hash = pair_hash(a, b);
    for (size_t at = (size_t)hash & (set->capacity - 1); set->entries[at].hash != 0;
         at = (at + 1) & (set->capacity - 1)) {
        if (set->entries[at].hash == hash && entry_is(&set->entries[at], a, b)) {
            return &set->entries[at];
        }
    }
    return NULL;
}

bool ref_set_find(const struct ref_set *set, struct str a, struct str b, int64_t *number_out)
{
    const struct entry *entry = entry_find(set, a, b);
    if (entry != NULL) {
        *number_out = entry->number;
    }
    return entry != NULL;
}

void ref_set_put(struct ref_set *set, struct str a, struct str b, int64_t number)
{
    struct entry *entry = entry_find(set, a, b);
    if (entry != NULL) {
        entry->number = number;
    } else {
        ref_set_add(set, a, b, number);
    }
}

static void entry_put(struct ref_set *set, struct entry entry)
{
    size_t at = (size_t)entry.hash & (set->capacity - 1);
    while (set->entries[at].hash != 0) {
        at = (at + 1) & (set->capacity - 1);
    }
    set->entries[at] = entry;
}

void ref_set_add(struct ref_set *set, struct str a, struct str b, int64_t number)
{
    if (set->count * 2 >= set->capacity) {
        struct entry *old = set->entries;
        size_t old_capacity = set->capacity;
        set->capacity *= 4;
        set->entries = ARENA_ARRAY(set->arena, set->capacity, struct entry);
        for (size_t i = 0; i < old_capacity; i++) {
            if (old[i].hash != 0) {
                entry_put(set, old[i]);
            }
        }
    }
    char *text = arena_alloc(set->arena, a.size + b.size + 1);
    memcpy(text, a.bytes, a.size);
    memcpy(text + a.size + 1, b.bytes, b.size);
    entry_put(set, (struct entry){.hash = pair_hash(a, b),
                                  .text = {text, a.size + b.size + 1},
                                  .number = number});
    set->count++;
}
