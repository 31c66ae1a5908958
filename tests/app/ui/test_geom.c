#include "app/ui/geom.h"
#include "tests/lib/test.h"

TEST(test_geom_meets_and_surrounds)
{
    static const struct {
        const char *name;
        struct rect a, b, meet, around;
    } rows[] = {
        {"apart", {0, 0, 10, 10}, {20, 0, 5, 5}, {0, 0, 0, 0}, {0, 0, 25, 10}},
        {"side by side", {0, 0, 10, 10}, {10, 0, 5, 5}, {0, 0, 0, 0}, {0, 0, 15, 10}},
        {"one pixel", {0, 0, 10, 10}, {9, 9, 5, 5}, {9, 9, 1, 1}, {0, 0, 14, 14}},
        {"inside", {0, 0, 10, 10}, {2, 3, 4, 5}, {2, 3, 4, 5}, {0, 0, 10, 10}},
        {"negative", {-5, -5, 10, 10}, {-2, -9, 4, 5}, {-2, -5, 4, 1}, {-5, -9, 10, 14}},
        {"empty", {0, 0, 10, 10}, {5, 5, 0, 3}, {0, 0, 0, 0}, {0, 0, 10, 10}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].name, geom_equal(geom_meet(rows[i].a, rows[i].b), rows[i].meet));
        EXPECT_ROW(rows[i].name, geom_equal(geom_meet(rows[i].b, rows[i].a), rows[i].meet));
        EXPECT_ROW(rows[i].name, geom_equal(geom_around(rows[i].a, rows[i].b), rows[i].around));
        EXPECT_ROW(rows[i].name,
                   geom_overlaps(rows[i].a, rows[i].b) == !geom_is_empty(rows[i].meet));
    }
}

TEST(test_geom_edges_belong_to_the_left_and_top)
{
    struct rect rect = {10, 20, 5, 5};
    EXPECT(geom_has(rect, (struct point){10, 20}));
    EXPECT(geom_has(rect, (struct point){14, 24}));
    EXPECT(!geom_has(rect, (struct point){15, 20}));
    EXPECT(!geom_has(rect, (struct point){10, 25}));
    EXPECT(!geom_has(rect, (struct point){9, 20}));
}

TEST(test_geom_covers_and_insets)
{
    struct rect rect = {0, 0, 10, 10};
    EXPECT(geom_covers(rect, rect));
    EXPECT(geom_covers(rect, (struct rect){50, 50, 0, 0}));
    EXPECT(!geom_covers(rect, (struct rect){1, 1, 10, 9}));
    EXPECT(geom_equal(geom_inset(rect, 3), ((struct rect){3, 3, 4, 4})));
    EXPECT(geom_equal(geom_inset(rect, -1), ((struct rect){-1, -1, 12, 12})));
    EXPECT(geom_is_empty(geom_inset(rect, 5)));
    struct point centre = geom_centre((struct rect){10, 10, 4, 6});
    EXPECT(centre.x == 12 && centre.y == 13);
}
