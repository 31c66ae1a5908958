/* tests/fuzz/target.h -- what a fuzz target gives: see README.md. */
#pragma once

#include "core/base/arena.h"
#include "core/base/check.h"
#include "core/base/str.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Reads one input to its end. 0. The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
