bench(ui_today SOURCES today.c USES app/session LINK testlib)
