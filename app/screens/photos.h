/* app/screens/photos.h -- photos and other evidence: what they show, and how far they
 * have come. A fact says that there is one; its bytes follow by themselves. */
#pragma once

#include "app/screens/parts.h"

enum { PHOTOS_COUNT_MAX = 500 };

/* How far the bytes are. Text keys are "photo_state.<name>". */
enum photos_state {
    PHOTOS_STATE_waiting, /* on the tablet; headquarters has not asked for them yet */
    PHOTOS_STATE_sending, /* headquarters asked: parts are on their way */
    PHOTOS_STATE_held,    /* whole at headquarters, by its signature */
    PHOTOS_STATE_safe,    /* … and in a verified backup there */
    PHOTOS_STATE_gone,    /* the tablet's file was damaged before they were sent */
};

struct photos_item {
    uint64_t seq; /* of the fact */
    uint64_t case_no;
    int64_t at_ms;
    uint32_t evidence, media; /* evidence_kinds.def, media_types.def */
    uint64_t size;
    uint32_t part_count, sent_count; /* of 32 KiB; sent_count: headquarters has them */
    enum photos_state state;
    const char *debtor_name; /* "" when the case is not here */
};

struct photos_model {
    struct photos_item *items; /* newest first */
    size_t count;
    size_t all_count;  /* with those beyond `count_max` */
    size_t open_count; /* of the whole tablet, not whole at headquarters */
};

/* The newest photos; `visit_seq` 0: of all visits. */
enum err photos_read(struct arena *task, struct store *store, uint64_t visit_seq, size_t count_max,
                     struct photos_model *model_out) MUST_USE;
/* The one of that hash, if the tablet knows it. */
enum err photos_find(struct arena *task, struct store *store, const struct chain_hash *hash,
                     struct photos_model *model_out) MUST_USE;
/* What a fact says of a photo and how far it is, as lines of a card; `item` may be NULL. */
void photos_facts(struct ui *ui, const struct view *view, const ds_EvidenceAttached *evidence,
                  const struct photos_item *item);
/* One line with its progress; opens the record when it is tapped. */
void photos_row(struct ui *ui, const struct view *view, const struct photos_item *item,
                struct intent *intent_out);
