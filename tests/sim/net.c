/* tests/sim/net.c -- the network: what becomes of an envelope and of its answer. */
#include "tests/sim/world.h"

#include <stdlib.h>

enum { TIMEOUT_MS = 30000, CONNECT_MS = 400, HOUR_MS = 3600 * 1000, TALK_MAX = 600 };

static struct post *post_make(const void *bytes, size_t size)
{
    struct post *post = calloc(1, sizeof *post);
    CHECK(post != NULL);
    post->bytes = malloc(size + 1);
    CHECK(post->bytes != NULL);
    memcpy(post->bytes, bytes, size);
    post->size = size;
    post->use_count = 1;
    return post;
}

void post_drop(struct post *post)
{
    if (--post->use_count == 0) {
        free(post->bytes);
        free(post->answer);
        free(post);
    }
}

static int64_t delay_ms(struct luck *luck)
{
    return luck_is(luck, 900) ? luck_between(luck, 15, 400) : luck_between(luck, 400, 20000);
}

static void damage(struct luck *luck, struct counts *counts, uint8_t *bytes, size_t *size)
{
    if (*size == 0) {
        return;
    }
    if (luck_is(luck, 500)) {
        *size = luck_below(luck, *size);
        counts->truncated++;
    } else {
        bytes[luck_below(luck, *size)] ^= (uint8_t)(1U << luck_below(luck, 8));
        counts->garbled++;
    }
}

static void wake_answer(struct world *world, struct post *post, int64_t after_ms)
{
    post->use_count++;
    world_wake(world, world->now_ms + after_ms, WAKE_answer, post->tablet)->post = post;
}

static void wake_arrive(struct world *world, struct post *post, int64_t after_ms)
{
    post->use_count++;
    world_wake(world, world->now_ms + after_ms, WAKE_arrive, post->tablet)->post = post;
}

void net_fail(struct world *world, struct post *post, enum err err, int64_t after_ms)
{
    post->err = err;
    if (!post->is_copy) {
        wake_answer(world, post, after_ms);
    }
}

/* The same bytes reach headquarters once more, perhaps much later. */
static void duplicate(struct tablet *tablet, const struct post *post)
{
    struct world *world = tablet->world;
    struct luck *luck = &tablet->net_luck;
    struct post *copy = post_make(post->bytes, post->size);
    copy->tablet = post->tablet;
    copy->is_copy = true;
    int64_t after_ms = luck_is(luck, 500) ? luck_between(luck, 0, 3000)
                                          : luck_between(luck, 3000, 6 * 3600 * 1000);
    world->counts.duplicated++;
    wake_arrive(world, copy, after_ms);
    post_drop(copy);
}

void net_inject(struct world *world, uint32_t index, struct wire_bytes envelope)
{
    struct post *post = post_make(envelope.bytes, envelope.size);
    post->tablet = index;
    post->is_copy = true;
    wake_arrive(world, post, delay_ms(&world->tablets[index].net_luck));
    post_drop(post);
}

/* Who sends the same again and again drains the battery and the data plan. */
static void count_talk(struct tablet *tablet)
{
    int64_t hour = tablet->world->now_ms / HOUR_MS;
    tablet->talk_count = hour == tablet->talk_hour ? tablet->talk_count + 1 : 1;
    tablet->talk_hour = hour;
    if (tablet->talk_count > TALK_MAX) {
        world_fail(tablet->world, "tablet %u sends without end: %u envelopes within an hour",
                   (unsigned)tablet->index, (unsigned)tablet->talk_count);
    }
}

