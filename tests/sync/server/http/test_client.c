/* Goal: a server that demands certificates tells those of its authority from none, ended ones,
 * those of others, and those that were made for servers. Method: a client in this process, all keys
 * made here. */
#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/server/http/http.h"
#include "tests/lib/test.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 86400, PEM_SIZE = 8192 };

/* Somebody with a key and a certificate. */
struct party {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
};

enum purpose { FOR_SIGNING, FOR_CLIENTS, FOR_SERVERS };

/* `signer` NULL: by itself. The days count from now. */
static struct party party_make(const struct party *signer, enum purpose purpose, int from_day,
                               int until_day)
{
    struct party party;
    gnutls_x509_privkey_init(&party.key);
    EXPECT_INT(0, gnutls_x509_privkey_generate(party.key, GNUTLS_PK_EDDSA_ED25519, 0, 0));
    gnutls_x509_crt_t certificate;
    gnutls_x509_crt_init(&certificate);
    gnutls_x509_crt_set_key(certificate, party.key);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_serial(certificate, purpose == FOR_SIGNING ? "\1" : "\2", 1);
    gnutls_x509_crt_set_dn(certificate, purpose == FOR_SIGNING ? "CN=tablets" : "CN=one", NULL);
    gnutls_x509_crt_set_activation_time(certificate, time(NULL) + from_day * DAY_S);
    gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + until_day * DAY_S);
    if (purpose == FOR_SIGNING) {
        gnutls_x509_crt_set_basic_constraints(certificate, 1, -1);
        gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
    } else {
        const char *oid =
            purpose == FOR_CLIENTS ? GNUTLS_KP_TLS_WWW_CLIENT : GNUTLS_KP_TLS_WWW_SERVER;
        gnutls_x509_crt_set_basic_constraints(certificate, 0, -1);
        gnutls_x509_crt_set_key_purpose_oid(certificate, oid, 0);
        gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE);
    }
    party.certificate = certificate;
    EXPECT_INT(
        0, gnutls_x509_crt_sign2(certificate, signer != NULL ? signer->certificate : certificate,
                                 signer != NULL ? signer->key : party.key, GNUTLS_DIG_SHA512, 0));
    return party;
}

static void party_drop(struct party *party)
{
    gnutls_x509_crt_deinit(party->certificate);
    gnutls_x509_privkey_deinit(party->key);
}

static const char *put_certificate(struct arena *arena, const char *folder, const char *name,
                                   const struct party *party)
{
    char text[PEM_SIZE];
    size_t size = sizeof text;
    const char *path = os_path(arena, folder, name);
    EXPECT_INT(0, gnutls_x509_crt_export(party->certificate, GNUTLS_X509_FMT_PEM, text, &size));
    EXPECT_OK(os_file_replace(path, text, size));
    return path;
}

static const char *put_key(struct arena *arena, const char *folder, const struct party *party)
{
    char text[PEM_SIZE];
    size_t size = sizeof text;
    const char *path = os_path(arena, folder, "key.pem");
    EXPECT_INT(0, gnutls_x509_privkey_export_pkcs8(party->key, GNUTLS_X509_FMT_PEM, NULL,
                                                   GNUTLS_PKCS_PLAIN, text, &size));
    EXPECT_OK(os_file_replace(path, text, size));
    return path;
}

static bool tell_take(void *context, struct http_exchange *exchange)
{
    static const char *const names[] = {
        [TLS_CLIENT_unasked] = "unasked", [TLS_CLIENT_good] = "good",
        [TLS_CLIENT_none] = "none",       [TLS_CLIENT_ended] = "ended",
        [TLS_CLIENT_unknown] = "unknown", [TLS_CLIENT_revoked] = "revoked",
    };
    (void)context;
    http_answer(exchange, 200, "text/plain", str_from(names[http_client(exchange)]));
    return true;
}

static bool key_take(void *context, struct http_exchange *exchange)
{
    enum { SHOWN = 12 };
    uint8_t key[TLS_PIN_SIZE];
    char *text = arena_alloc(http_arena(exchange), 2 * SHOWN + 1);
    (void)context;
    if (http_client_key(exchange, key)) {
        buf_to_hex(text, key, SHOWN);
    }
    http_answer(exchange, 200, "text/plain", str_from(text));
    return true;
}

static const struct http_route routes[] = {{"GET", "/tell", 0, tell_take, NULL},
                                           {"GET", "/key", 0, key_take, NULL}};

