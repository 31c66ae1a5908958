/* tests/bench/hq/documents.h -- the facts that were sent, as a web developer would store them. */
#pragma once

#include "tests/bench/hq/collector.h"

#include <stdio.h>

/* One fact as a JSON object, with the names that a web developer would give. */
void documents_put(FILE *file, const struct collector *tablet, uint64_t seq, const ds_Event *event);

/* FOLDER/bulk.jsonl: bodies of `batch` facts for _bulk_docs. The tablets go on from there. */
void documents_write(struct collector *tablets, size_t tablet_count, size_t batch,
                     const char *folder);
