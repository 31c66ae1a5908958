/* Goal: the agent talks TLS 1.3 to the key that it was given and to no other, and a
 * tablet whose clock is dead can still do so. Method: a server in this process with a
 * certificate that ended in 1971. */
#include "core/base/buf.h"
#include "core/base/str.h"
#include "sync/client/transport.h"
#include "tests/lib/test.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

enum { VALID_FROM_S = 86400, VALID_UNTIL_S = 40000000 }; /* both long ago */

struct line {
    EVP_PKEY *key;
    X509 *certificate;
    SSL_CTX *tls;
    int fd;
    uint16_t port;
    pthread_t thread;
    char pin[65];
    char shown_pin[65]; /* of the certificate that the client showed; "": none */
};

static X509 *sign_self(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate), VALID_FROM_S);
    ASN1_TIME_set(X509_getm_notAfter(certificate), VALID_UNTIL_S);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"hq", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    EXPECT(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static void pin_of(EVP_PKEY *key, char pin_out[65])
{
    unsigned char *der = NULL;
    int der_size = i2d_PUBKEY(key, &der);
    unsigned char hash[32];
    EXPECT(EVP_Digest(der, (size_t)der_size, hash, NULL, EVP_sha256(), NULL) == 1);
    OPENSSL_free(der);
    buf_to_hex(pin_out, hash, sizeof hash);
}

/* Whoever comes is let in: the test looks at what was shown. */
static int let_in(int is_good, X509_STORE_CTX *store)
{
    (void)is_good;
    (void)store;
    return 1;
}

static void *serve(void *context)
{
    struct line *line = context;
    int fd = accept(line->fd, NULL, NULL);
    if (fd < 0) { /* nobody came */
        return NULL;
    }
    SSL *tls = SSL_new(line->tls);
    SSL_set_fd(tls, fd);
    char request[4096];
    if (SSL_accept(tls) == 1 && SSL_read(tls, request, sizeof request) > 0) {
        X509 *shown = SSL_get1_peer_certificate(tls);
        if (shown != NULL) {
            pin_of(X509_get0_pubkey(shown), line->shown_pin);
            X509_free(shown);
        }
        static const char response[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        SSL_write(tls, response, sizeof response - 1);
    }
    SSL_free(tls);
    close(fd);
    return NULL;
}

static void line_open(struct line *line, int version_max)
{
    *line = (struct line){.key = EVP_EC_gen("P-256")};
    line->certificate = sign_self(line->key);
    pin_of(line->key, line->pin);
    line->tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_max_proto_version(line->tls, version_max);
    SSL_CTX_use_certificate(line->tls, line->certificate);
    SSL_CTX_use_PrivateKey(line->tls, line->key);
    SSL_CTX_set_verify(line->tls, SSL_VERIFY_PEER, let_in);
    line->fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    EXPECT(bind(line->fd, (struct sockaddr *)&address, size) == 0 && listen(line->fd, 4) == 0);
    EXPECT(getsockname(line->fd, (struct sockaddr *)&address, &size) == 0);
    line->port = ntohs(address.sin_port);
    EXPECT(pthread_create(&line->thread, NULL, serve, line) == 0);
}

static void line_close(struct line *line)
{
    pthread_join(line->thread, NULL);
    close(line->fd);
    SSL_CTX_free(line->tls);
    X509_free(line->certificate);
    EVP_PKEY_free(line->key);
}

/* The line's own certificate as the authority, or another's of the same name. */
static void write_ca(const struct line *line, bool is_own, char path[32])
{
    strcpy(path, "/tmp/doorstep-ca-XXXXXX");
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    EVP_PKEY *key = is_own ? NULL : EVP_EC_gen("P-256");
    X509 *certificate = is_own ? line->certificate : sign_self(key);
    EXPECT(PEM_write_X509(file, certificate) == 1);
    fclose(file);
    if (!is_own) {
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
}

TEST(test_whom_the_agent_talks_to)
{
    enum { NONE, RIGHT, WRONG };
    static const struct {
        const char *row;
        int version_max, pin, ca, pin_next;
        enum err err;
    } rows[] = {
        {"the pinned key, long ended", TLS1_3_VERSION, RIGHT, NONE, NONE, OK},
        {"another key", TLS1_3_VERSION, WRONG, NONE, NONE, ERR_refused},
        {"the key that was announced", TLS1_3_VERSION, WRONG, NONE, RIGHT, OK},
        {"before it is changed", TLS1_3_VERSION, RIGHT, NONE, WRONG, OK},
        {"neither of both", TLS1_3_VERSION, WRONG, NONE, WRONG, ERR_refused},
        {"our authority, long ended", TLS1_3_VERSION, NONE, RIGHT, NONE, OK},
        {"an authority that did not sign it", TLS1_3_VERSION, NONE, WRONG, NONE, ERR_refused},
        {"nobody is trusted", TLS1_3_VERSION, NONE, NONE, NONE, ERR_refused},
        {"another key of our authority", TLS1_3_VERSION, WRONG, RIGHT, NONE, ERR_refused},
        {"an old TLS", TLS1_2_VERSION, RIGHT, NONE, NONE, ERR_refused},
    };
    (void)signal(SIGPIPE, SIG_IGN); /* of a client that hangs up */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = {0};
        arena_init(&arena, 0);
        struct line line;
        line_open(&line, rows[i].version_max);
        struct transport_trust trust = {.pin = ""};
        if (rows[i].pin != NONE) {
            memcpy(trust.pin, line.pin, sizeof trust.pin);
            trust.pin[5] = rows[i].pin == RIGHT ? trust.pin[5] : trust.pin[5] == 'a' ? 'b' : 'a';
        }
        if (rows[i].pin_next != NONE) {
            memcpy(trust.pin_next, line.pin, sizeof trust.pin_next);
            bool is_right = rows[i].pin_next == RIGHT;
            trust.pin_next[7] = is_right ? line.pin[7] : line.pin[7] == 'a' ? 'b' : 'a';
        }
        char path[32] = "";
        if (rows[i].ca != NONE) {
            write_ca(&line, rows[i].ca == RIGHT, path);
            memcpy(trust.ca_path, path, sizeof path);
        }
        struct transport_curl *curl = NULL;
        EXPECT_OK(transport_curl_open(&arena, &curl));
        struct transport transport = transport_curl_table(curl);
        EXPECT_OK(transport.trust(transport.context, &trust));
        struct transport_response response;
        const char *url = str_format(&arena, "https://127.0.0.1:%u/v1/envelope", line.port);
        enum err err = transport.post(transport.context, &arena, url, "envelope", 8, &response);
        transport_curl_close(&curl);
        line_close(&line);
        EXPECT_ROW(rows[i].row, err == rows[i].err);
        EXPECT_ROW(rows[i].row, response.status == (rows[i].err == OK ? 200 : 0));
        if (path[0] != '\0') {
            unlink(path);
        }
        arena_deinit(&arena);
    }
}

TEST(test_a_pin_that_is_none_is_refused)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    struct transport_curl *curl = NULL;
    EXPECT_OK(transport_curl_open(&arena, &curl));
    struct transport transport = transport_curl_table(curl);
    static const char *const pins[] = {"0", "zz", "00112233445566778899"};
    for (size_t i = 0; i < COUNT(pins); i++) {
        struct transport_trust trust = {.pin = ""};
        (void)str_copy(trust.pin, sizeof trust.pin, str_from(pins[i]));
        EXPECT_ROW(pins[i], transport.trust(transport.context, &trust) == ERR_malformed);
    }
    transport_curl_close(&curl);
    arena_deinit(&arena);
}

/* ---- the tablet's own certificate ---- */

enum own { OWN_none, OWN_fits, OWN_other_key, OWN_no_pem, OWN_gone };

static void write_own(struct arena *arena, enum own own, EVP_PKEY *key,
                      struct transport_trust *trust)
{
    static const char *const paths[] = {"/tmp/doorstep-own-XXXXXX", "/tmp/doorstep-own-XXXXXX"};
    char *made[COUNT(paths)];
    FILE *files[COUNT(paths)];
    for (size_t i = 0; i < COUNT(paths); i++) {
        made[i] = str_format(arena, "%s", paths[i]);
        files[i] = fdopen(mkstemp(made[i]), "w");
        EXPECT(files[i] != NULL);
    }
    X509 *certificate = sign_self(key);
    EVP_PKEY *other = EVP_EC_gen("P-256");
    PEM_write_X509(files[0], certificate);
    if (own == OWN_no_pem) {
        fputs("no key", files[1]);
    } else {
        PEM_write_PrivateKey(files[1], own == OWN_other_key ? other : key, NULL, NULL, 0, NULL,
                             NULL);
    }
    EVP_PKEY_free(other);
    X509_free(certificate);
    fclose(files[0]);
    fclose(files[1]);
    (void)str_copy(trust->certificate_path, sizeof trust->certificate_path, str_from(made[0]));
    (void)str_copy(trust->key_path, sizeof trust->key_path, str_from(made[1]));
    if (own == OWN_gone) {
        unlink(made[1]);
    }
}

TEST(test_the_tablet_shows_its_own_certificate_and_only_with_its_key)
{
    static const struct {
        const char *row;
        enum own own;
        enum err err;
        bool is_shown;
    } rows[] = {
        {"none", OWN_none, OK, false},
        {"certificate and key", OWN_fits, OK, true},
        {"another key", OWN_other_key, ERR_not_allowed, false},
        {"no key at all", OWN_no_pem, ERR_not_allowed, false},
        {"a key that is gone", OWN_gone, ERR_not_allowed, false},
    };
    (void)signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = {0};
        arena_init(&arena, 0);
        struct line line;
        line_open(&line, TLS1_3_VERSION);
        EVP_PKEY *key = EVP_EC_gen("P-256");
        char pin[65];
        pin_of(key, pin);
        struct transport_trust trust = {.pin = ""};
        memcpy(trust.pin, line.pin, sizeof trust.pin);
        if (rows[i].own != OWN_none) {
            write_own(&arena, rows[i].own, key, &trust);
        }
        struct transport_curl *curl = NULL;
        EXPECT_OK(transport_curl_open(&arena, &curl));
        struct transport transport = transport_curl_table(curl);
        EXPECT_OK(transport.trust(transport.context, &trust));
        struct transport_response response;
        const char *url = str_format(&arena, "https://127.0.0.1:%u/v1/envelope", line.port);
        enum err err = transport.post(transport.context, &arena, url, "envelope", 8, &response);
        transport_curl_close(&curl);
        if (err != OK) { /* it may not even have called: the server waits for somebody */
            shutdown(line.fd, SHUT_RDWR);
        }
        line_close(&line);
        EXPECT_ROW(rows[i].row, err == rows[i].err);
        EXPECT_ROW(rows[i].row, (strcmp(line.shown_pin, pin) == 0) == rows[i].is_shown);
        EXPECT_ROW(rows[i].row, (line.shown_pin[0] != '\0') == rows[i].is_shown);
        if (trust.key_path[0] != '\0') {
            unlink(trust.certificate_path);
            unlink(trust.key_path);
        }
        EVP_PKEY_free(key);
        arena_deinit(&arena);
    }
}
