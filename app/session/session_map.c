/* app/session/session_map.c -- the tablet's map file: found, looked at once, and put to use for
 * pictures and travel times. A tablet without one works all the same: straight lines. */
#include "app/session/session_private.h"
#include "core/os/log.h"

#include <stdio.h>

enum { NAME_SIZE = 96, SEAL_SIZE = 32 };

/* What the file says it is: its size and the checksum at its end. */
static void pack_name(const struct os_map *map, char name[NAME_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * SEAL_SIZE + 1];
    const uint8_t *end = (const uint8_t *)map->bytes + map->size;
    size_t count = map->size < SEAL_SIZE ? map->size : SEAL_SIZE;
    for (size_t i = 0; i < count; i++) {
        hex[2 * i] = digits[end[i - count] >> 4];
        hex[2 * i + 1] = digits[end[i - count] & 15];
    }
    hex[2 * count] = '\0';
    snprintf(name, NAME_SIZE, "%zu %s", map->size, hex);
}

/* Every byte is read once in a file's life, not at every start. */
static enum err pack_check(struct session *session, const struct os_map *map)
{
    char name[NAME_SIZE];
    struct str known;
    pack_name(map, name);
    TRY(store_setting_bytes(session->store, &session->work, SETTING_map_checked, &known));
    if (str_is(known, name)) {
        return OK;
    }
    TRY(roads_check(map->bytes, map->size));
    return store_setting_set_text(session->store, SETTING_map_checked, name);
}

void session_map_open(struct session *session, const char *path)
{
    session->chart = map_chart_new(session->program);
    enum err err = os_map_open(path, &session->map_file);
    if (err == ERR_not_found) {
        return;
    }
    if (err == OK) {
        err = pack_check(session, &session->map_file);
    }
    if (err == OK) {
        err = map_chart_open(session->chart, session->map_file.bytes, session->map_file.size);
    }
    if (err != OK) {
        log_line(LOG_error, "session", "map %s: %s", path, err_name(err));
        session_say(session, "map.bad_file", 0);
        os_map_close(&session->map_file);
    }
}

void session_map_close(struct session *session)
{
    if (session->chart != NULL) {
        map_chart_deinit(session->chart);
        session->chart = NULL;
    }
    os_map_close(&session->map_file);
}

void session_map_travel(struct session *session)
{
    struct journey *journey = &session->journey;
    int64_t mode = 0;
    if (session->chart == NULL || !session->chart->has_roads) {
        return;
    }
    if (store_setting_number(session->store, SETTING_travel_mode, ROADS_MODE_motorcycle, &mode) !=
            OK ||
        mode < 0 || mode >= ROADS_MODES) {
        mode = ROADS_MODE_motorcycle;
    }
    struct plan_straight straight = plan_travel_house(&journey->policy);
    map_chart_move_by(session->chart, (enum roads_mode)mode, &straight);
    journey->travel = &session->chart->travel.source;
    journey->way_m = map_travel_way_m;
    journey->way_context = &session->chart->travel;
}

void intent_travel_mode(struct session *session, const struct intent *intent)
{
    CHECK(intent->number >= 0 && intent->number < ROADS_MODES);
    session_keep(session,
                 store_setting_set_number(session->store, SETTING_travel_mode, intent->number));
    session_map_travel(session);
    session_plan_again(session);
}