/* What the server says at `path` of a client that shows `shown` (NULL: nothing). */
static void ask_at(uint16_t port, const char *path, const struct party *shown, char answer_out[32])
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_INT(0, connect(fd, (struct sockaddr *)&address, sizeof address));
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    gnutls_certificate_allocate_credentials(&credentials);
    if (shown != NULL) {
        gnutls_x509_crt_t chain[] = {shown->certificate};
        EXPECT(gnutls_certificate_set_x509_key(credentials, chain, 1, shown->key) >= 0);
    }
    gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(session, fd);
    answer_out[0] = '\0';
    if (gnutls_handshake(session) == 0) {
        char request[128];
        char text[1024] = "";
        size_t size = 0;
        int length = snprintf(request, sizeof request,
                              "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
        gnutls_record_send(session, request, (size_t)length);
        for (ssize_t got = 1; got > 0 && size + 1 < sizeof text;
             size += got > 0 ? (size_t)got : 0) {
            got = gnutls_record_recv(session, text + size, sizeof text - 1 - size);
        }
        const char *body = strstr(text, "\r\n\r\n");
        EXPECT(body != NULL && strlen(body + 4) < 32);
        strcpy(answer_out, body + 4);
    }
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(credentials);
    close(fd);
}

static void ask(uint16_t port, const struct party *shown, char answer_out[32])
{
    ask_at(port, "/tell", shown, answer_out);
}

static uint16_t serve(const struct tls *tls, struct http_server **server_out)
{
    const struct http_options options = {.listen = "127.0.0.1:0",
                                         .routes = routes,
                                         .route_count = COUNT(routes),
                                         .clock = os_clock(),
                                         .tls = tls,
                                         .thread_count = 1};
    EXPECT_OK(http_start(&options, server_out));
    return (uint16_t)strtol(strrchr(http_address(*server_out), ':') + 1, NULL, 10);
}

struct stage {
    struct arena arena;
    char folder[64];
    struct party authority, hq;
    struct tls tls;
};

static void stage_open(struct stage *stage)
{
    *stage = (struct stage){0};
    arena_init(&stage->arena, 0);
    snprintf(stage->folder, sizeof stage->folder, "/tmp/doorstep-client-XXXXXX");
    EXPECT(mkdtemp(stage->folder) != NULL);
    stage->authority = party_make(NULL, FOR_SIGNING, -1, 30);
    stage->hq = party_make(NULL, FOR_SERVERS, -1, 30);
    const char *certificate = put_certificate(&stage->arena, stage->folder, "hq.pem", &stage->hq);
    const char *key = put_key(&stage->arena, stage->folder, &stage->hq);
    EXPECT_OK(tls_load(&stage->arena, certificate, key, &stage->tls));
}

static void stage_close(struct stage *stage)
{
    static const char *const names[] = {"hq.pem", "key.pem", "ca.pem", "crl.pem"};
    for (size_t i = 0; i < COUNT(names); i++) {
        EXPECT_OK(os_file_remove(os_path(&stage->arena, stage->folder, names[i])));
    }
    rmdir(stage->folder);
    party_drop(&stage->authority);
    party_drop(&stage->hq);
    arena_deinit(&stage->arena);
}

