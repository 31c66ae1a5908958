/* app/main.c -- doorstep: the touch program of one tablet. */
#include "app/i18n/lang_letters.h"
#include "app/platform/loop.h"
#include "app/platform/position.h"
#include "app/session/session.h"
#include "core/os/log.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION "0.1.0"

struct options {
    const char *data, *agent, *script, *enrol, *shots, *fonts, *camera, *usb, *map, *position;
    enum lang lang;
    bool has_lang, is_headless, is_fullscreen, has_agent;
    int32_t width_px, height_px, ppi;
    int64_t at_ms;
};

/* What the environment asks for, until the tablet's own setting is read. */
static enum lang lang_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *value = getenv(names[i]);
        enum lang lang;
        if (value != NULL && value[0] != '\0') {
            return lang_from_text(str_from(value), &lang) ? lang : LANG_en;
        }
    }
    return LANG_zh;
}

static int usage(enum lang lang, int code)
{
    fputs(lang_text(lang, "main.usage"), code == 0 ? stdout : stderr);
    fputs("\n", code == 0 ? stdout : stderr);
    return code;
}

static int wrong(enum lang lang, const char *key, const char *value)
{
    struct arena arena;
    arena_init(&arena, 4096);
    fprintf(stderr, "doorstep: %s\n",
            lang_fill(&arena, lang, key, lang_value_text("value", value)));
    arena_deinit(&arena);
    return 2;
}

static bool number_from(struct str text, int64_t low, int64_t high, int32_t *value_out)
{
    int64_t value;
    if (str_to_i64(text, &value) != OK || value < low || value > high) {
        return false;
    }
    *value_out = (int32_t)value;
    return true;
}

static bool size_from(const char *text, struct options *options)
{
    struct str rest = str_from(text);
    struct str width;
    struct str height;
    return str_split(&rest, 'x', &width) && str_split(&rest, 'x', &height) && rest.size == 0 &&
           number_from(width, 200, 8192, &options->width_px) &&
           number_from(height, 200, 8192, &options->height_px);
}

/* "2026-11-22_09:30", the wall clock of a headless run, in China's zone. */
static bool instant_from(const char *text, int64_t *at_ms_out)
{
    struct str rest = str_from(text);
    struct str day_text;
    struct str minute_text;
    struct str hour_text;
    int32_t day;
    int32_t hour;
    int32_t minute;
    if (!str_split(&rest, '_', &day_text) || date_from_text(day_text, &day) != OK ||
        !str_split(&rest, ':', &hour_text) || !str_split(&rest, ':', &minute_text) ||
        !number_from(hour_text, 0, 23, &hour) || !number_from(minute_text, 0, 59, &minute)) {
        return false;
    }
    *at_ms_out = date_instant(day, hour * 60 + minute, 480);
    return true;
}

/* 0: go on; else the exit code, less one. */
static int options_read(int argc, char **argv, struct options *options)
{
    enum {
        DATA = 256,
        LANGUAGE,
        HEADLESS,
        SIZE,
        PPI,
        SCRIPT,
        SHOTS,
        ENROL,
        NO_AGENT,
        AGENT,
        FULLSCREEN,
        FONTS,
        AT,
        CAMERA,
        USB,
        MAP,
        POSITION,
        SHOW_VERSION,
        HELP
    };
    static const struct option known[] = {
        {"data", required_argument, NULL, DATA},
        {"lang", required_argument, NULL, LANGUAGE},
        {"headless", no_argument, NULL, HEADLESS},
        {"size", required_argument, NULL, SIZE},
        {"ppi", required_argument, NULL, PPI},
        {"script", required_argument, NULL, SCRIPT},
        {"shots", required_argument, NULL, SHOTS},
        {"enrol", required_argument, NULL, ENROL},
        {"no-agent", no_argument, NULL, NO_AGENT},
        {"agent", required_argument, NULL, AGENT},
        {"fullscreen", no_argument, NULL, FULLSCREEN},
        {"fonts", required_argument, NULL, FONTS},
        {"at", required_argument, NULL, AT},
        {"camera", required_argument, NULL, CAMERA},
        {"usb", required_argument, NULL, USB},
        {"map", required_argument, NULL, MAP},
        {"position", required_argument, NULL, POSITION},
        {"version", no_argument, NULL, SHOW_VERSION},
        {"help", no_argument, NULL, HELP},
        {NULL, 0, NULL, 0},
    };
    opterr = 0;
    for (int found; (found = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (found) {
        case DATA:
            options->data = optarg;
            break;
        case LANGUAGE:
            options->has_lang = lang_from_text(str_from(optarg), &options->lang);
            if (!options->has_lang) {
                return 1 + wrong(options->lang, "main.bad_lang", optarg);
            }
            break;
        case HEADLESS:
            options->is_headless = true;
            break;
        case SIZE:
            if (!size_from(optarg, options)) {
                return 1 + wrong(options->lang, "main.bad_size", optarg);
            }
            break;
        case PPI:
            if (!number_from(str_from(optarg), 60, 800, &options->ppi)) {
                return 1 + wrong(options->lang, "main.bad_ppi", optarg);
            }
            break;
        case SCRIPT:
            options->script = optarg;
            break;
        case SHOTS:
            options->shots = optarg;
            break;
        case ENROL:
            options->enrol = optarg;
            break;
        case NO_AGENT:
            options->has_agent = false;
            break;
        case AGENT:
            options->agent = optarg;
            break;
        case FULLSCREEN:
            options->is_fullscreen = true;
            break;
        case FONTS:
            options->fonts = optarg;
            break;
        case AT:
            if (!instant_from(optarg, &options->at_ms)) {
                return 1 + wrong(options->lang, "main.bad_at", optarg);
            }
            break;
        case CAMERA:
            options->camera = optarg;
            break;
        case USB:
            options->usb = optarg;
            break;
        case MAP:
            options->map = optarg;
            break;
        case POSITION:
            options->position = optarg;
            break;
        case SHOW_VERSION:
            puts("doorstep " VERSION);
            return 1;
        case HELP:
            return 1 + usage(options->lang, 0);
        default:
            wrong(options->lang, "main.bad_option", argv[optind - 1]);
            return 1 + usage(options->lang, 2);
        }
    }
    if (optind < argc) {
        wrong(options->lang, "main.bad_option", argv[optind]);
        return 1 + usage(options->lang, 2);
    }
    return 0;
}

/* The code itself, or the name of a file that holds it. NULL: no such file. */
static const char *enrol_text(struct arena *program, const char *given)
{
    enum { CODE_SIZE_MAX = 4096 };
    if (given == NULL || strncmp(given, "doorstep:", strlen("doorstep:")) == 0) {
        return given;
    }
    struct str text;
    return os_file_read(program, given, CODE_SIZE_MAX, &text) == OK ? text.bytes : NULL;
}

static const char *default_data(struct arena *program)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (state != NULL && state[0] != '\0') {
        return os_path(program, state, "doorstep");
    }
    return os_path(program, home != NULL ? home : ".", ".local/state/doorstep");
}

