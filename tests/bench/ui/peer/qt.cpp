// The list of tests/bench/ui in Qt Quick with its software renderer:
//   qt scroll|first|idle WIDTH HEIGHT ROW GAP STEP STRONG SECONDARY LIST.qml
#include <QGuiApplication>
#include <QQmlContext>
#include <QQuickItem>
#include <QQuickView>
#include <QQuickWindow>
#include <QTimer>
#include <QUrl>

extern "C" {
#include "measure.h"
}

enum { FRAMES = 400, WARM = 20, SETTLE_MS = 700, IDLE_MS = 10000 };

int main(int argc, char **argv)
{
    qputenv("QSG_RENDER_LOOP", "basic");
    QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
    QGuiApplication app(argc, argv);
    if (argc != 10) {
        return 2;
    }
    const QByteArray mode = argv[1];
    const int step = atoi(argv[6]);
    QQuickView view;
    const char *names[] = {"rowHigh", "rowGap", nullptr, "strongPx", "secondaryPx"};
    for (int i = 0; i < 5; i++) {
        if (names[i] != nullptr) {
            view.rootContext()->setContextProperty(names[i], atoi(argv[4 + i]));
        }
    }
    view.setResizeMode(QQuickView::SizeRootObjectToView);
    view.resize(atoi(argv[2]), atoi(argv[3]));
    view.setSource(QUrl::fromLocalFile(QString::fromLocal8Bit(argv[9])));
    QQuickItem *list = view.rootObject()->findChild<QQuickItem *>("list");
    static int64_t times[FRAMES];
    int frame = -WARM;
    int64_t before = 0;
    QObject::connect(&view, &QQuickWindow::frameSwapped, [&] {
        if (mode == "scroll") {
            const int64_t now = measure_cpu_us();
            if (frame >= 0 && frame < FRAMES) {
                times[frame] = now - before;
            }
            if (++frame == FRAMES) {
                measure_report("drawn", times, FRAMES);
                app.quit();
                return;
            }
            before = now;
            list->setProperty("contentY", list->property("contentY").toReal() + step);
            return;
        }
        if (frame != -WARM) {
            return;
        }
        frame = 0;
        printf("first %.2f %lld\n", (double)measure_cpu_us() / 1000,
               (long long)measure_us(CLOCK_MONOTONIC));
        fflush(stdout);
        QTimer::singleShot(SETTLE_MS, &app, [&] {
            printf("memory %.1f %.1f\n", measure_mb("Pss:"), measure_mb("Pss_Anon:"));
            if (mode == "first") {
                app.quit();
                return;
            }
            before = measure_cpu_us();
            QTimer::singleShot(IDLE_MS, &app, [&] {
                printf("idle %.2f\n", (double)(measure_cpu_us() - before) / 1000);
                app.quit();
            });
        });
    });
    view.show();
    return app.exec();
}
