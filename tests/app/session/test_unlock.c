/* What happens to a tablet in the middle of being opened: the key is there, the records are not
 * yet. Who takes it over then sees nothing of whoever typed the PIN. */
#include "app/session/session_private.h"
#include "tests/app/portfolio.h"

#include <stdlib.h>
#include <unistd.h>

#define PIN "284915"

struct tablet {
    struct arena program;
    struct arena life; /* from a start of the session to its end */
    const char *folder;
    int64_t now_ms; /* monotonic */
    struct clock clock;
    struct session *session;
};

static struct clock_reading tablet_read(void *context)
{
    const struct tablet *tablet = context;
    return (struct clock_reading){
        .wall_ms = portfolio_at_ms() + tablet->now_ms, .monotonic_ms = tablet->now_ms, .boot = 1};
}

static void start(struct tablet *tablet)
{
    arena_init(&tablet->life, 1024 * 1024);
    const struct session_options options = {.data_folder = tablet->folder,
                                            .version = "test",
                                            .clock = &tablet->clock,
                                            .stretch_kib = 64,
                                            .rng = os_rng()};
    EXPECT_OK(session_open(&tablet->life, &options, &tablet->session));
}

static void end(struct tablet *tablet)
{
    session_close(&tablet->session);
    arena_deinit(&tablet->life);
}

/* One whose collector has a PIN, started anew and shut. */
static void tablet_open(struct tablet *tablet, const char *name)
{
    *tablet = (struct tablet){.now_ms = 1000};
    tablet->clock = (struct clock){.read = tablet_read, .context = tablet};
    arena_init(&tablet->program, 1024 * 1024);
    tablet->folder =
        str_format(&tablet->program, "%s/unlock-%s-%d", BUILD_FOLDER, name, (int)getpid());
    portfolio_make(&tablet->program, tablet->folder, &tablet->clock, os_rng(), 2);
    start(tablet);
    EXPECT_OK(vault_set(tablet->session->vault, PIN));
    end(tablet);
    start(tablet);
    EXPECT(tablet->session->store == NULL && vault_key(tablet->session->vault) == NULL);
}

static void tablet_close(struct tablet *tablet)
{
    end(tablet);
    EXPECT_INT(0, system(str_format(&tablet->program, "rm -rf '%s'", tablet->folder)));
    arena_deinit(&tablet->program);
}

/* The frame that says what comes next is on the glass. */
static void presented(struct tablet *tablet)
{
    tablet->session->is_opening_drawn = session_is_opening(tablet->session);
    session_presented(tablet->session);
}

/* The PIN was right; the records are next. */
static void half_open(struct tablet *tablet)
{
    session_try(tablet->session, PIN);
    presented(tablet);
    EXPECT(tablet->session->store == NULL && vault_key(tablet->session->vault) != NULL);
    EXPECT_INT(SCREEN_OPENING_store, tablet->session->keys.opening);
}

static void expect_shut(const struct tablet *tablet)
{
    EXPECT(tablet->session->is_locked);
    EXPECT(tablet->session->store == NULL && vault_key(tablet->session->vault) == NULL);
    EXPECT(!session_is_opening(tablet->session));
}

TEST(test_undisturbed_it_opens)
{
    struct tablet tablet;
    tablet_open(&tablet, "open");
    half_open(&tablet);
    presented(&tablet);
    EXPECT(tablet.session->store != NULL && tablet.session->is_locked);
    presented(&tablet);
    EXPECT(tablet.session->store != NULL && !tablet.session->is_locked);
    EXPECT(!session_is_opening(tablet.session));
    tablet_close(&tablet);
}

/* Taps wait while the PIN is tried, and come together. */
TEST(test_who_hands_it_over_while_it_opens_leaves_it_shut)
{
    struct tablet tablet;
    tablet_open(&tablet, "hand");
    half_open(&tablet);
    struct vault *vault = tablet.session->vault;
    tablet.session->next_place = PERSON_PLACE_new;
    session_turn(tablet.session);
    EXPECT_INT(1, tablet.session->place);
    EXPECT(vault_key(vault) == NULL);
    tablet.session->next_place = 0;
    session_turn(tablet.session);
    EXPECT_INT(0, tablet.session->place);
    expect_shut(&tablet);
    tablet_close(&tablet);
}

/* As session_key.c does when headquarters' order to lock is heard. */
TEST(test_an_order_that_comes_while_it_opens_shuts_it)
{
    struct tablet tablet;
    tablet_open(&tablet, "order");
    half_open(&tablet);
    EXPECT_OK(vault_obey(tablet.session->vault, 1, VAULT_ORDER_lock));
    session_seal_away(tablet.session, false);
    expect_shut(&tablet);
    presented(&tablet); /* of a frame that was on its way */
    expect_shut(&tablet);
    tablet_close(&tablet);
}

TEST(test_a_tablet_that_sleeps_while_it_opens_wakes_shut)
{
    struct tablet tablet;
    tablet_open(&tablet, "sleep");
    half_open(&tablet);
    tablet.now_ms += SESSION_SLEPT_MS + 1;
    presented(&tablet);
    expect_shut(&tablet);
    half_open(&tablet); /* the PIN opens it again */
    tablet_close(&tablet);
}
