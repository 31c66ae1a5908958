/* Every page, by its address. */
#include "sync/server/office/page.h"

const struct page_kind page_kinds[] = {
#define PAGE(method, path, name, action) {(method), (path), #name, PERMIT_##action, page_##name},
#include "sync/server/office/endpoints.def"
#undef PAGE
};
const size_t page_kind_count = COUNT(page_kinds);
