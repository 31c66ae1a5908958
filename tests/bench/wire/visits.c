#include "tests/bench/wire/visits.h"

#include <stdio.h>
#include <string.h>

static void fill(void *context, void *bytes, size_t size)
{
    /* SplitMix64, one step per byte group: the same seed gives the same visits. */
    uint64_t *state = context;
    uint8_t *at = bytes;
    while (size > 0) {
        *state += 0x9E3779B97F4A7C15ULL;
        uint64_t z = *state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        z ^= z >> 31;
        size_t part = size < sizeof z ? size : sizeof z;
        memcpy(at, &z, part);
        at += part;
        size -= part;
    }
}

static uint32_t below(struct visits *visits, uint32_t bound)
{
    return (uint32_t)rng_below(&visits->rng, bound);
}

static bool chance(struct visits *visits, uint32_t percent)
{
    return below(visits, 100) < percent;
}

static const char *const NOBODY[] = {
    "敲门无人应答",
    "家中无人",
    "邻居称白天上班，晚上才回",
    "门口贴有水费催缴单",
    "电话关机",
    "电话无人接听",
    "物业称已搬走数月",
    "门缝塞有快递单",
    "邻居称外出务工",
    "保安不让进",
    "电表在走，疑似有人居住",
    "已贴回访告知单",
    "对门说很久没见到人",
    "家门口有鞋",
    "下次改晚上来访",
    "楼道无灯，门锁完好",
    "地址正确，门牌号一致",
    "邻居称上周还见过",
    "按门铃无反应",
    "电话接通后挂断",
    "门上有春联，应有人住",
    "信箱里有银行信函",
    "村委会确认住此处",
    "周末再访",
};
static const char *const MET[] = {
    "客户称工资月底发",   "承诺%u号还款%u元",       "生意亏损，资金周转困难",
    "称家人住院需用钱",   "客户态度配合",           "客户情绪激动",
    "称对利息有异议",     "要求减免罚息",           "称已还款%u元，待核实",
    "同意先还%u元",       "称刚换工作，下月有收入", "妻子在场，知情",
    "已告知逾期影响征信", "已说明还款方式",         "客户要求%u号前再联系",
    "称被公司拖欠工资",   "客户希望分期",           "手机号已更换",
    "现住址与登记一致",   "客户称会找亲戚借",       "当面核对身份证",
    "称正在卖房还款",     "表示不会逃避",           "已出示工作证",
    "客户拒绝透露收入",   "称工地还没结账",         "店铺转让中",
    "孩子上学开支大",
};
static const char *const THIRD[] = {
    "父亲开门，愿意转告", "母亲称其很少回家", "房东称已退租",     "同事称已离职",
    "门卫代为转告",       "妻子称不清楚债务", "未透露债务内容",   "家属拒绝提供电话",
    "新住户称不认识客户", "家属称在外地打工", "邻居称春节才回来", "家属态度冷淡",
};
/* Only for measuring. */
static const char *const UNSEEN[] = {
    "楼下便利店老板娘说他常来买烟",
    "院子里晒着被子",
    "客户在修车铺打零工",
    "说等拆迁补偿下来",
    "门禁坏了直接上楼",
    "大女儿接待，答应晚上让父亲回电",
    "厂里订单少，上四休三",
    "狗叫得厉害没敢靠近",
    "收到过法院传票",
    "客户骑电动车刚出门",
    "仓库改成了棋牌室",
    "表哥代缴了一部分",
    "要求换个人来谈",
    "嫌来得太频繁",
    "正在办离婚，房子归前妻",
    "果园今年收成差",
    "车位上停着客户的车",
    "窗户亮灯但不开门",
    "让我们找担保人",
    "说卡一直是弟弟在用",
    "腰伤三个月没开工",
    "小区正在加装电梯",
    "留了物业前台的座机",
    "约在镇上茶馆见面",
};

static void add_clause(struct visits *visits, char *note, size_t size, const char *const *pool,
                       size_t count)
{
    if (visits->is_unseen && chance(visits, 33)) {
        pool = UNSEEN;
        count = COUNT(UNSEEN);
    }
    const char *at = pool[below(visits, (uint32_t)count)];
    size_t used = strlen(note);
    if (used > 0) {
        used += (size_t)snprintf(note + used, size - used, "%s", chance(visits, 80) ? "，" : "。");
    }
    for (; *at != '\0' && used + 16 < size; at++) {
        if (at[0] == '%' && at[1] == 'u') {
            at++;
            uint32_t number =
                chance(visits, 40) ? 1 + below(visits, 28) : 100 * (1 + below(visits, 80));
            used += (size_t)snprintf(note + used, size - used, "%u", number);
        } else {
            note[used++] = *at;
            note[used] = '\0';
        }
    }
}