static void set_out(struct tablet *tablet, struct post *post)
{
    struct world *world = tablet->world;
    count_talk(tablet);
    struct luck *luck = &tablet->net_luck;
    bool has_trouble = luck_is(luck, tablet->trouble);
    uint64_t lot = has_trouble ? luck_below(luck, 12) : 99;
    world->counts.messages++;
    if (world->now_ms < tablet->away_until_ms) {
        net_fail(world, post, ERR_offline, CONNECT_MS);
    } else if (lot <= 2) {
        world->counts.lost++;
        net_fail(world, post, ERR_timed_out, TIMEOUT_MS);
    } else if (lot == 3) { /* arrives after the agent has given up */
        world->counts.late++;
        struct post *copy = post_make(post->bytes, post->size);
        copy->tablet = post->tablet;
        copy->is_copy = true;
        wake_arrive(world, copy, luck_between(luck, TIMEOUT_MS, 3 * 3600 * 1000));
        post_drop(copy);
        net_fail(world, post, ERR_timed_out, TIMEOUT_MS);
    } else {
        if (lot == 4) {
            damage(luck, &world->counts, post->bytes, &post->size);
        } else if (lot <= 6) {
            duplicate(tablet, post);
        }
        wake_arrive(world, post, delay_ms(luck));
    }
}

enum err net_post(void *context, struct arena *arena, const char *url, const void *body,
                  size_t body_size, struct transport_response *response_out)
{
    struct tablet *tablet = context;
    (void)url;
    struct post *post = post_make(body, body_size);
    post->tablet = tablet->index;
    post->run = tablet->agent_run;
    tablet->post = post;
    set_out(tablet, post);
    fiber_give_way();
    /* The answer is here: see tablet_agent_answer(). */
    *response_out = tablet->post_response;
    if (response_out->body_size > 0) {
        response_out->body = arena_copy(arena, tablet->post_response.body, response_out->body_size);
    }
    response_out->sent_size = body_size;
    response_out->received_size = response_out->body_size;
    return tablet->post_err;
}

void net_arrive(struct world *world, struct post *post)
{
    struct hq *hq = &world->hq;
    if (!hq->is_up) {
        world->counts.hq_down++;
        net_fail(world, post, ERR_offline, CONNECT_MS);
        post_drop(post);
        return;
    }
    if (hq->inbox_count == hq->inbox_capacity) {
        hq->inbox_capacity = hq->inbox_capacity == 0 ? 64 : hq->inbox_capacity * 2;
        hq->inbox = realloc(hq->inbox, hq->inbox_capacity * sizeof(struct post *));
        CHECK(hq->inbox != NULL);
    }
    hq->inbox[hq->inbox_count++] = post; /* with the event's use */
    if (!hq->has_group) {
        hq->has_group = true;
        world_wake(world, world->now_ms + luck_between(&hq->luck, 0, 60), WAKE_group, 0);
    }
}

static void answer_on(struct world *world, struct post *post, struct wire_bytes answer)
{
    struct tablet *tablet = &world->tablets[post->tablet];
    struct luck *luck = &tablet->net_luck;
    uint64_t lot = luck_is(luck, tablet->trouble) ? luck_below(luck, 10) : 99;
    if (world->now_ms < tablet->away_until_ms || lot <= 3) {
        world->counts.lost++;
        net_fail(world, post, ERR_timed_out, TIMEOUT_MS);
        return;
    }
    post->answer = malloc(answer.size + 1);
    CHECK(post->answer != NULL);
    memcpy(post->answer, answer.bytes, answer.size);
    post->answer_size = answer.size;
    post->status = 200;
    if (lot == 4 || lot == 5) {
        damage(luck, &world->counts, post->answer, &post->answer_size);
    } else if (lot == 6) { /* something on the way answers instead */
        static const int32_t statuses[] = {302, 403, 404, 429, 500, 502, 503};
        post->status = statuses[luck_below(luck, COUNT(statuses))];
        post->answer_size = 0;
        post->retry_after_s = luck_between(luck, 0, 40);
    } else if (lot == 7) { /* cut in the middle of it */
        post->err = ERR_timed_out;
    }
    wake_answer(world, post, delay_ms(luck));
}

void net_answer(struct world *world, struct post *post, struct wire_bytes answer)
{
    if (post->is_copy) {
        return;
    }
    struct tablet *tablet = &world->tablets[post->tablet];
    struct luck *luck = &tablet->net_luck;
    struct arena arena;
    arena_init(&arena, 0);
    if (tablet->has_forged_answer) {
        tablet->has_forged_answer = false;
        answer = forger_answer(&arena, tablet, (struct wire_bytes){post->bytes, post->size}, luck);
    }
    answer_on(world, post, answer);
    arena_deinit(&arena);
}
