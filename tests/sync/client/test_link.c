#include "sync/client/link.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

#define HEAD "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define WIFI "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
#define MODEM "wwan0\t00000000\t0100000A\t0003\t0\t0\t700\t00000000\t0\t0\t0\n"
#define MODEM_FIRST "wwan0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
#define MODEM_DOWN "wwan0\t00000000\t0100000A\t0002\t0\t0\t100\t00000000\t0\t0\t0\n"
#define MODEM_NET "wwan0\t0000000A\t00000000\t0001\t0\t0\t100\t000000FF\t0\t0\t0\n"

/* The route that is taken decides; the others do not matter. */
TEST(test_only_the_default_route_over_a_modem_costs)
{
    static const struct {
        const char *row, *text;
        bool is_metered;
    } rows[] = {
        {"no route", HEAD, false},
        {"wifi", HEAD WIFI, false},
        {"modem", HEAD MODEM, true},
        {"wifi before modem", HEAD MODEM WIFI, false},
        {"modem before wifi", HEAD WIFI MODEM_FIRST, true},
        {"modem is down", HEAD WIFI MODEM_DOWN, false},
        {"modem for its own network only", HEAD MODEM_NET WIFI, false},
        {"point to point", HEAD "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n",
         true},
        {"nonsense", "\n\n\twwan0\nwwan0 zz\n", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char path[] = "/tmp/doorstep-route-XXXXXX";
        int fd = mkstemp(path);
        EXPECT_ROW(rows[i].row, fd >= 0);
        ssize_t size = (ssize_t)strlen(rows[i].text);
        EXPECT_ROW(rows[i].row, write(fd, rows[i].text, (size_t)size) == size);
        EXPECT_ROW(rows[i].row, close(fd) == 0);
        EXPECT_ROW(rows[i].row, link_is_metered(path) == rows[i].is_metered);
        EXPECT_ROW(rows[i].row, unlink(path) == 0);
    }
    EXPECT(!link_is_metered("/tmp/doorstep-no-such-file"));
}
