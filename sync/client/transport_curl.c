/* sync/client/transport_curl.c -- the only file that knows curl. */
#include "sync/client/transport.h"

#include "core/base/limits.h"
#include "core/os/log.h"

#include "core/base/buf.h"

#include <stdbool.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

enum {
    PIN_SIZE = 32,
    CONNECT_TIMEOUT_MS = 20 * 1000,
    /* 96 KiB up and 256 KiB down at 64 kbit/s take 45 s. */
    TOTAL_TIMEOUT_MS = 120 * 1000,
    /* Below 50 bytes a second for half a minute nothing comes any more. */
    SLOW_BYTES_S = 50,
    SLOW_S = 30,
};

struct transport_curl {
    CURL *easy;
    struct curl_slist *headers;
    char pin[160]; /* "sha256//<base64>", two of them with ';' between, or "" */
    char ca_path[512];
    char certificate_path[512], key_path[512]; /* "": none */
    int64_t certificate_at_ms;
};

struct receiving {
    uint8_t *bytes;
    size_t size;
    bool is_too_long;
};

static size_t receive(char *bytes, size_t item_size, size_t count, void *context)
{
    struct receiving *receiving = context;
    size_t size = item_size * count;
    if (size > (size_t)LIMIT_answer_size - receiving->size) {
        receiving->is_too_long = true;
        return 0; /* ends the transfer */
    }
    memcpy(receiving->bytes + receiving->size, bytes, size);
    receiving->size += size;
    return size;
}

static enum err from_curl(CURLcode code, const struct receiving *receiving)
{
    if (receiving->is_too_long) {
        return ERR_too_long;
    }
    switch ((int)code) {
    case CURLE_OK:
        return OK;
    case CURLE_SSL_CERTPROBLEM:
        return ERR_not_allowed;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return ERR_malformed;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
        return ERR_offline;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
        return ERR_timed_out; /* it may have arrived */
    default:
        return ERR_refused;
    }
}

/* Of a private authority only the signature counts; see transport.h. */
static CURLcode forget_time(CURL *easy, void *ssl_context, void *context)
{
    (void)easy;
    (void)context;
    X509_VERIFY_PARAM *verify = SSL_CTX_get0_param(ssl_context);
    return X509_VERIFY_PARAM_set_flags(verify, X509_V_FLAG_NO_CHECK_TIME) == 1
               ? CURLE_OK
               : CURLE_SSL_CERTPROBLEM;
}

/* False when this curl cannot keep what was asked for; then nothing is posted. */
static bool set_tls(const struct transport_curl *curl)
{
    CURL *easy = curl->easy;
    bool is_set =
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3) == CURLE_OK;
    /* A short greeting: every byte of a handshake is paid for on a slow line. */
    curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(easy, CURLOPT_TLS13_CIPHERS,
                     "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256");
    curl_easy_setopt(easy, CURLOPT_SSL_EC_CURVES, "X25519:P-256");
    if (curl->certificate_path[0] != '\0') {
        is_set = is_set &&
                 curl_easy_setopt(easy, CURLOPT_SSLCERT, curl->certificate_path) == CURLE_OK &&
                 curl_easy_setopt(easy, CURLOPT_SSLKEY, curl->key_path) == CURLE_OK;
    }
    if (curl->pin[0] != '\0') {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L); /* the key itself is known */
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
        return is_set && curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, curl->pin) == CURLE_OK;
    }
    if (curl->ca_path[0] != '\0') {
        return is_set && curl_easy_setopt(easy, CURLOPT_CAINFO, curl->ca_path) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, forget_time) == CURLE_OK;
    }
    return is_set;
}

static bool set_all(struct transport_curl *curl, const char *url, const void *body,
                    size_t body_size, struct receiving *receiving)
{
    CURL *easy = curl->easy;
    curl_easy_reset(easy); /* options only: the connection stays */
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)body_size);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, curl->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, receiving);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); /* an envelope goes to one place only */
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)TOTAL_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES_S);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SLOW_S);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    return set_tls(curl);
}

