#include "tests/bench/hq/documents.h"

#include <stdlib.h>
#include <string.h>

static void put_text(FILE *file, const char *name, const char *text)
{
    fprintf(file, ",\"%s\":\"", name);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', file);
        }
        fputc(*text, file);
    }
    fputc('"', file);
}

void documents_put(FILE *file, const struct collector *tablet, uint64_t seq, const ds_Event *event)
{
    fprintf(file,
            "{\"_id\":\"%u-%llu\",\"type\":\"%s\",\"caseNo\":%llu,\"person\":%u,\"at\":%llu,"
            "\"uptime\":%llu,\"boot\":%u,\"policy\":\"%016llx\",\"epoch\":%u",
            tablet->device_no, (unsigned long long)seq, event_kind_name(event_kind(event)),
            (unsigned long long)event->case_no, event->person_no, (unsigned long long)event->at_ms,
            (unsigned long long)event->uptime_ms, event->boot, (unsigned long long)event->policy,
            event->epoch);
    if (event->has_fix) {
        fprintf(file, ",\"fix\":{\"lat\":%.7f,\"lon\":%.7f,\"accuracy\":%u,\"age\":%u}",
                event->fix.lat_e7 / 1e7, event->fix.lon_e7 / 1e7, event->fix.accuracy_m,
                event->fix.age_s);
    }
    if (event->which_kind == ds_Event_visit_finished_tag) {
        const ds_VisitFinished *visit = &event->kind.visit_finished;
        fprintf(file, ",\"outcome\":%u,\"role\":%u,\"dwell\":%u,\"cooperation\":%u", visit->outcome,
                visit->role, visit->dwell_s, visit->cooperation);
        put_text(file, "note", visit->note);
    } else if (event->which_kind == ds_Event_promise_made_tag) {
        const ds_PromiseMade *promise = &event->kind.promise_made;
        fprintf(file, ",\"amount\":%llu,\"dueDay\":%d,\"channel\":%u,\"owed\":%llu",
                (unsigned long long)promise->amount_minor, (int)promise->due_day, promise->channel,
                (unsigned long long)promise->owed_minor);
    } else if (event->which_kind == ds_Event_plan_agreed_tag) {
        const ds_PlanAgreed *plan = &event->kind.plan_agreed;
        fprintf(file, ",\"total\":%llu,\"instalments\":[", (unsigned long long)plan->total_minor);
        for (size_t i = 0; i < plan->instalments_count; i++) {
            fprintf(file, "%s{\"dueDay\":%d,\"amount\":%llu}", i == 0 ? "" : ",",
                    (int)plan->instalments[i].due_day,
                    (unsigned long long)plan->instalments[i].amount_minor);
        }
        fputc(']', file);
    } else if (event->which_kind == ds_Event_payment_noted_tag) {
        const ds_PaymentNoted *payment = &event->kind.payment_noted;
        fprintf(file, ",\"amount\":%llu,\"channel\":%u,\"paidDay\":%d",
                (unsigned long long)payment->amount_minor, payment->channel,
                (int)payment->paid_day);
        put_text(file, "reference", payment->reference);
    }
    fputc('}', file);
}

void documents_write(struct collector *tablets, size_t tablet_count, size_t batch,
                     const char *folder)
{
    enum { BODIES = 2500 };
    char path[600];
    snprintf(path, sizeof path, "%s/bulk.jsonl", folder);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    for (size_t b = 0; b < BODIES; b++) {
        struct collector *tablet = &tablets[b % tablet_count];
        struct arena arena;
        arena_init(&arena, 0);
        ds_Event *events = ARENA_ARRAY(&arena, COLLECTOR_BATCH_MAX, ds_Event);
        size_t count = 0;
        uint64_t seq = tablet->seq;
        (void)collector_batch(tablet, &arena, batch, events, &count);
        fputs("{\"docs\":[", file);
        for (size_t i = 0; i < batch; i++) {
            fputs(i == 0 ? "" : ",", file);
            documents_put(file, tablet, seq + 1 + i, &events[i]);
        }
        fputs("]}\n", file);
        arena_deinit(&arena);
    }
    CHECK(fclose(file) == 0);
}
