/* The list of tests/bench/ui in GTK 4 with its cairo renderer:
 *   gtk scroll|first|idle WIDTH HEIGHT ROW GAP STEP STRONG SECONDARY */
#include <gtk/gtk.h>

#include "measure.h"

enum { FRAMES = 400, WARM = 20, SETTLE_MS = 700, IDLE_MS = 10000, ROWS = 10000 };

static const char *mode;
static int width, height, row_px, gap_px, step_px, strong_px, secondary_px;
static GMainLoop *loop;
static GtkAdjustment *adjustment;
static int64_t times_us[FRAMES], before_us;
static int frame = -WARM;
static gboolean was_shown;

static GtkWidget *label(const char *text, const char *class)
{
    GtkWidget *widget = gtk_label_new(text);
    gtk_widget_add_css_class(widget, class);
    gtk_label_set_xalign(GTK_LABEL(widget), 0);
    gtk_label_set_ellipsize(GTK_LABEL(widget), PANGO_ELLIPSIZE_END);
    return widget;
}

static void row_setup(GtkSignalListItemFactory *factory, GtkListItem *item, void *context)
{
    (void)factory;
    (void)context;
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 14);
    gtk_widget_add_css_class(row, "row");
    gtk_widget_set_size_request(row, -1, row_px);
    GtkWidget *disc = gtk_label_new("☻");
    gtk_widget_add_css_class(disc, "disc");
    gtk_widget_set_valign(disc, GTK_ALIGN_CENTER);
    GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    gtk_widget_set_hexpand(words, TRUE);
    gtk_widget_set_valign(words, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(words), label("", "strong"));
    gtk_box_append(GTK_BOX(words), label("示例市样本区幸福路 88 号 3 单元 1202", "secondary"));
    GtkWidget *side = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    gtk_widget_set_valign(side, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(side), label("¥3,200.00", "strong"));
    GtkWidget *badge = gtk_label_new("逾期 32 天");
    gtk_widget_add_css_class(badge, "badge");
    gtk_widget_set_halign(badge, GTK_ALIGN_END);
    gtk_box_append(GTK_BOX(side), badge);
    gtk_box_append(GTK_BOX(row), disc);
    gtk_box_append(GTK_BOX(row), words);
    gtk_box_append(GTK_BOX(row), side);
    gtk_box_append(GTK_BOX(row), gtk_label_new("›"));
    gtk_list_item_set_child(item, row);
}

static void row_bind(GtkSignalListItemFactory *factory, GtkListItem *item, void *context)
{
    (void)factory;
    (void)context;
    GtkWidget *words =
        gtk_widget_get_next_sibling(gtk_widget_get_first_child(gtk_list_item_get_child(item)));
    char text[64];
    guint index = gtk_list_item_get_position(item);
    g_snprintf(text, sizeof text, "陈示例 %u", index + 1);
    gtk_label_set_text(GTK_LABEL(gtk_widget_get_first_child(words)), text);
    GtkWidget *badge = gtk_widget_get_last_child(gtk_widget_get_next_sibling(words));
    gtk_widget_set_visible(badge, index % 3 == 0);
}

