#include "app/session/session_place.h"

#include "app/platform/position.h"

void session_place_look(struct session *session)
{
    struct journey *journey = &session->journey;
    if (session->options.position == NULL || session->store == NULL) {
        return;
    }
    struct position_fix fix = position_look(session->options.position);
    journey->has_fix = fix.has_fix;
    journey->fix = (ds_Fix){.lat_e7 = fix.place.lat_e7,
                            .lon_e7 = fix.place.lon_e7,
                            .accuracy_m = fix.accuracy_m,
                            .age_s = fix.age_s};
    if (fix.gnss_at_ms != 0) {
        journey->has_gnss_time = true;
        journey->gnss_at_ms = fix.gnss_at_ms;
        journey->gnss_monotonic_ms = fix.gnss_monotonic_ms;
    }
}
