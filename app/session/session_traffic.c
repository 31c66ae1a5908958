#include "app/session/session_private.h"

#include "core/os/log.h"
#include "sync/proto/layout.h"

#include <stdlib.h>
#include <string.h>

enum {
    STATUS_SIZE_MAX = 4096,
    PICTURES_MAX = 256,
    /* A photo is 8 MiB at most; below this a day's photos may not find room. */
    DISK_LOW_SIZE = 128 * 1024 * 1024,
};

/* ---- the agent's own words ---- */

struct carried {
    enum err last_error;
    int64_t failures, refusal, last_try_at_ms, next_try_at_ms, rate_bytes_s, photos_held;
};

static void line_read(struct carried *carried, struct str name, struct str value)
{
    const struct {
        const char *name;
        int64_t *value;
    } numbers[] = {
        {"failures", &carried->failures},
        {"refusal", &carried->refusal},
        {"last_try_at_ms", &carried->last_try_at_ms},
        {"next_try_at_ms", &carried->next_try_at_ms},
        {"rate_bytes_s", &carried->rate_bytes_s},
        {"photos_held", &carried->photos_held},
    };
    for (int err = OK; str_is(name, "last_error") && err < ERR_COUNT; err++) {
        if (str_is(value, err_name((enum err)err))) {
            carried->last_error = (enum err)err;
        }
    }
    int64_t number;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        if (str_is(name, numbers[i].name) && str_to_i64(value, &number) == OK) {
            *numbers[i].value = number;
        }
    }
}

/* What sync/client/status.h says; all zero without a file. */
static struct carried status_read(struct session *session)
{
    struct carried carried = {0};
    struct str rest;
    const char *path = os_path(&session->work, session->spool.folder, LAYOUT_STATUS);
    if (os_file_read(&session->work, path, STATUS_SIZE_MAX, &rest) == OK) {
        for (struct str line; str_split(&rest, '\n', &line);) {
            struct str name;
            if (str_split(&line, '=', &name)) {
                line_read(&carried, name, line);
            }
        }
    }
    return carried;
}

static enum traffic_why why_of(const struct session *session, const struct carried *carried)
{
    bool has_load = session->traffic.load.envelope_count > 0;
    if (!session->agent.is_wanted) {
        return has_load ? TRAFFIC_WHY_no_agent : TRAFFIC_WHY_none;
    }
    if (carried->failures == 0) {
        return TRAFFIC_WHY_none;
    }
    if (carried->refusal == WIRE_overloaded || carried->last_error == ERR_overloaded) {
        return TRAFFIC_WHY_hq_busy;
    }
    if (carried->refusal == WIRE_hq_failed) {
        return TRAFFIC_WHY_hq_failed;
    }
    if (carried->refusal != 0 || carried->last_error == ERR_refused) {
        return TRAFFIC_WHY_refused;
    }
    if (carried->last_error == ERR_timed_out) {
        return TRAFFIC_WHY_timed_out;
    }
    if (carried->last_error == ERR_not_allowed) {
        return TRAFFIC_WHY_certificate;
    }
    bool is_disk = carried->last_error == ERR_io || carried->last_error == ERR_no_space;
    return is_disk ? TRAFFIC_WHY_disk : TRAFFIC_WHY_no_network;
}

/* ---- the tablet ---- */

static void load_read(struct session *session)
{
    struct traffic_load *load = &session->traffic.load;
    struct spool_outlook outlook;
    if (spool_outlook(&session->spool, &outlook) != OK) {
        return; /* the figures of the last time stay */
    }
    load->text_size = outlook.waiting_size[LAYOUT_CLASS_alarm] +
                      outlook.waiting_size[LAYOUT_CLASS_join] +
                      outlook.waiting_size[LAYOUT_CLASS_text];
    load->photo_size = outlook.photo_size;
    load->photo_count = outlook.photo_count;
    load->envelope_count = 0;
    for (size_t i = 0; i < LAYOUT_CLASS_COUNT; i++) {
        load->envelope_count += outlook.envelope_count[i];
    }
    enum layout_photos photos;
    if (spool_photos(&session->spool, &photos) == OK) {
        session->traffic.photo_rule =
            photos == LAYOUT_PHOTOS_always ? PHOTO_RULE_always : PHOTO_RULE_wifi;
    }
}

static void disk_read(struct session *session)
{
    struct traffic *traffic = &session->traffic;
    struct store_health health;
    if (store_health_read(session->store, &health) != OK) {
        return;
    }
    traffic->free_size = health.free_size;
    traffic->is_disk_full = health.is_reserve_gone;
    traffic->is_disk_low = health.free_size < DISK_LOW_SIZE;
}

/* Only what a person can and should put right: a clock that was never compared is no news. */
static void clock_judged(struct session *session)
{
    struct traffic *traffic = &session->traffic;
    struct clock_reading now = clock_read(session->clock);
    struct clock_judgement judgement;
    traffic->is_clock_wrong = false;
    if (journey_clock(&session->journey, &now, &judgement) != OK) {
        return;
    }
    traffic->is_clock_wrong = judgement.quality == CLOCK_QUALITY_jumped ||
                              judgement.quality == CLOCK_QUALITY_behind_headquarters ||
                              judgement.quality == CLOCK_QUALITY_ahead_of_headquarters;
    traffic->clock_ahead_s = judgement.offset_s;
}

int64_t session_traffic(struct session *session)
{
    struct arena_mark mark = arena_mark(&session->work);
    struct traffic *traffic = &session->traffic;
    load_read(session);
    disk_read(session);
    clock_judged(session);
    struct carried carried = status_read(session);
    traffic->why = why_of(session, &carried);
    traffic->refusal_key = carried.refusal != 0 ? wire_key((uint32_t)carried.refusal) : NULL;
    traffic->tried_at_ms = carried.last_try_at_ms;
    traffic->next_try_at_ms = carried.next_try_at_ms;
    traffic->load.bytes_per_s = carried.rate_bytes_s;
    traffic->load.is_photo_held = carried.photos_held != 0;
    arena_rollback(&session->work, mark);
    return carried.failures;
}

