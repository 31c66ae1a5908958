/* core/os/log.h -- one line per happening: level, module, text. Never personal
 * data: no name, number, address, note or amount; numbers of cases and devices
 * and error names only. */
#pragma once

#include "core/base/check.h"

enum log_level { LOG_debug, LOG_info, LOG_warning, LOG_error };

/* Writes to stderr: "<ISO time> <level> <module>: <text>". */
void log_line(enum log_level level, const char *module, const char *format, ...) PRINTF_LIKE(3, 4);
