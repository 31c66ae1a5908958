#include "tests/sim/fiber.h"

#include "core/base/check.h"

#include <stdlib.h>
#include <ucontext.h>

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_SANITIZED 1
#endif
#endif

#ifdef FIBER_SANITIZED
#include <sanitizer/common_interface_defs.h>
enum { STACK_SIZE = 512 * 1024 };
#else
enum { STACK_SIZE = 128 * 1024 };
#endif

struct fiber {
    ucontext_t context;
    void (*body)(void *context);
    void *body_context;
    void *stack;
    struct fiber *next_free;
#ifdef FIBER_SANITIZED
    void *fake_stack;
#endif
};

static ucontext_t outside;
static struct fiber *running;
static struct fiber *free_fibers; /* with their stacks */
#ifdef FIBER_SANITIZED
static void *outside_fake_stack;
static const void *outside_stack;
static size_t outside_size;
#endif

static void start(void)
{
#ifdef FIBER_SANITIZED
    __sanitizer_finish_switch_fiber(NULL, &outside_stack, &outside_size);
#endif
    running->body(running->body_context);
    check_failed("a fiber never ends by itself", __FILE__, __LINE__);
}

/* Not part of its caller, where getcontext() returns twice and may forget a variable. */
__attribute__((noinline)) static struct fiber *take_fiber(void)
{
    struct fiber *fiber = free_fibers;
    if (fiber != NULL) {
        free_fibers = fiber->next_free;
        return fiber;
    }
    fiber = calloc(1, sizeof *fiber);
    CHECK(fiber != NULL);
    fiber->stack = malloc(STACK_SIZE);
    CHECK(fiber->stack != NULL);
    return fiber;
}

struct fiber *fiber_make(void (*body)(void *context), void *context)
{
    struct fiber *fiber = take_fiber();
    fiber->body = body;
    fiber->body_context = context;
#ifdef FIBER_SANITIZED
    fiber->fake_stack = NULL;
#endif
    CHECK(getcontext(&fiber->context) == 0);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = STACK_SIZE;
    fiber->context.uc_link = NULL;
    makecontext(&fiber->context, start, 0);
    return fiber;
}

void fiber_drop(struct fiber *fiber)
{
    CHECK(fiber != running);
    fiber->next_free = free_fibers;
    free_fibers = fiber;
}

void fiber_resume(struct fiber *fiber)
{
    CHECK(running == NULL);
    running = fiber;
#ifdef FIBER_SANITIZED
    __sanitizer_start_switch_fiber(&outside_fake_stack, fiber->stack, STACK_SIZE);
#endif
    CHECK(swapcontext(&outside, &fiber->context) == 0);
#ifdef FIBER_SANITIZED
    __sanitizer_finish_switch_fiber(outside_fake_stack, NULL, NULL);
#endif
    running = NULL;
}

void fiber_give_way(void)
{
    struct fiber *fiber = running;
    CHECK(fiber != NULL);
#ifdef FIBER_SANITIZED
    __sanitizer_start_switch_fiber(&fiber->fake_stack, outside_stack, outside_size);
#endif
    CHECK(swapcontext(&fiber->context, &outside) == 0);
#ifdef FIBER_SANITIZED
    __sanitizer_finish_switch_fiber(fiber->fake_stack, &outside_stack, &outside_size);
#endif
}

bool fiber_is_inside(void)
{
    return running != NULL;
}
