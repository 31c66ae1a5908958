/* TLS: what files are taken, and that the server speaks 1.3 with that key and nothing else. */
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

struct files {
    struct arena arena;
    char folder[64];
    const char *certificate, *key, *other_key;
};

static void write_key(gnutls_x509_privkey_t key, const char *path)
{
    char text[PEM_SIZE];
    size_t size = sizeof text;
    EXPECT_INT(0, gnutls_x509_privkey_export_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
                                                   GNUTLS_PKCS_PLAIN, text, &size));
    EXPECT_OK(os_file_replace(path, text, size));
}

static gnutls_x509_privkey_t make_key(const char *path)
{
    gnutls_x509_privkey_t key;
    EXPECT_INT(0, gnutls_x509_privkey_init(&key));
    EXPECT_INT(0, gnutls_x509_privkey_generate(key, GNUTLS_PK_EDDSA_ED25519, 0, 0));
    write_key(key, path);
    return key;
}

static void make_files(struct files *files)
{
    arena_init(&files->arena, 0);
    snprintf(files->folder, sizeof files->folder, "/tmp/doorstep-tls-XXXXXX");
    EXPECT(mkdtemp(files->folder) != NULL);
    files->certificate = os_path(&files->arena, files->folder, "cert.pem");
    files->key = os_path(&files->arena, files->folder, "key.pem");
    files->other_key = os_path(&files->arena, files->folder, "other.pem");
    gnutls_x509_privkey_deinit(make_key(files->other_key));
    gnutls_x509_privkey_t key = make_key(files->key);
    gnutls_x509_crt_t certificate;
    gnutls_x509_crt_init(&certificate);
    gnutls_x509_crt_set_key(certificate, key);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_serial(certificate, "\1", 1);
    gnutls_x509_crt_set_dn(certificate, "CN=hq", NULL);
    gnutls_x509_crt_set_activation_time(certificate, time(NULL) - DAY_S);
    gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + DAY_S);
    EXPECT_INT(0, gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA512, 0));
    char text[PEM_SIZE];
    size_t size = sizeof text;
    EXPECT_INT(0, gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, text, &size));
    EXPECT_OK(os_file_replace(files->certificate, text, size));
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}

static void drop_files(struct files *files)
{
    EXPECT_OK(os_file_remove(files->certificate));
    EXPECT_OK(os_file_remove(files->key));
    EXPECT_OK(os_file_remove(files->other_key));
    rmdir(files->folder);
    arena_deinit(&files->arena);
}

TEST(test_only_a_certificate_with_its_key_is_taken)
{
    struct files files;
    make_files(&files);
    struct tls tls;
    EXPECT_OK(tls_load(&files.arena, files.certificate, files.key, &tls));
    EXPECT(tls.ends_at_ms > os_clock()->read(NULL).wall_ms);
    EXPECT_ERR(ERR_refused, tls_load(&files.arena, files.certificate, files.other_key, &tls));
    EXPECT_ERR(ERR_malformed, tls_load(&files.arena, files.key, files.key, &tls));
    EXPECT_ERR(ERR_malformed, tls_load(&files.arena, files.certificate, files.certificate, &tls));
    EXPECT_ERR(ERR_not_found, tls_load(&files.arena, files.certificate, "/nowhere", &tls));
    drop_files(&files);
}

static bool hello_take(void *context, struct http_exchange *exchange)
{
    (void)context;
    http_answer(exchange, 200, "text/plain", STR("hello"));
    return true;
}

static const struct http_route routes[] = {{"GET", "/hello", 0, hello_take, NULL}};