TEST(test_each_certificate_is_told_for_what_it_is)
{
    struct stage stage;
    char answer[32];
    struct http_server *server = NULL;
    stage_open(&stage);
    const char *ca = put_certificate(&stage.arena, stage.folder, "ca.pem", &stage.authority);
    EXPECT_OK(tls_load_clients(&stage.arena, ca, &stage.tls));
    uint16_t port = serve(&stage.tls, &server);
    struct party other = party_make(NULL, FOR_SIGNING, -1, 30);
    const struct {
        const char *row, *answer;
        struct party party;
    } rows[] = {
        {"of our authority", "good", party_make(&stage.authority, FOR_CLIENTS, -1, 7)},
        {"that has ended", "ended", party_make(&stage.authority, FOR_CLIENTS, -9, -2)},
        {"that has not begun", "ended", party_make(&stage.authority, FOR_CLIENTS, 2, 7)},
        {"for servers", "unknown", party_make(&stage.authority, FOR_SERVERS, -1, 7)},
        {"of another authority of that name", "unknown", party_make(&other, FOR_CLIENTS, -1, 7)},
        {"of another, and ended", "unknown", party_make(&other, FOR_CLIENTS, -9, -2)},
        {"signed by itself", "unknown", party_make(NULL, FOR_CLIENTS, -1, 7)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ask(port, &rows[i].party, answer);
        EXPECT_ROW(rows[i].row, strcmp(answer, rows[i].answer) == 0);
        struct party party = rows[i].party;
        party_drop(&party);
    }
    ask(port, NULL, answer);
    EXPECT_TEXT("none", answer);
    party_drop(&other);
    http_close_door(server);
    http_stop(server);
    stage_close(&stage);
}

/* By its key a tablet is told from another; a certificate that is renewed over it changes nothing.
 */
TEST(test_the_key_of_a_certificate_outlives_its_renewal)
{
    struct stage stage;
    char answers[3][32];
    struct http_server *server = NULL;
    stage_open(&stage);
    const char *ca = put_certificate(&stage.arena, stage.folder, "ca.pem", &stage.authority);
    EXPECT_OK(tls_load_clients(&stage.arena, ca, &stage.tls));
    uint16_t port = serve(&stage.tls, &server);
    struct party one = party_make(&stage.authority, FOR_CLIENTS, -1, 7);
    struct party other = party_make(&stage.authority, FOR_CLIENTS, -1, 7);
    ask_at(port, "/key", &one, answers[0]);
    ask_at(port, "/key", &other, answers[1]);
    gnutls_x509_crt_set_serial(one.certificate, "\7", 1);
    gnutls_x509_crt_set_expiration_time(one.certificate, time(NULL) + 90 * DAY_S);
    EXPECT_INT(0, gnutls_x509_crt_sign2(one.certificate, stage.authority.certificate,
                                        stage.authority.key, GNUTLS_DIG_SHA512, 0));
    ask_at(port, "/key", &one, answers[2]);
    EXPECT_INT(24, strlen(answers[0]));
    EXPECT_TEXT(answers[0], answers[2]);
    EXPECT(strcmp(answers[0], answers[1]) != 0);
    ask_at(port, "/key", NULL, answers[0]);
    EXPECT_TEXT("", answers[0]);
    party_drop(&one);
    party_drop(&other);
    http_close_door(server);
    http_stop(server);
    stage_close(&stage);
}

/* A list of `signer` with one certificate on it. */
static const char *put_list(struct stage *stage, const struct party *signer,
                            const struct party *revoked)
{
    char text[PEM_SIZE];
    size_t size = sizeof text;
    gnutls_x509_crl_t list;
    const char *path = os_path(&stage->arena, stage->folder, "crl.pem");
    gnutls_x509_crl_init(&list);
    gnutls_x509_crl_set_version(list, 2);
    EXPECT_INT(0, gnutls_x509_crl_set_crt(list, revoked->certificate, time(NULL)));
    gnutls_x509_crl_set_this_update(list, time(NULL) - 9 * DAY_S);
    gnutls_x509_crl_set_next_update(list, time(NULL) - DAY_S); /* past its own end: still counts */
    EXPECT_INT(0,
               gnutls_x509_crl_sign2(list, signer->certificate, signer->key, GNUTLS_DIG_SHA512, 0));
    EXPECT_INT(0, gnutls_x509_crl_export(list, GNUTLS_X509_FMT_PEM, text, &size));
    EXPECT_OK(os_file_replace(path, text, size));
    gnutls_x509_crl_deinit(list);
    return path;
}

TEST(test_a_certificate_that_was_taken_back_is_kept_out)
{
    struct stage stage;
    char answer[32];
    struct http_server *server = NULL;
    stage_open(&stage);
    const char *ca = put_certificate(&stage.arena, stage.folder, "ca.pem", &stage.authority);
    EXPECT_OK(tls_load_clients(&stage.arena, ca, &stage.tls));
    struct party lost = party_make(&stage.authority, FOR_CLIENTS, -1, 7);
    gnutls_x509_crt_set_serial(lost.certificate, "\5", 1);
    EXPECT_INT(0, gnutls_x509_crt_sign2(lost.certificate, stage.authority.certificate,
                                        stage.authority.key, GNUTLS_DIG_SHA512, 0));
    struct party other = party_make(&stage.authority, FOR_CLIENTS, -1, 7);
    struct party stranger = party_make(NULL, FOR_SIGNING, -1, 30);
    EXPECT_ERR(ERR_malformed, tls_load_revoked(&stage.arena, ca, &stage.tls));
    EXPECT_ERR(ERR_not_found, tls_load_revoked(&stage.arena, "/nowhere", &stage.tls));
    EXPECT_ERR(ERR_refused,
               tls_load_revoked(&stage.arena, put_list(&stage, &stranger, &lost), &stage.tls));
    EXPECT(stage.tls.client_crl == NULL);
    EXPECT_OK(
        tls_load_revoked(&stage.arena, put_list(&stage, &stage.authority, &lost), &stage.tls));
    uint16_t port = serve(&stage.tls, &server);
    ask(port, &lost, answer);
    EXPECT_TEXT("revoked", answer);
    ask(port, &other, answer);
    EXPECT_TEXT("good", answer);
    party_drop(&lost);
    party_drop(&other);
    party_drop(&stranger);
    http_close_door(server);
    http_stop(server);
    stage_close(&stage);
}

TEST(test_nobody_is_asked_unless_told_to)
{
    struct stage stage;
    char answer[32];
    struct http_server *server = NULL;
    stage_open(&stage);
    uint16_t port = serve(&stage.tls, &server);
    ask(port, NULL, answer);
    EXPECT_TEXT("unasked", answer);
    http_close_door(server);
    http_stop(server);
    stage_close(&stage);
}

TEST(test_an_authority_is_a_certificate)
{
    struct stage stage;
    stage_open(&stage);
    const char *key = os_path(&stage.arena, stage.folder, "key.pem");
    EXPECT_ERR(ERR_malformed, tls_load_clients(&stage.arena, key, &stage.tls));
    EXPECT_ERR(ERR_not_found, tls_load_clients(&stage.arena, "/nowhere", &stage.tls));
    EXPECT(stage.tls.client_ca == NULL);
    stage_close(&stage);
}
