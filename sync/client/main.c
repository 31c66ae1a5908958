/* doorstep-sync: carries sealed envelopes between a tablet's spools and headquarters, those of all
 * collectors who use the tablet.
 *
 *   doorstep-sync --data DIR          runs until its parent ends
 *   doorstep-sync --data DIR --once   posts what waits, once each, and ends:
 *                                     0 all delivered, 1 something failed or waits
 *   doorstep-sync --bundle FILE --answers FILE (--data DIR | --url URL)
 *                                     posts what a bundle carries, to the headquarters of
 *                                     DIR or to URL, and writes the answers: 0 all of it
 *                                     was answered, 1 not all, 5 FILE is no whole bundle
 *   2 wrong arguments, 3 another agent has the spool, 4 files cannot be used */
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/client/carry.h"
#include "sync/client/conf.h"
#include "sync/client/crew.h"
#include "sync/client/link.h"
#include "sync/proto/layout.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

enum exit_code {
    EXIT_done = 0,
    EXIT_undelivered = 1,
    EXIT_usage = 2,
    EXIT_busy = 3,
    EXIT_files = 4,
    EXIT_bundle = 5,
};

struct options {
    const char *data;
    const char *bundle, *answers, *url;
    bool is_once;
};

/* Values of "--name VALUE". */
static const char **value_of(struct options *options, const char *name)
{
    const struct {
        const char *name;
        const char **value;
    } values[] = {
        {"--data", &options->data},
        {"--bundle", &options->bundle},
        {"--answers", &options->answers},
        {"--url", &options->url},
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        if (strcmp(name, values[i].name) == 0) {
            return values[i].value;
        }
    }
    return NULL;
}

static bool read_options(int argc, char **argv, struct options *options_out)
{
    struct options options = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--once") == 0) {
            options.is_once = true;
            continue;
        }
        const char **value = value_of(&options, argv[i]);
        if (value == NULL || *value != NULL || i + 1 == argc) {
            return false;
        }
        *value = argv[++i];
    }
    *options_out = options;
    if (options.bundle == NULL) {
        return options.data != NULL && options.answers == NULL && options.url == NULL;
    }
    bool has_one_place = (options.data == NULL) != (options.url == NULL);
    return options.answers != NULL && has_one_place && !options.is_once;
}

/* Every waiting envelope gets one try; the first failure of a collector's ends it for them, because
 * the next would fail the same way. */
static int run_once(struct crew *crew, struct arena *arena)
{
    int code = EXIT_done;
    for (size_t i = 0; i < COUNT(crew->members); i++) {
        struct agent *agent = &crew->members[i].agent;
        enum agent_step step = AGENT_STEP_delivered;
        while (crew->members[i].is_on && step == AGENT_STEP_delivered) {
            int64_t wait_ms = 0;
            enum err err = agent_step(agent, arena, &step, &wait_ms);
            if (err != OK) {
                log_line(LOG_error, "agent", "spool: %s", err_name(err));
                return EXIT_files;
            }
        }
        if (crew->members[i].is_on && (step == AGENT_STEP_failed || agent->pump.failures > 0)) {
            code = EXIT_undelivered;
        }
    }
    return code;
}

/* Until the parent ends. A full disk or a folder that is away for a moment is
 * waited for: the agent has nothing else to do. */
static int run_on(struct crew *crew, struct arena *arena)
{
    pid_t parent = getppid();
    while (getppid() == parent) {
        enum agent_step step;
        int64_t wait_ms = 0;
        if (crew_step(crew, arena, &step, &wait_ms) != OK) {
            wait_ms = PUMP_LOOK_MS;
        }
        arena_reset(arena);
        os_sleep_ms(wait_ms < PUMP_LOOK_MS ? wait_ms : PUMP_LOOK_MS);
    }
    return EXIT_done;
}

/* The interface of the default route; see link.h. */
static bool is_metered(void *context)
{
    (void)context;
    return link_is_metered("/proc/net/route");
}

static int carry(const struct options *options, struct transport *transport, struct arena *arena)
{
    struct conf *conf = ARENA_NEW(arena, struct conf);
    enum err err = OK;
    if (options->data != NULL) {
        err = conf_read(arena, os_path(arena, options->data, LAYOUT_SPOOL), conf);
    } else {
        conf->url = conf_endpoint(arena, str_from(options->url));
    }
    if (err == OK && conf->url == NULL) {
        err = ERR_not_enrolled;
    }
    if (err == OK && conf->is_certificate_unusable) {
        err = ERR_not_allowed;
    }
    if (err == OK && transport->trust != NULL) {
        err = transport->trust(transport->context, &conf->trust);
    }
    struct carry result = {0};
    enum wire refusal = WIRE_ok;
    if (err == OK) {
        err = carry_bundle(transport, arena, conf->url, options->bundle, options->answers, &refusal,
                           &result);
    }
    if (err != OK) {
        log_line(LOG_error, "agent", "bundle: %s", err_name(err));
        return EXIT_files;
    }
    if (refusal != WIRE_ok) {
        log_line(LOG_error, "agent", "no whole bundle: %s", wire_name(refusal));
        return EXIT_bundle;
    }
    log_line(LOG_info, "agent", "bundle: %zu envelopes, %zu answered, last: http %d, %s",
             result.envelope_count, result.answer_count, (int)result.http_status,
             err_name(result.last_error));
    return result.answer_count == result.envelope_count ? EXIT_done : EXIT_undelivered;
}

static int run_carry(const struct options *options, struct arena *program)
{
    struct transport_curl *curl = NULL;
    enum err err = transport_curl_open(program, &curl);
    if (err != OK) {
        log_line(LOG_error, "agent", "network: %s", err_name(err));
        return EXIT_files;
    }
    struct transport transport = transport_curl_table(curl);
    int code = carry(options, &transport, program);
    transport_curl_close(&curl);
    return code;
}

static int run(const struct options *options, struct arena *program, struct arena *task)
{
    struct transport_curl *curl = NULL;
    enum err err = transport_curl_open(program, &curl);
    if (err != OK) {
        log_line(LOG_error, "agent", "network: %s", err_name(err));
        return EXIT_files;
    }
    struct transport transport = transport_curl_table(curl);
    struct crew *crew = ARENA_NEW(program, struct crew);
    err = crew_open(crew, program, options->data, os_clock(), os_rng(), &transport, is_metered);
    int code = EXIT_busy;
    if (err != OK) {
        log_line(LOG_error, "agent", "spool: %s", err_name(err));
        code = err == ERR_busy ? EXIT_busy : EXIT_files;
    } else {
        code = options->is_once ? run_once(crew, task) : run_on(crew, task);
        crew_close(crew);
    }
    transport_curl_close(&curl);
    return code;
}

int main(int argc, char **argv)
{
    struct options options;
    if (!read_options(argc, argv, &options)) {
        fprintf(stderr,
                "usage: doorstep-sync --data DIR [--once]\n"
                "       doorstep-sync --bundle FILE --answers FILE (--data DIR | --url URL)\n");
        return EXIT_usage;
    }
    if (!os_dump_forbid()) {
        log_line(LOG_warning, "agent", "a crash would leave a core file");
    }
    (void)signal(SIGPIPE, SIG_IGN); /* a broken connection is an error, not an end */
    struct arena program = {0};
    struct arena task = {0};
    arena_init(&program, 0);
    arena_init(&task, 512 * 1024);
    int code =
        options.bundle != NULL ? run_carry(&options, &program) : run(&options, &program, &task);
    arena_deinit(&task);
    arena_deinit(&program);
    return code;
}
