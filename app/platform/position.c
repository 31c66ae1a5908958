#include "app/platform/position.h"

#include "core/base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum {
    GPSD_PORT = 2947,
    AGAIN_MS = 30000, /* until a source that is gone is tried again */
    PROMPT_MS = 2000, /* what is read so soon after the last look was told just now */
    READ_MOST = 1 << 20,
};

static const char WATCH[] = "?WATCH={\"enable\":true,\"nmea\":true}\n";

struct position {
    const struct clock *clock;
    const char *path; /* NULL: gpsd, at `port`; both none: nothing is read */
    uint16_t port;
    int fd;         /* -1: not there */
    bool is_asked;  /* gpsd was told what to send */
    bool has_tried; /* … at tried_ms */
    int64_t tried_ms;
    int64_t looked_ms; /* the last look; 0 none */
    int64_t fixed_ms;  /* no later than the fix, monotonic; 0 none */
    struct nmea nmea;
    int64_t gnss_at_ms, gnss_monotonic_ms;
};

enum err position_open(struct arena *program, const char *source, const struct clock *clock,
                       struct position **position_out)
{
    struct position *position = ARENA_NEW(program, struct position);
    struct str rest = str_from(source);
    struct str head;
    int64_t port = GPSD_PORT;
    *position = (struct position){.clock = clock, .fd = -1};
    *position_out = position;
    if (strcmp(source, "none") == 0) {
        return OK;
    }
    bool is_gpsd = strcmp(source, "gpsd") == 0;
    if (!is_gpsd && source[0] != '/' && source[0] != '.') {
        bool has_port = str_split(&rest, ':', &head) && str_is(head, "gpsd");
        if (!has_port || str_to_i64(rest, &port) != OK || port < 1 || port > UINT16_MAX) {
            return ERR_malformed;
        }
        is_gpsd = true;
    }
    position->path = is_gpsd ? NULL : source;
    position->port = is_gpsd ? (uint16_t)port : 0;
    return OK;
}

static void hang_up(struct position *position)
{
    if (position->fd >= 0) {
        (void)close(position->fd);
    }
    position->fd = -1;
    position->is_asked = false;
    position->nmea.length = 0;
    position->nmea.fix.is_valid = false;
}

void position_close(struct position *position)
{
    hang_up(position);
}

/* ---- the source ----------------------------------------------------------------------------- */

static int dial(uint16_t port)
{
    struct sockaddr_in there = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&there, sizeof there) != 0 &&
        errno != EINPROGRESS) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

/* A receiver's line is read as bytes, at the speed that the system has set. */
static int open_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct termios line;
    if (fd >= 0 && tcgetattr(fd, &line) == 0) {
        cfmakeraw(&line);
        (void)tcsetattr(fd, TCSANOW, &line);
    }
    return fd;
}

static void reach(struct position *position, int64_t now_ms)
{
    bool is_nothing = position->path == NULL && position->port == 0;
    if (is_nothing || position->fd >= 0 ||
        (position->has_tried && now_ms - position->tried_ms < AGAIN_MS)) {
        return;
    }
    position->has_tried = true;
    position->tried_ms = now_ms;
    position->fd = position->path != NULL ? open_path(position->path) : dial(position->port);
}

/* Tells gpsd what to send; false while it cannot be told yet. */
static bool ask(struct position *position)
{
    if (position->path != NULL || position->is_asked) {
        return true;
    }
    ssize_t sent = send(position->fd, WATCH, sizeof WATCH - 1, MSG_NOSIGNAL);
    if (sent == (ssize_t)sizeof WATCH - 1) {
        position->is_asked = true;
    } else if (sent >= 0 || (errno != EAGAIN && errno != ENOTCONN && errno != EINPROGRESS)) {
        hang_up(position);
    }
    return position->is_asked;
}

/* Reads what has come; a device or gpsd that is gone is hung up. */
static void drain(struct position *position)
{
    char bytes[4096];
    size_t taken = 0;
    while (position->fd >= 0 && taken < READ_MOST) {
        ssize_t size = read(position->fd, bytes, sizeof bytes);
        /* The end of a file so far, or all that has come. */
        bool is_all = size == 0 ? position->path != NULL : size < 0 && errno == EAGAIN;
        if (is_all) {
            return;
        }
        if (size > 0) {
            nmea_take(&position->nmea, bytes, (size_t)size);
            taken += (size_t)size;
        } else if (size == 0 || errno != EINTR) {
            hang_up(position);
        }
    }
}

/* ---- what it tells -------------------------------------------------------------------------- */

struct position_fix position_look(struct position *position)
{
    int64_t now_ms = clock_read(position->clock).monotonic_ms;
    uint32_t fix_count = position->nmea.fix_count;
    reach(position, now_ms);
    if (position->fd >= 0 && ask(position)) {
        drain(position);
    }
    bool is_prompt = position->looked_ms != 0 && now_ms - position->looked_ms <= PROMPT_MS;
    if (position->nmea.fix_count != fix_count) {
        position->fixed_ms = position->looked_ms != 0 ? position->looked_ms : now_ms;
        bool has_time = is_prompt && position->nmea.fix.is_valid && position->nmea.fix.at_ms != 0;
        position->gnss_at_ms = has_time ? position->nmea.fix.at_ms : 0;
        position->gnss_monotonic_ms = has_time ? now_ms : 0;
    }
    position->looked_ms = now_ms;
    const struct nmea_fix *fix = &position->nmea.fix;
    int64_t age_s = (now_ms - position->fixed_ms + 999) / 1000;
    bool has_fix = position->nmea.fix_count > 0 && age_s <= POSITION_HOLDS_S;
    if (!has_fix) {
        return (struct position_fix){0};
    }
    return (struct position_fix){
        .has_fix = true,
        .place = fix->place,
        .accuracy_m = fix->accuracy_m,
        .age_s = (uint32_t)(age_s > 0 ? age_s : 0),
        .gnss_at_ms = position->gnss_at_ms,
        .gnss_monotonic_ms = position->gnss_monotonic_ms,
    };
}
