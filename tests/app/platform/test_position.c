/* Where the tablet is: a file that grows, a gpsd that comes, goes and comes again. */
#include "app/platform/position.h"
#include "tests/lib/sim_clock.h"
#include "tests/lib/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIX_1 "$GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,A*6A\r\n"
#define FIX_2 "$GNRMC,020001.00,A,3113.8240,N,12128.5420,E,0.1,,231126,,,A*6C\r\n"
#define START_MS INT64_C(1795401000000)

struct scene {
    struct arena program;
    struct sim_clock sim;
    struct clock clock;
    struct position *position;
};

static void scene_open(struct scene *scene, const char *source)
{
    arena_init(&scene->program, 0);
    scene->clock = sim_clock_make(&scene->sim, START_MS);
    EXPECT_OK(position_open(&scene->program, source, &scene->clock, &scene->position));
}

static void scene_close(struct scene *scene)
{
    position_close(scene->position);
    arena_deinit(&scene->program);
}

static struct position_fix look_after(struct scene *scene, int64_t passed_ms)
{
    sim_clock_pass(&scene->sim, passed_ms);
    return position_look(scene->position);
}

TEST(test_a_source_is_named_in_one_of_four_ways)
{
    static const struct {
        const char *source;
        enum err err;
    } cases[] = {
        {"none", OK},
        {"gpsd", OK},
        {"gpsd:2948", OK},
        {"/dev/ttyUSB0", OK},
        {"./replay.nmea", OK},
        {"gpsd:", ERR_malformed},
        {"gpsd:0", ERR_malformed},
        {"gpsd:65536", ERR_malformed},
        {"gpsd:x", ERR_malformed},
        {"", ERR_malformed},
        {"ttyUSB0", ERR_malformed},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena program;
        struct sim_clock sim;
        struct clock clock = sim_clock_make(&sim, START_MS);
        struct position *position;
        arena_init(&program, 0);
        EXPECT_INT(cases[i].err, position_open(&program, cases[i].source, &clock, &position));
        arena_deinit(&program);
    }
}

TEST(test_without_a_source_there_is_no_fix)
{
    static const char *const sources[] = {"none", "/nowhere/at/all"};
    for (size_t i = 0; i < COUNT(sources); i++) {
        struct scene scene;
        scene_open(&scene, sources[i]);
        for (int look = 0; look < 3; look++) {
            EXPECT(!look_after(&scene, 40000).has_fix);
        }
        scene_close(&scene);
    }
}

static void append(const char *path, const char *text)
{
    FILE *file = fopen(path, "a");
    EXPECT(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

TEST(test_what_is_told_becomes_a_fix_with_its_age)
{
    struct scene scene;
    char path[512];
    (void)snprintf(path, sizeof path, "%s/position-%d.nmea", BUILD_FOLDER, (int)getpid());
    (void)remove(path);
    scene_open(&scene, path);
    EXPECT(!look_after(&scene, 1000).has_fix); /* no such file yet */
    append(path, FIX_1);
    EXPECT(!look_after(&scene, 1000).has_fix); /* tried a second ago */
    struct position_fix fix = look_after(&scene, 30000);
    EXPECT(fix.has_fix);
    EXPECT_INT(312304000, fix.place.lat_e7);
    EXPECT_INT(1214737000, fix.place.lon_e7);
    EXPECT_INT(100, fix.accuracy_m);
    EXPECT_INT(30, fix.age_s);   /* it may have been told right after the last look */
    EXPECT(fix.gnss_at_ms == 0); /* … so the time that it told is not now's */
    append(path, FIX_2);
    fix = look_after(&scene, 1000);
    EXPECT_INT(1, fix.age_s);
    EXPECT_INT(1214757000, fix.place.lon_e7);
    EXPECT(fix.gnss_at_ms != 0 && fix.gnss_at_ms % 60000 == 1000);
    EXPECT(fix.gnss_monotonic_ms == scene.sim.now.monotonic_ms);
    fix = look_after(&scene, 599000);
    EXPECT(fix.has_fix);
    EXPECT_INT(600, fix.age_s);
    EXPECT(!look_after(&scene, POSITION_HOLDS_S * INT64_C(1000)).has_fix);
    scene_close(&scene);
    EXPECT_INT(0, remove(path));
}

/* ---- gpsd ---- */

static int listen_here(uint16_t *port_out)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(fd >= 0 && bind(fd, (struct sockaddr *)&here, sizeof here) == 0 && listen(fd, 4) == 0);
    EXPECT_INT(0, getsockname(fd, (struct sockaddr *)&here, &size));
    *port_out = ntohs(here.sin_port);
    return fd;
}

static bool can_read(int fd)
{
    enum { PATIENCE_MS = 120000 };
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    return poll(&wait, 1, PATIENCE_MS) == 1;
}

/* Takes the call and reads what is asked for, looking on the other end until it is. */
static int take_call(int listener, struct scene *scene, char *asked, size_t size)
{
    (void)look_after(scene, 31000); /* hangs up where the other end did … */
    (void)look_after(scene, 31000); /* … and calls */
    EXPECT(can_read(listener));
    int fd = accept(listener, NULL, NULL);
    EXPECT(fd >= 0);
    (void)look_after(scene, 1000); /* the call was taken: now it is asked */
    EXPECT(can_read(fd));
    ssize_t got = read(fd, asked, size - 1);
    EXPECT(got > 0);
    asked[got > 0 ? got : 0] = '\0';
    return fd;
}

static void tell(int fd, const char *text)
{
    EXPECT_INT(strlen(text), send(fd, text, strlen(text), MSG_NOSIGNAL));
}

/* Looks until there is a fix at this longitude; what was sent on this machine arrives. */
static struct position_fix wait_for(struct scene *scene, int32_t lon_e7)
{
    struct position_fix fix = {0};
    for (int i = 0; i < 60000 && (!fix.has_fix || fix.place.lon_e7 != lon_e7); i++) {
        fix = look_after(scene, 1);
        (void)usleep(1000);
    }
    EXPECT(fix.has_fix && fix.place.lon_e7 == lon_e7);
    return fix;
}

TEST(test_gpsd_is_asked_and_reached_again_when_it_was_gone)
{
    struct scene scene;
    uint16_t port = 0;
    char asked[256];
    char source[32];
    int listener = listen_here(&port);
    (void)snprintf(source, sizeof source, "gpsd:%u", port);
    scene_open(&scene, source);
    int fd = take_call(listener, &scene, asked, sizeof asked);
    EXPECT_TEXT("?WATCH={\"enable\":true,\"nmea\":true}\n", asked);
    tell(fd, "{\"class\":\"VERSION\",\"release\":\"3.22\",\"proto_major\":3}\r\n");
    tell(fd, FIX_1);
    (void)wait_for(&scene, 1214737000);
    EXPECT_INT(0, close(fd));
    fd = take_call(listener, &scene, asked, sizeof asked);
    tell(fd, FIX_2);
    (void)wait_for(&scene, 1214757000);
    EXPECT_INT(0, close(fd));
    EXPECT_INT(0, close(listener));
    for (int i = 0; i < 3; i++) { /* nobody answers any more: the place only grows old */
        EXPECT(look_after(&scene, 31000).has_fix);
    }
    scene_close(&scene);
}
