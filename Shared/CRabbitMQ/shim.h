#ifndef REPITBOT_CRABBITMQ_SHIM_H
#define REPITBOT_CRABBITMQ_SHIM_H

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

// Wrapper around amqp_login_with_properties, which is a variadic function that Swift can not call.
static inline amqp_rpc_reply_t repitbot_amqp_login_plain(
    amqp_connection_state_t state, const char *virtual_host, int frame_max, int heartbeat,
    const amqp_table_t *client_properties, const char *username, const char *password) {
    return amqp_login_with_properties(
        state, virtual_host, 0, frame_max, heartbeat, client_properties, AMQP_SASL_METHOD_PLAIN, username, password);
}

#endif
