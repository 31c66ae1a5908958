/* What a browser sends to the office: a form, or a line of cookies. The first byte says which. */
#include "sync/server/office/form.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct form form;
    if (size == 0) {
        return 0;
    }
    arena_init(&arena, 0);
    struct str text = {(const char *)bytes + 1, size - 1};
    if (bytes[0] % 2 == 1) {
        struct str cookie = form_cookie(text, "doorstep");
        CHECK(cookie.size <= text.size);
    } else if (form_read(&arena, text, &form) == OK) {
        CHECK(form.count <= FORM_FIELDS_MAX);
        for (size_t i = 0; i < form.count; i++) {
            CHECK(str_is_utf8(str_from(form.fields[i].value)));
            CHECK(form_value(&form, form.fields[i].name) == form.fields[i].value);
        }
    }
    arena_deinit(&arena);
    return 0;
}