/* ---- what is plugged in, what the camera took ---- */

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name);
    size_t ending_size = strlen(ending);
    return size > ending_size && strcasecmp(name + size - ending_size, ending) == 0;
}

struct bundle {
    const char *path;
    int64_t at_ms;
};

static int bundle_newest_first(const void *a, const void *b)
{
    const struct bundle *left = a;
    const struct bundle *right = b;
    if (left->at_ms != right->at_ms) {
        return left->at_ms > right->at_ms ? -1 : 1;
    }
    return strcmp(right->path, left->path);
}

/* Bundles on a stick, newest first: the answers that were just brought. */
static void bundles_read(struct arena *task, struct traffic_stick *stick)
{
    const char **names = NULL;
    size_t count = 0;
    if (os_folder_list(task, stick->folder, &names, &count) != OK) {
        count = 0;
    }
    struct bundle *bundles = ARENA_ARRAY(task, count + 1, struct bundle);
    size_t bundle_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct bundle *bundle = &bundles[bundle_count];
        bundle->path = os_path(task, stick->folder, names[i]);
        /* What was set aside for somebody to look into holds no answers. */
        bool is_aside = strncmp(names[i], SESSION_ASIDE, strlen(SESSION_ASIDE)) == 0;
        if (ends_with(names[i], ".dsb") && !is_aside &&
            os_file_facts(bundle->path, NULL, &bundle->at_ms) == OK) {
            bundle_count++;
        }
    }
    qsort(bundles, bundle_count, sizeof *bundles, bundle_newest_first);
    const char **paths = ARENA_ARRAY(task, bundle_count + 1, const char *);
    for (size_t i = 0; i < bundle_count; i++) {
        paths[i] = bundles[i].path;
    }
    stick->bundles = paths;
    stick->bundle_count = bundle_count;
}

static void stick_read(struct arena *task, const char *folder, bool is_writable,
                       struct traffic_stick *stick)
{
    const char *slash = strrchr(folder, '/');
    *stick = (struct traffic_stick){.name = slash != NULL && slash[1] != '\0' ? slash + 1 : folder,
                                    .folder = folder,
                                    .is_writable = is_writable};
    if (os_space_free(folder, &stick->free_size) != OK) {
        stick->free_size = 0;
    }
    bundles_read(task, stick);
}

static void sticks_read(struct session *session)
{
    struct arena *task = &session->task;
    struct os_mount *mounts = NULL;
    size_t count = 0;
    if (os_mount_list(task, &mounts, &count) != OK) {
        count = 0;
    }
    struct traffic_stick *sticks = ARENA_ARRAY(task, count + 1, struct traffic_stick);
    size_t stick_count = 0;
    if (session->usb_folder != NULL) {
        stick_read(task, session->usb_folder, true, &sticks[stick_count++]);
    } else {
        for (size_t i = 0; i < count; i++) {
            stick_read(task, mounts[i].folder, mounts[i].is_writable, &sticks[stick_count++]);
        }
    }
    session->traffic.sticks = sticks;
    session->traffic.stick_count = stick_count;
}

static int newest_first(const void *a, const void *b)
{
    const struct traffic_picture *left = a;
    const struct traffic_picture *right = b;
    if (left->at_ms != right->at_ms) {
        return left->at_ms > right->at_ms ? -1 : 1;
    }
    return strcmp(right->name, left->name);
}

static uint32_t media_of(const char *name)
{
    if (ends_with(name, ".jpg") || ends_with(name, ".jpeg")) {
        return MEDIA_TYPE_jpeg;
    }
    return ends_with(name, ".png") ? MEDIA_TYPE_png : MEDIA_TYPE_none;
}

static void pictures_read(struct session *session)
{
    struct arena *task = &session->task;
    const char **names = NULL;
    size_t count = 0;
    session_pictures_take(session);
    if (os_folder_list(task, session->picture_folder, &names, &count) != OK) {
        count = 0;
    }
    struct traffic_picture *pictures = ARENA_ARRAY(task, count + 1, struct traffic_picture);
    size_t picture_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct traffic_picture *picture = &pictures[picture_count];
        *picture = (struct traffic_picture){.name = names[i], .media = media_of(names[i])};
        if (picture->media != MEDIA_TYPE_none && strlen(names[i]) < SCREEN_PLACE_TEXT_SIZE &&
            os_file_facts(os_path(task, session->picture_folder, names[i]), &picture->size,
                          &picture->at_ms) == OK &&
            picture->size > 0) {
            picture_count++;
        }
    }
    qsort(pictures, picture_count, sizeof *pictures, newest_first);
    session->traffic.pictures = pictures;
    session->traffic.picture_count = picture_count < PICTURES_MAX ? picture_count : PICTURES_MAX;
}

bool session_traffic_looks(uint32_t screen)
{
    return screen == SCREEN_carry || screen == SCREEN_evidence || screen == SCREEN_quarantine;
}

void session_traffic_look(struct session *session)
{
    struct traffic *traffic = &session->traffic;
    uint32_t screen = session_top(session)->screen;
    traffic->sticks = NULL;
    traffic->stick_count = 0;
    traffic->pictures = NULL;
    traffic->picture_count = 0;
    traffic->camera_folder = session->camera_folder;
    if (screen == SCREEN_carry || screen == SCREEN_quarantine) {
        sticks_read(session);
    } else if (screen == SCREEN_evidence) {
        pictures_read(session);
    }
}
