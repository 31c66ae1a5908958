#include "app/screens/day_words.h"

#include "core/domain/geo.h"

const char *day_words_km(const struct view *view, uint32_t distance_m)
{
    if (distance_m == 0) {
        return "";
    }
    uint32_t tenths = (distance_m + 50) / 100;
    tenths = tenths == 0 ? 1 : tenths;
    const char *value = str_format(view->arena, "%u.%u", tenths / 10, tenths % 10);
    return view_fill(view, "map.km", lang_value_text("value", value));
}

const char *day_words_way(const struct view *view, const struct store_stop *stop)
{
    if (stop->travel_m == 0 && stop->travel_s == 0) {
        return "";
    }
    return view_fill(
        view, stop->is_estimated ? "map.way_estimated" : "map.way",
        lang_value_text("km", day_words_km(view, stop->travel_m > 0 ? stop->travel_m : 100)),
        lang_value_text("time", view_duration(view, (int64_t)stop->travel_s * 1000)));
}

static const char *here_key(enum plan_reason reason)
{
    switch (reason) {
    case PLAN_REASON_appointment:
        return "why.appointment";
    case PLAN_REASON_score:
        return "why.score";
    case PLAN_REASON_near:
        return "why.near";
    case PLAN_REASON_locked:
        return "why.locked";
    case PLAN_REASON_same_building:
        return "why.same_building";
    case PLAN_REASON_on_the_way:
        return "why.on_the_way";
    case PLAN_REASON_after_hours:
    case PLAN_REASON_window_missed:
    case PLAN_REASON_too_far:
    case PLAN_REASON_clash:
    case PLAN_REASON_worth_less:
    case PLAN_REASON_no_need:
    case PLAN_REASON_COUNT:
        break;
    }
    return plan_reason_key(reason);
}

static const char *others_text(const struct view *view, const struct store_stop *stop,
                               const char *other_name)
{
    const char *name =
        other_name != NULL && other_name[0] != '\0' ? other_name : view_text(view, "why.somebody");
    return stop->other_count > 1 ? view_fill(view, "why.others", lang_value_text("name", name),
                                             lang_value_count("n", stop->other_count))
                                 : name;
}

const char *day_words_why(const struct view *view, const struct store_stop *stop,
                          const char *other_name)
{
    if (stop->why == 0) {
        return view_text(view, stop->state == STOP_left_out
                                   ? plan_reason_key((enum plan_reason)stop->reason)
                                   : here_key((enum plan_reason)stop->reason));
    }
    return view_fill(view, plan_why_key((enum plan_why_kind)(stop->why - 1)),
                     lang_value_text("late", view_duration(view, (int64_t)stop->late_s * 1000)),
                     lang_value_text("others", others_text(view, stop, other_name)),
                     lang_value_text("lost", view_count(view, stop->lost_score)));
}

const char *day_words_part(const struct view *view, enum priority_part part, int64_t value)
{
    struct lang_value filled = view_value(view, "value", priority_value_type(part), NULL, value);
    return lang_fill_list(view->arena, view->lang, priority_reason_key(part, value), &filled, 1);
}

static const char *degrees(const struct view *view, struct geo_point place)
{
    int32_t lat = place.lat_e7 < 0 ? -place.lat_e7 : place.lat_e7;
    int32_t lon = place.lon_e7 < 0 ? -place.lon_e7 : place.lon_e7;
    return str_format(view->arena, "%s%d.%05d, %s%d.%05d", place.lat_e7 < 0 ? "-" : "",
                      lat / 10000000, lat % 10000000 / 100, place.lon_e7 < 0 ? "-" : "",
                      lon / 10000000, lon % 10000000 / 100);
}

const char *day_words_place(const struct view *view, struct geo_point place)
{
    struct geo_point shifted = geo_from_wgs84(place, GEO_DATUM_gcj02);
    const char *plain = str_format(view->arena, "WGS-84 %s", degrees(view, place));
    bool is_same = shifted.lat_e7 == place.lat_e7 && shifted.lon_e7 == place.lon_e7;
    return is_same ? plain
                   : str_format(view->arena, "%s · GCJ-02 %s", plain, degrees(view, shifted));
}
