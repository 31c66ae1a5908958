/* app/screens/view.h -- what every frame may know beside its model, and the
 * words of the person's language. Pure; texts live in the frame's arena. */
#pragma once

#include "app/i18n/lang.h"
#include "app/ui/ui.h"
#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/event/event.h"
#include "core/journey/journey.h"
#include "core/rules/policy.h"
#include "core/rules/verdict.h"

/* How the traffic with headquarters stands. */
enum view_link {
    VIEW_LINK_none,    /* not enrolled */
    VIEW_LINK_waiting, /* nothing heard yet since the start */
    VIEW_LINK_fine,
    VIEW_LINK_offline, /* tried, nobody answered */
    VIEW_LINK_trouble, /* something needs a person; see trouble_key */
};

struct view_sync {
    enum view_link link;
    int64_t heard_at_ms;                  /* last answer of headquarters applied, 0 never */
    const char *trouble_key;              /* text key, NULL none */
    uint64_t made_count, confirmed_count; /* facts in the journal, confirmed by receipt */
    uint64_t question_count;
    bool is_carrying; /* the agent is at work now */
};

struct view {
    enum lang lang;
    struct arena *arena; /* of the frame */
    int64_t now_ms;      /* UTC, journey_now_ms() */
    int32_t offset_minutes;
    int32_t today;
    const struct policy *policy;
    const struct date_calendar *calendar;
    const char *person_name;
    uint32_t person_no;
    int64_t synced_at_ms; /* case data last came; for the gate */
    int64_t policy_at_ms;
    int32_t credential_until_day; /* of the collector; 0 not known */
    bool has_fix;
    ds_Fix fix;
    struct view_sync sync;
    uint64_t unread_count;
    /* How long the collector at a door has yet to say that all is well. */
    struct visit_wait wait;
    uint64_t wait_case_no;
    /* The masked detail shown in clear until revealed_until_ms (as ui_now_ms() counts). */
    uint64_t revealed_case_no;
    uint32_t revealed_detail; /* enum detail_kind */
    uint32_t revealed_index;
    int64_t revealed_until_ms;
};

const char *view_text(const struct view *view, const char *key);
/* view_fill(view, "view.days_ago", lang_value_count("n", 12)) */
#define view_fill(view, key, ...) lang_fill((view)->arena, (view)->lang, (key), __VA_ARGS__)
const char *view_money(const struct view *view, int64_t amount_minor, const char *currency);
const char *view_day(const struct view *view, int32_t day);
/* "11月22日 09:30" of an instant, in the zone of the view. */
const char *view_instant(const struct view *view, int64_t at_ms);
/* "09:30". */
const char *view_clock(const struct view *view, int64_t at_ms);
/* "09:30:05", for what happens within a minute. */
const char *view_clock_second(const struct view *view, int64_t at_ms);
/* "5 分钟前"; "从未" for 0. */
const char *view_age(const struct view *view, int64_t at_ms);
/* "3 天前", "今天" of a day; "" for 0. */
const char *view_day_age(const struct view *view, int32_t day);
const char *view_item(const struct view *view, enum catalog list, uint32_t code);
/* "09:00–11:00"; "" when both are 0. */
const char *view_window(const struct view *view, uint32_t from_minute, uint32_t until_minute);
const char *view_count(const struct view *view, int64_t count);
/* "38 kB", "2.1 MB": powers of ten, as networks are sold; never "0 kB" for something. */
const char *view_size(const struct view *view, uint64_t size);
/* "15 秒", "14 分钟", "3 小时": how long something takes; at least a second. */
const char *view_duration(const struct view *view, int64_t duration_ms);
/* A fact in words. */
const char *view_event(const struct view *view, const ds_Event *event);
/* What headquarters asks about a fact: why (verdicts.def), and the supervisor's own words when
 * there are any. */
const char *view_question(const struct view *view, uint32_t code, const char *note);
/* A rule that fired, in words. */
const char *view_fired(const struct view *view, const struct verdict_fired *fired);
/* The value of a rule or a fact in words. */
struct lang_value view_value(const struct view *view, const char *name, enum event_value type,
                             const char *text, int64_t number);
