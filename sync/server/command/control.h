/* sync/server/command/control.h -- commands handed to the server that holds the folder.
 *
 * A stream socket DIR/hq.sock. The caller sends its words and its three streams
 * (SCM_RIGHTS), the server runs the command as if it were its own and answers with
 * the exit code. Only the owner of the folder can reach the socket; who calls is told by
 * the session, and from which account of the machine by the kernel. */
#pragma once

#include "sync/server/api/api.h"
#include "sync/server/command/command.h"

enum { CONTROL_STREAMS = 3, CONTROL_WORDS_MAX = 256, CONTROL_SIZE_MAX = 256 * 1024 };

/* One command with its words, as it travels. */
struct control_call {
    int streams[CONTROL_STREAMS]; /* the caller's in, out and err */
    const char *cwd;
    const char *session; /* token of who calls; empty: nobody signed in */
    enum lang lang;
    bool is_json;
    bool is_page, is_page_pick; /* as in command_context; never over the socket … */
    bool is_quiet;              /* … nor this */
    uint32_t door;              /* enum session_door */
    int argc;
    const char *const *argv;
};

/* Hands `call` with its streams to the server at `folder` and waits.
 * ERR_not_found when nobody listens there; ERR_io when the server went away
 * (whether the command was done is then unknown); ERR_too_long. */
enum err control_send(struct arena *arena, const char *folder, const struct control_call *call,
                      int *exit_code_out) MUST_USE;

struct control;
struct control_options {
    const char *folder; /* borrowed */
    struct api *api;    /* whose writer thread runs writing commands */
    const struct clock *clock;
    const struct rng *rng;
};
enum err control_start(const struct control_options *options,
                       struct control **control_out) MUST_USE;
/* Runs a command as one that came over the socket, on the calling thread, which is none of
 * the writer's: a page of the office. `streams` are in, out and err; the caller's. */
enum command_exit control_run(struct control *control, struct arena *arena,
                              const struct control_call *call, const char *origin,
                              FILE *streams[CONTROL_STREAMS]);
/* Waits for the command that is running. */
void control_stop(struct control *control);
