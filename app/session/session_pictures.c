/* Pictures that the camera program saved: they are of who had the tablet then. */
#include "app/session/session_private.h"

#include "core/os/log.h"

/* A name that is not there yet: cameras begin to count anew when their folder is empty. */
static const char *free_name(struct session *session, const char *name)
{
    const char *path = os_path(&session->work, session->picture_folder, name);
    for (int i = 2; os_file_exists(path); i++) {
        path = str_format(&session->work, "%s/%d-%s", session->picture_folder, i, name);
    }
    return path;
}

/* On another disk it is written anew and overwritten there. */
static enum err picture_take(struct session *session, const char *name)
{
    const char *from = os_path(&session->work, session->camera_folder, name);
    const char *to = free_name(session, name);
    struct str bytes;
    if (!os_file_is_plain(from)) {
        return OK;
    }
    if (os_file_move(from, to) == OK) {
        return OK;
    }
    TRY(os_file_read(&session->work, from, LIMIT_attachment_size, &bytes));
    TRY(os_file_replace(to, bytes.bytes, bytes.size));
    return os_file_shred(from, session->options.rng);
}

void session_pictures_take(struct session *session)
{
    const char **names = NULL;
    size_t count = 0;
    if (session->picture_folder == session->camera_folder ||
        os_folder_list(&session->work, session->camera_folder, &names, &count) != OK) {
        return;
    }
    enum err err = os_folder_make(session->picture_folder);
    for (size_t i = 0; err == OK && i < count; i++) {
        err = picture_take(session, names[i]);
    }
    if (err != OK) { /* it stays where it is; nobody of the tablet is shown it */
        log_line(LOG_warning, "session", "a picture stays with the camera: %s", err_name(err));
    }
    arena_reset(&session->work);
}
