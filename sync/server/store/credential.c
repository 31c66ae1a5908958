#include "sync/server/store/credential.h"

#include "core/domain/date.h"

static const char *name_of(struct arena *arena, uint32_t person_no)
{
    return str_format(arena, "credential.person.%u", person_no);
}

enum err credential_read(struct arena *arena, struct hq_store *store, uint32_t person_no,
                         int32_t *until_day_out)
{
    const char *text = NULL;
    *until_day_out = 0;
    TRY(hq_setting(arena, store, name_of(arena, person_no), "", &text));
    return text[0] == '\0' || date_from_text(str_from(text), until_day_out) == OK ? OK
                                                                                  : ERR_corrupt;
}

enum err credential_write(struct arena *arena, struct hq_store *store, uint32_t person_no,
                          int32_t until_day)
{
    char text[DATE_TEXT_SIZE] = "";
    if (until_day != 0) {
        (void)date_to_text(text, until_day);
    }
    TRY(hq_setting_set(store, name_of(arena, person_no), text));
    struct hq_query query = hq_query(store, SQL_HQ_device_holder_changed_of_person);
    hq_bind_i64(&query, "$person_no", person_no);
    return hq_run(&query);
}
