/* tests/sim/fiber.h -- a program that waits for the network while others go on.
 *
 * An agent blocks in its post; here it gives way and is resumed with the answer. A fiber
 * that is dropped never runs on: the program was killed at that very place. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct fiber;

/* Runs `body(context)` at the first fiber_resume(). `body` never returns. */
struct fiber *fiber_make(void (*body)(void *context), void *context);
void fiber_drop(struct fiber *fiber);
/* Runs it until it gives way. From outside any fiber. */
void fiber_resume(struct fiber *fiber);
/* Inside a fiber: back to whoever resumed it. */
void fiber_give_way(void);
/* True between fiber_resume() and its return. */
bool fiber_is_inside(void);
