/* At what hours people are met, for the day packs: counted once a day from the visits that
 * headquarters has of everybody. The tablets add what they see themselves. */
#include "core/rules/chance.h"
#include "core/rules/policy.h"
#include "sync/server/api/api_private.h"

/* More visits would tell no more, and a count is to hold up no tablet. */
enum { VISITS_MOST = 10000 };

static const char DAY[] = "chance.day";
static const char COUNTS[] = "chance.counts";

/* Minutes east of UTC of the policy in force. */
static enum err zone_offset(struct arena *arena, struct hq_store *store, int32_t *offset_out)
{
    struct policy *policy = ARENA_NEW(arena, struct policy);
    const char *hash_text;
    *policy = policy_default();
    TRY(hq_setting(arena, store, "policy.hash", "", &hash_text));
    int64_t hash = 0;
    if (hash_text[0] != '\0' && str_to_i64(str_from(hash_text), &hash) == OK) {
        struct str body;
        struct policy_fault fault;
        struct hq_query query = hq_query(store, SQL_HQ_policy_get);
        hq_bind_i64(&query, "$hash", hash);
        TRY(hq_one_text(arena, &query, &body));
        if (policy_from_text(body, policy, &fault) != OK) {
            *policy = policy_default(); /* of a newer program */
        }
    }
    return date_zone_offset(str_from(policy->zone), offset_out);
}

static enum err count_visits(struct hq_store *store, int64_t now_ms, int32_t offset_minutes,
                             struct chance *chance)
{
    struct hq_query query = hq_query(store, SQL_HQ_chance_visits);
    hq_bind_i64(&query, "$from_at_ms", now_ms - CHANCE_DAYS * DATE_DAY_MS);
    hq_bind_i64(&query, "$until_at_ms", now_ms);
    hq_bind_i64(&query, "$most", VISITS_MOST);
    while (hq_next(&query)) {
        chance_add(chance, date_calendar_cn(), hq_i64(&query, 1), offset_minutes,
                   (uint32_t)hq_i64(&query, 0));
    }
    return hq_end(&query);
}

enum err chance_pack(struct arena *arena, struct hq_store *store, int64_t now_ms,
                     const char **counts_out)
{
    const char *day_text;
    int64_t day = 0;
    TRY(hq_setting(arena, store, DAY, "", &day_text));
    int32_t today = date_day_at(now_ms, 0);
    if (day_text[0] != '\0' && str_to_i64(str_from(day_text), &day) == OK && day == today) {
        return hq_setting(arena, store, COUNTS, "", counts_out);
    }
    int32_t offset_minutes = 0;
    struct chance chance = {0};
    TRY(zone_offset(arena, store, &offset_minutes));
    TRY(count_visits(store, now_ms, offset_minutes, &chance));
    char *counts = ARENA_ARRAY(arena, CHANCE_TEXT_SIZE, char);
    chance_write(counts, &chance, now_ms);
    *counts_out = counts;
    TRY(hq_setting_set(store, COUNTS, counts));
    return hq_setting_set(store, DAY, str_format(arena, "%d", today));
}
