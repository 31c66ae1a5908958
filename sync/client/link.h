/* sync/client/link.h -- does the network at hand cost by the byte? Linux. */
#pragma once

#include <stdbool.h>

/* True when the default route leads over a mobile modem (interfaces named ww…, ppp…, rmnet…).
 * What cannot be told, such as a telephone shared over Wi-Fi, counts as free: the collector
 * may say otherwise (photos=off). `route_path` is "/proc/net/route", or a test's. */
bool link_is_metered(const char *route_path);
