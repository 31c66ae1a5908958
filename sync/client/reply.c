#include "sync/client/reply.h"

#include "sync/proto/envelope.h"

bool reply_is_answer(const struct transport_response *response)
{
    if (response->status != 200 || response->body_size <= ENVELOPE_REFUSAL_SIZE) {
        return false;
    }
    unsigned kind = response->body[0] & 15U;
    return kind == ENVELOPE_answer || kind == ENVELOPE_enrol_answer || kind == ENVELOPE_keys_answer;
}

bool reply_is_refusal(const struct transport_response *response, uint32_t *code_out)
{
    struct wire_bytes body = {response->body, response->body_size};
    return envelope_read_refusal(body, code_out) == WIRE_ok;
}

bool reply_is_final(uint32_t code)
{
    return code != WIRE_overloaded && code != WIRE_hq_failed && code != WIRE_no_certificate &&
           code != WIRE_ended_certificate && code != WIRE_other_certificate;
}

enum err reply_err(const struct transport_response *response)
{
    if (response->status == 503 || response->status == 429) {
        return ERR_overloaded;
    }
    return response->status == 0 ? ERR_offline : ERR_refused;
}