static void write_note(struct visits *visits, char *note, size_t size, const char *const *pool,
                       size_t count)
{
    note[0] = '\0';
    if (!chance(visits, 40)) {
        return;
    }
    size_t clause_count = 1 + below(visits, 3);
    for (size_t i = 0; i < clause_count; i++) {
        add_clause(visits, note, size, pool, count);
    }
}

static void new_boot(struct visits *visits)
{
    visits->boot = (uint32_t)rng_u64(&visits->rng) | 1U;
    visits->boot_at_ms = visits->at_ms - 60000 - (int64_t)below(visits, 7200000);
}

static const int64_t DAY_MS = 86400000;

void visits_start(struct visits *visits, uint64_t seed, bool is_unseen)
{
    *visits = (struct visits){.rng_state = seed, .is_unseen = is_unseen};
    visits->rng = (struct rng){.fill = fill, .context = &visits->rng_state};
    /* Some workday within three years, at nine in the morning in China. */
    visits->at_ms =
        (20454 + (int64_t)below(visits, 1000)) * DAY_MS + 3600000 + below(visits, 600000);
    new_boot(visits);
    visits->person_no = 2 + below(visits, 400);
    visits->device_no = 1 + below(visits, 400);
    visits->policy = rng_u64(&visits->rng);
    visits->seq = 1 + below(visits, 12000);
    visits->lat_e7 = 220000000 + (int32_t)below(visits, 180000000);
    visits->lon_e7 = 1020000000 + (int32_t)below(visits, 190000000);
}

static void next_day(struct visits *visits)
{
    int64_t day = visits->at_ms / DAY_MS + 1;
    visits->at_ms = day * DAY_MS + 3600000 + below(visits, 1200000);
    visits->visits_today = 0;
    if (chance(visits, 50)) {
        new_boot(visits);
    }
}

static void set_head(struct visits *visits, ds_Event *event, uint64_t case_no, uint64_t visit_seq)
{
    *event = (ds_Event){
        .at_ms = (uint64_t)visits->at_ms,
        .person_no = visits->person_no,
        .case_no = case_no,
        .uptime_ms = (uint64_t)(visits->at_ms - visits->boot_at_ms),
        .boot = visits->boot,
        .policy = visits->policy,
        .visit_seq = visit_seq,
        .epoch = 1 + below(visits, 3),
    };
    visits->seq++;
}

static void set_fix(struct visits *visits, ds_Event *event)
{
    if (chance(visits, 5)) {
        return;
    }
    visits->lat_e7 += (int32_t)below(visits, 2400) - 1200; /* about 12 m either way */
    visits->lon_e7 += (int32_t)below(visits, 2400) - 1200;
    event->has_fix = true;
    event->fix = (ds_Fix){
        .lat_e7 = visits->lat_e7,
        .lon_e7 = visits->lon_e7,
        .accuracy_m = 4 + below(visits, 30),
        .age_s = below(visits, 20),
    };
}

static uint64_t debt(struct visits *visits)
{
    return 100000 + (uint64_t)below(visits, 8000000) + below(visits, 100);
}

static int32_t today(const struct visits *visits)
{
    return (int32_t)((visits->at_ms + 8 * 3600000) / DAY_MS);
}

static void make_promise(struct visits *visits, ds_Event *event)
{
    event->which_kind = ds_Event_promise_made_tag;
    event->kind.promise_made = (ds_PromiseMade){
        .amount_minor = 10000 * (uint64_t)(1 + below(visits, 60)),
        .due_day = today(visits) + 1 + (int32_t)below(visits, 20),
        .channel = 1 + below(visits, 3),
        .promised_by = 1,
        .owed_minor = debt(visits),
        .owed_as_of_day = today(visits) - (int32_t)below(visits, 4),
    };
}

static void make_plan(struct visits *visits, ds_Event *event)
{
    event->which_kind = ds_Event_plan_agreed_tag;
    ds_PlanAgreed *plan = &event->kind.plan_agreed;
    plan->total_minor = debt(visits);
    plan->agreed_by = 1;
    plan->income_minor = 100000 * (uint64_t)(3 + below(visits, 9));
    plan->living_minor = 100000 * (uint64_t)(1 + below(visits, 3));
    plan->owed_as_of_day = today(visits) - (int32_t)below(visits, 4);
    uint32_t count = 3 + below(visits, 10);
    uint64_t part = plan->total_minor / count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_last = i + 1 == count;
        plan->instalments[i] = (ds_Instalment){
            .due_day = today(visits) + 5 + (int32_t)(30 * i + below(visits, 3)),
            .amount_minor = is_last ? plan->total_minor - part * (count - 1) : part,
        };
    }
    plan->instalments_count = (pb_size_t)count;
}