static gboolean idle_end(void *context)
{
    (void)context;
    printf("idle %.2f\n", (double)(measure_cpu_us() - before_us) / 1000);
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static gboolean settled(void *context)
{
    (void)context;
    printf("memory %.1f %.1f\n", measure_mb("Pss:"), measure_mb("Pss_Anon:"));
    if (strcmp(mode, "first") == 0) {
        g_main_loop_quit(loop);
    } else {
        before_us = measure_cpu_us();
        g_timeout_add(IDLE_MS, idle_end, NULL);
    }
    return G_SOURCE_REMOVE;
}

static void painted(GdkFrameClock *clock, void *context)
{
    (void)clock;
    (void)context;
    if (strcmp(mode, "scroll") == 0) {
        int64_t now_us = measure_cpu_us();
        if (frame >= 0 && frame < FRAMES) {
            times_us[frame] = now_us - before_us;
        }
        before_us = now_us;
        if (++frame == FRAMES) {
            measure_report("drawn", times_us, FRAMES);
            g_main_loop_quit(loop);
            return;
        }
        gtk_adjustment_set_value(adjustment, gtk_adjustment_get_value(adjustment) + step_px);
    } else if (!was_shown) {
        was_shown = TRUE;
        printf("first %.2f %lld\n", (double)measure_cpu_us() / 1000,
               (long long)measure_us(CLOCK_MONOTONIC));
        fflush(stdout);
        g_timeout_add(SETTLE_MS, settled, NULL);
    }
}

static void style(void)
{
    char *css = g_strdup_printf(
        "window, listview { background: #EEF1F5; font-family: 'Noto Sans CJK SC'; }"
        "listview > row { padding: 0 0 %dpx 0; background: none; }"
        ".row { background: white; border-radius: 14px; padding: 0 16px;"
        "       box-shadow: 0 3px 12px rgba(0,0,0,0.15); }"
        ".disc { background: #E3ECFB; color: #083C91; border-radius: 99px; min-width: %dpx;"
        "        min-height: %dpx; font-size: %dpx; }"
        ".strong { font-size: %dpx; font-weight: bold; color: #14181F; }"
        ".secondary { font-size: %dpx; color: #3D4654; }"
        ".badge { font-size: %dpx; background: #FFF1DB; color: #6B4000; border-radius: 99px;"
        "         padding: 2px 10px; }",
        gap_px, strong_px * 24 / 10, strong_px * 24 / 10, strong_px, strong_px, secondary_px,
        secondary_px);
    GtkCssProvider *provider = gtk_css_provider_new();
    gtk_css_provider_load_from_data(provider, css, -1);
    gtk_style_context_add_provider_for_display(gdk_display_get_default(),
                                               GTK_STYLE_PROVIDER(provider), 800);
    g_free(css);
}

int main(int argc, char **argv)
{
    if (argc != 9) {
        return 2;
    }
    g_setenv("GSK_RENDERER", "cairo", TRUE);
    g_setenv("GDK_BACKEND", "x11", TRUE);
    mode = argv[1];
    int *const numbers[] = {&width, &height, &row_px, &gap_px, &step_px, &strong_px, &secondary_px};
    for (int i = 0; i < 7; i++) {
        *numbers[i] = atoi(argv[2 + i]);
    }
    gtk_init();
    style();
    loop = g_main_loop_new(NULL, FALSE);
    GtkWidget *window = gtk_window_new();
    gtk_window_set_default_size(GTK_WINDOW(window), width, height);
    gtk_window_set_decorated(GTK_WINDOW(window), FALSE);
    GListStore *store = g_list_store_new(GTK_TYPE_STRING_OBJECT);
    GtkStringObject *item = gtk_string_object_new("");
    for (int i = 0; i < ROWS; i++) {
        g_list_store_append(store, item);
    }
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    g_signal_connect(factory, "setup", G_CALLBACK(row_setup), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(row_bind), NULL);
    GtkWidget *list =
        gtk_list_view_new(GTK_SELECTION_MODEL(gtk_no_selection_new(G_LIST_MODEL(store))), factory);
    GtkWidget *scrolled = gtk_scrolled_window_new();
    gtk_widget_set_vexpand(scrolled, TRUE);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), list);
    adjustment = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scrolled));
    GtkWidget *all = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *bar = label("后续站点", "strong");
    gtk_widget_set_size_request(bar, -1, row_px * 7 / 10);
    gtk_box_append(GTK_BOX(all), bar);
    gtk_box_append(GTK_BOX(all), scrolled);
    gtk_window_set_child(GTK_WINDOW(window), all);
    gtk_window_present(GTK_WINDOW(window));
    GdkFrameClock *clock = gtk_widget_get_frame_clock(window);
    g_signal_connect(clock, "after-paint", G_CALLBACK(painted), NULL);
    g_main_loop_run(loop);
    return 0;
}