/* Where drawn letters wait for the next start; NULL: there is no such place. */
static const char *letters_path(struct arena *program)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (cache == NULL || cache[0] == '\0') {
        if (home == NULL || home[0] == '\0') {
            return NULL;
        }
        cache = os_path(program, home, ".cache");
    }
    const char *folder = os_path(program, cache, "doorstep");
    return os_folder_make(folder) == OK ? os_path(program, folder, "letters") : NULL;
}

static enum err watch(void *context, const char *folder)
{
    return window_watch_folder(context, folder);
}

static int run(struct arena *program, const struct options *options, struct window *window)
{
    const char *join = enrol_text(program, options->enrol);
    if (options->enrol != NULL && join == NULL) {
        return wrong(options->lang, "main.bad_enrol", options->enrol);
    }
    /* Pictures and scripts are of no place. */
    const char *source = options->position != NULL ? options->position
                         : options->is_headless    ? "none"
                                                   : "gpsd";
    struct position *position = NULL;
    if (position_open(program, source, window_clock(window), &position) != OK) {
        return wrong(options->lang, "main.bad_position", source);
    }
    struct session_options session_options = {
        .data_folder = options->data != NULL ? options->data : default_data(program),
        .agent_path = options->agent,
        .has_agent = options->has_agent,
        .camera_folder = options->camera,
        .usb_folder = options->usb,
        .map_path = options->map,
        .position = position,
        .version = VERSION,
        .has_lang = options->has_lang,
        .lang = options->lang,
        .enrol_text = join,
        .watch = watch,
        .watch_context = window,
        .clock = window_clock(window),
        .rng = os_rng(),
        .chip = os_file_exists("/dev/tpmrm0") ? "device:/dev/tpmrm0" : NULL,
    };
    struct session *session = NULL;
    enum err err = session_open(program, &session_options, &session);
    if (err != OK) {
        const char *reason =
            lang_text(options->lang, str_format(program, "error.%s", err_name(err)));
        fprintf(stderr, "doorstep: %s\n",
                lang_fill(program, options->lang, "main.no_data",
                          lang_value_text("folder", session_options.data_folder),
                          lang_value_text("reason", reason)));
        return 1;
    }
    struct ui *ui = ui_make(program, window_font(window));
    struct loop loop = {.frame = session_frame,
                        .theme = session_theme,
                        .folder_changed = session_folder_changed,
                        .presented = session_presented,
                        .deadline_ms = session_deadline_ms,
                        .context = session};
    err = loop_run(window, ui, &loop, session_should_stop(session));
    ui_deinit(ui);
    int code = window_exit_code(window);
    if (err != OK) {
        fprintf(stderr, "doorstep: %s\n", window_problem(window));
        code = 1;
    }
    if (session_problem(session)[0] != '\0') {
        fprintf(stderr, "doorstep: %s\n", session_problem(session));
        code = 1;
    }
    session_close(&session);
    position_close(position);
    return code;
}

int main(int argc, char **argv)
{
    struct options options = {.lang = lang_of_environment(), .has_agent = true};
    int early = options_read(argc, argv, &options);
    if (early != 0) {
        return early - 1;
    }
    if (!os_dump_forbid()) {
        log_line(LOG_warning, "main", "a crash would leave a core file");
    }
    struct arena program;
    arena_init(&program, 1024 * 1024);
    struct window_options window_options = {
        .title = "Doorstep",
        .width_px = options.width_px,
        .height_px = options.height_px,
        .ppi = options.ppi,
        .is_headless = options.is_headless,
        .is_fullscreen = options.is_fullscreen,
        .script_path = options.script,
        .shot_folder = options.shots,
        .clock = os_clock(),
        .virtual_wall_at_ms = options.at_ms,
        .font_folder = options.fonts,
    };
    if (!options.is_headless) {
        window_options.letters = lang_letters(&program, options.lang);
        window_options.letters_path = letters_path(&program);
    }
    struct window *window = NULL;
    enum err err = window_open(&program, &window_options, &window);
    int code = 1;
    if (err == OK) {
        code = run(&program, &options, window);
        if (code != 0 && window_problem(window)[0] != '\0') {
            fprintf(stderr, "doorstep: %s\n", window_problem(window));
        }
        window_close(window);
    } else {
        fprintf(stderr, "doorstep: %s\n", window_problem(window));
    }
    arena_deinit(&program);
    return code;
}