static void make_payment(struct visits *visits, ds_Event *event)
{
    event->which_kind = ds_Event_payment_noted_tag;
    ds_PaymentNoted *payment = &event->kind.payment_noted;
    payment->amount_minor = 10000 * (uint64_t)(1 + below(visits, 50));
    payment->channel = 1 + below(visits, 5);
    payment->paid_day = today(visits) - (int32_t)below(visits, 3);
    payment->payer_role = 1;
    snprintf(payment->reference, sizeof payment->reference, "%08u%04u",
             20260000 + below(visits, 10000), below(visits, 10000));
}

static void finish(struct visits *visits, ds_Event *event, uint32_t outcome, uint32_t role,
                   uint32_t dwell_s)
{
    event->which_kind = ds_Event_visit_finished_tag;
    ds_VisitFinished *finished = &event->kind.visit_finished;
    finished->outcome = outcome;
    finished->role = role;
    finished->dwell_s = dwell_s;
    if (role == 0) {
        write_note(visits, finished->note, sizeof finished->note, NOBODY, COUNT(NOBODY));
        return;
    }
    finished->cooperation = 1 + below(visits, 5);
    if (role != 1) {
        write_note(visits, finished->note, sizeof finished->note, THIRD, COUNT(THIRD));
        return;
    }
    finished->default_reason = 1 + below(visits, 8);
    finished->ability = 1 + below(visits, 3);
    finished->willingness = 1 + below(visits, 3);
    finished->is_identity_verified = true;
    if (chance(visits, 40)) {
        finished->next_day = today(visits) + 1 + (int32_t)below(visits, 14);
        finished->next_from_minute = 60 * (9 + below(visits, 8));
        finished->next_until_minute = finished->next_from_minute + 120;
    }
    write_note(visits, finished->note, sizeof finished->note, MET, COUNT(MET));
}

size_t visits_next(struct visits *visits, ds_Event events[VISITS_EVENTS_MAX])
{
    if (visits->visits_today == 24) {
        next_day(visits);
    }
    visits->visits_today++;
    visits->at_ms += 240000 + (int64_t)below(visits, 1500000); /* the way */
    visits->lat_e7 += (int32_t)below(visits, 300000) - 150000; /* within some 1.5 km */
    visits->lon_e7 += (int32_t)below(visits, 300000) - 150000;
    uint64_t case_no = 1 + below(visits, 200000);
    uint64_t visit_seq = visits->seq;
    size_t count = 0;

    set_head(visits, &events[count], case_no, 0);
    uint32_t epoch = events[count].epoch;
    set_fix(visits, &events[count]);
    events[count].which_kind = ds_Event_visit_started_tag;
    events[count].kind.visit_started = (ds_VisitStarted){
        .place = chance(visits, 85) ? 1 : 2,
        .address_index = chance(visits, 80) ? 0 : 1,
        .visitors = chance(visits, 70) ? 2 : 1,
    };
    count++;

    uint32_t what = below(visits, 100);
    bool is_nobody = what < 45;
    uint32_t dwell_s = is_nobody ? 40 + below(visits, 200) : 180 + below(visits, 1200);
    visits->at_ms += (int64_t)dwell_s * 1000 + below(visits, 1000);
    uint32_t outcome = 15;
    uint32_t role = 0;
    if (what >= 45 && what < 82) { /* promise 20, plan 10, payment 7 */
        set_head(visits, &events[count], case_no, visit_seq);
        if (what < 65) {
            make_promise(visits, &events[count]);
            outcome = 1;
        } else if (what < 75) {
            make_plan(visits, &events[count]);
            outcome = 2;
        } else {
            make_payment(visits, &events[count]);
            outcome = 3;
        }
        events[count].epoch = epoch;
        role = 1;
        count++;
        visits->at_ms += 1000 + (int64_t)below(visits, 60000);
    } else if (what >= 82) {
        static const uint32_t others[] = {8, 9, 12, 13, 14, 17};
        outcome = others[below(visits, COUNT(others))];
        role = outcome < 13 ? 1 : 6 + below(visits, 5);
    }
    set_head(visits, &events[count], case_no, visit_seq);
    events[count].epoch = epoch;
    set_fix(visits, &events[count]);
    finish(visits, &events[count], outcome, role, dwell_s);
    if (chance(visits, 3)) {
        events[count].fired_count = 1;
        events[count].fired[0] = 1 + below(visits, 60);
    }
    count++;
    return count;
}