static enum err post(void *context, struct arena *arena, const char *url, const void *body,
                     size_t body_size, struct transport_response *response_out)
{
    struct transport_curl *curl = context;
    struct receiving receiving = {.bytes = arena_alloc(arena, LIMIT_answer_size)};
    *response_out = (struct transport_response){0};
    if (!set_all(curl, url, body, body_size, &receiving)) {
        log_line(LOG_error, "agent", "this curl cannot do TLS as configured");
        return ERR_refused;
    }
    CURLcode code = curl_easy_perform(curl->easy);
    long status = 0;
    long request_size = 0;
    long header_size = 0;
    curl_off_t retry_after_s = 0;
    curl_off_t up_size = 0;
    curl_easy_getinfo(curl->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl->easy, CURLINFO_REQUEST_SIZE, &request_size);
    curl_easy_getinfo(curl->easy, CURLINFO_HEADER_SIZE, &header_size);
    curl_easy_getinfo(curl->easy, CURLINFO_SIZE_UPLOAD_T, &up_size);
    curl_easy_getinfo(curl->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    *response_out = (struct transport_response){
        .status = (int32_t)status,
        .body = receiving.bytes,
        .body_size = receiving.size,
        .retry_after_s = (int64_t)retry_after_s,
        .sent_size = (uint64_t)request_size + (uint64_t)up_size,
        .received_size = (uint64_t)header_size + receiving.size,
    };
    if (code != CURLE_OK) {
        log_line(LOG_warning, "agent", "post failed: %s", curl_easy_strerror(code));
    }
    return from_curl(code, &receiving);
}

enum err transport_curl_open(struct arena *arena, struct transport_curl **curl_out)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return ERR_io;
    }
    struct transport_curl *curl = ARENA_NEW(arena, struct transport_curl);
    curl->easy = curl_easy_init();
    /* No "Expect: 100-continue": a round trip for nothing on a slow line. And no types: there is
     * one kind of body, and every byte is paid for. */
    static const char *const headers[] = {"Content-Type:", "Expect:", "Accept:"};
    for (size_t i = 0; i < COUNT(headers); i++) {
        struct curl_slist *longer = curl_slist_append(curl->headers, headers[i]);
        curl->headers = longer != NULL ? longer : curl->headers;
    }
    *curl_out = curl;
    return curl->easy != NULL && curl->headers != NULL ? OK : ERR_io;
}

void transport_curl_close(struct transport_curl **curl)
{
    curl_slist_free_all((*curl)->headers);
    curl_easy_cleanup((*curl)->easy);
    curl_global_cleanup();
    *curl = NULL;
}

/* Appends a pin, given in hex, as curl wants it; "" adds nothing. */
static enum err add_pin(char pins[160], const char *hex)
{
    enum { PREFIX_SIZE = 8 };
    uint8_t bytes[PIN_SIZE];
    if (hex[0] == '\0') {
        return OK;
    }
    TRY(buf_from_hex(bytes, sizeof bytes, hex));
    char *end = pins + strlen(pins);
    if (end != pins) {
        *end++ = ';';
    }
    memcpy(end, "sha256//", PREFIX_SIZE);
    EVP_EncodeBlock((unsigned char *)end + PREFIX_SIZE, bytes, sizeof bytes);
    return OK;
}

static enum err trust(void *context, const struct transport_trust *given)
{
    struct transport_curl *curl = context;
    char pin[sizeof curl->pin] = "";
    TRY(add_pin(pin, given->pin));
    TRY(add_pin(pin, given->pin[0] != '\0' ? given->pin_next : ""));
    bool is_same = strcmp(pin, curl->pin) == 0 && strcmp(given->ca_path, curl->ca_path) == 0 &&
                   strcmp(given->certificate_path, curl->certificate_path) == 0 &&
                   strcmp(given->key_path, curl->key_path) == 0 &&
                   given->certificate_at_ms == curl->certificate_at_ms;
    if (!is_same) {
        /* A connection made under other trust is not used again. */
        curl_easy_cleanup(curl->easy);
        curl->easy = curl_easy_init();
        if (curl->easy == NULL) {
            return ERR_io;
        }
    }
    memcpy(curl->pin, pin, sizeof pin);
    memcpy(curl->ca_path, given->ca_path, sizeof curl->ca_path);
    memcpy(curl->certificate_path, given->certificate_path, sizeof curl->certificate_path);
    memcpy(curl->key_path, given->key_path, sizeof curl->key_path);
    curl->certificate_at_ms = given->certificate_at_ms;
    return OK;
}

struct transport transport_curl_table(struct transport_curl *curl)
{
    return (struct transport){.post = post, .trust = trust, .context = curl};
}
