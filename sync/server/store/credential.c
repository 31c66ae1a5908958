#include "sync/server/store/credential.h"

#include "core/domain/date.h"

#include <inttypes.h>

static const char *name_of(struct arena *arena, uint32_t person_no)
{
    return str_format(arena, "credential.person.%u", person_no);
}

/* All that was said, oldest first: "<at_ms> <day or nothing>;" for each. */
static const char *said_of(struct arena *arena, uint32_t person_no)
{
    return str_format(arena, "credential.person.%u.said", person_no);
}

static enum err day_read(struct str text, int32_t *day_out)
{
    *day_out = 0;
    return text.size == 0 || date_from_text(text, day_out) == OK ? OK : ERR_corrupt;
}

enum err credential_read(struct arena *arena, struct hq_store *store, uint32_t person_no,
                         int32_t *until_day_out)
{
    const char *text = NULL;
    TRY(hq_setting(arena, store, name_of(arena, person_no), "", &text));
    return day_read(str_from(text), until_day_out);
}

enum err credential_read_at(struct arena *arena, struct hq_store *store, uint32_t person_no,
                            int64_t at_ms, int32_t *until_day_out)
{
    const char *text = NULL;
    TRY(hq_setting(arena, store, said_of(arena, person_no), "", &text));
    if (text[0] == '\0') { /* said before this was kept, or never */
        return credential_read(arena, store, person_no, until_day_out);
    }
    struct str rest = str_from(text);
    struct str said;
    struct str field;
    for (bool is_first = true; str_split(&rest, ';', &said) && said.size > 0; is_first = false) {
        int64_t said_at_ms = 0;
        if (!str_split(&said, ' ', &field) || str_to_i64(field, &said_at_ms) != OK) {
            return ERR_corrupt;
        }
        if (is_first || said_at_ms <= at_ms) {
            TRY(day_read(said, until_day_out));
        }
    }
    return OK;
}

/* Adds to what was said. What stood when nothing was kept yet has always been so. */
static enum err said_add(struct arena *arena, struct hq_store *store, uint32_t person_no,
                         const char *day, int64_t now_ms)
{
    const char *before = NULL;
    const char *standing = NULL;
    TRY(hq_setting(arena, store, said_of(arena, person_no), "", &before));
    TRY(hq_setting(arena, store, name_of(arena, person_no), "", &standing));
    if (before[0] == '\0' && standing[0] != '\0') {
        before = str_format(arena, "0 %s;", standing);
    }
    return hq_setting_set(store, said_of(arena, person_no),
                          str_format(arena, "%s%" PRId64 " %s;", before, now_ms, day));
}

enum err credential_write(struct arena *arena, struct hq_store *store, uint32_t person_no,
                          int32_t until_day, int64_t now_ms)
{
    char text[DATE_TEXT_SIZE] = "";
    if (until_day != 0) {
        (void)date_to_text(text, until_day);
    }
    TRY(said_add(arena, store, person_no, text, now_ms));
    TRY(hq_setting_set(store, name_of(arena, person_no), text));
    struct hq_query query = hq_query(store, SQL_HQ_device_holder_changed_of_person);
    hq_bind_i64(&query, "$person_no", person_no);
    return hq_run(&query);
}