/* True when the server answered; `pin_out` is of the key it showed. */
static bool ask(uint16_t port, const char *priorities, uint8_t pin_out[TLS_PIN_SIZE])
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_INT(0, connect(fd, (struct sockaddr *)&address, sizeof address));
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_priority_set_direct(session, priorities, NULL);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(session, fd);
    bool is_answered = false;
    if (gnutls_handshake(session) == 0) {
        unsigned count = 0;
        const gnutls_datum_t *der = gnutls_certificate_get_peers(session, &count);
        gnutls_x509_crt_t certificate;
        gnutls_x509_crt_init(&certificate);
        EXPECT_INT(0, gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER));
        size_t size = TLS_PIN_SIZE;
        gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, pin_out, &size);
        gnutls_x509_crt_deinit(certificate);
        static const char request[] = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
        char text[512] = "";
        gnutls_record_send(session, request, sizeof request - 1);
        ssize_t got = gnutls_record_recv(session, text, sizeof text - 1);
        is_answered = got > 0 && strncmp(text, "HTTP/1.1 200", 12) == 0;
    }
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(credentials);
    close(fd);
    return is_answered;
}

TEST(test_the_server_speaks_tls_1_3_with_its_key)
{
    struct files files;
    make_files(&files);
    struct tls tls;
    EXPECT_OK(tls_load(&files.arena, files.certificate, files.key, &tls));
    const struct http_options options = {
        .listen = "127.0.0.1:0",
        .routes = routes,
        .route_count = COUNT(routes),
        .clock = os_clock(),
        .tls = &tls,
        .thread_count = 1,
    };
    struct http_server *server = NULL;
    EXPECT_OK(http_start(&options, &server));
    uint16_t port = (uint16_t)strtol(strrchr(http_address(server), ':') + 1, NULL, 10);
    uint8_t pin[TLS_PIN_SIZE];
    EXPECT(ask(port, "NORMAL:-VERS-ALL:+VERS-TLS1.3", pin));
    assert_memory_equal(tls.pin, pin, sizeof pin);
    EXPECT(!ask(port, "NORMAL:-VERS-ALL:+VERS-TLS1.2", pin));
    http_close_door(server);
    http_stop(server);
    drop_files(&files);
}

/* Goal: who says half a word and no more keeps no processor busy, and nobody waits for that. */
TEST(test_a_handshake_that_waits_is_waited_for_and_holds_up_nobody)
{
    enum { PATIENCE_MS = 60000, NAPS = 5, HALF = 8 };
    struct files files;
    make_files(&files);
    struct tls tls;
    EXPECT_OK(tls_load(&files.arena, files.certificate, files.key, &tls));
    const struct http_options options = {
        .listen = "127.0.0.1:0",
        .routes = routes,
        .route_count = COUNT(routes),
        .clock = os_clock(),
        .tls = &tls,
        .thread_count = 1,
    };
    struct http_server *server = NULL;
    int fds[HALF];
    uint8_t pin[TLS_PIN_SIZE];
    EXPECT_OK(http_start(&options, &server));
    uint16_t port = (uint16_t)strtol(strrchr(http_address(server), ':') + 1, NULL, 10);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT(ask(port, "NORMAL:-VERS-ALL:+VERS-TLS1.3", pin));
    for (size_t i = 0; i < HALF; i++) {
        static const char half[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        EXPECT_INT(0, connect(fds[i], (struct sockaddr *)&address, sizeof address));
        EXPECT(send(fds[i], half, sizeof half, MSG_NOSIGNAL) == sizeof half);
    }
    int64_t until_ms = os_clock()->read(NULL).monotonic_ms + PATIENCE_MS;
    while (http_counts(server).nap_count < NAPS && os_clock()->read(NULL).monotonic_ms < until_ms) {
        os_sleep_ms(5);
    }
    EXPECT(http_counts(server).nap_count >= NAPS);
    EXPECT(ask(port, "NORMAL:-VERS-ALL:+VERS-TLS1.3", pin)); /* the thread is there for others */
    for (size_t i = 0; i < HALF; i++) {
        close(fds[i]);
    }
    http_close_door(server);
    http_stop(server);
    drop_files(&files);
}
