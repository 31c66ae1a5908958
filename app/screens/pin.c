#include "app/screens/pin.h"

enum err pin_enter(struct arena *task, const struct screen_source *source,
                   struct screen_place *place, void **model_out)
{
    (void)place;
    struct pin_model *model = ARENA_NEW(task, struct pin_model);
    model->secret = screen_secret(task, source);
    model->has_pin = source->settings->has_pin;
    *model_out = model;
    return OK;
}

void pin_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
               struct intent *intent_out)
{
    (void)place;
    const struct pin_model *model = model_in;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, model->has_pin ? "pin.change" : "screen.pin"), NULL, NULL,
               ICON_none, intent_out);
    parts_body_open(ui, "pin/body");
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "pin.rules"));
    pin_pad_new(ui, view, model->secret, model->has_pin, intent_out);
    parts_body_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
