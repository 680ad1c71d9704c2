#pragma once
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

// Swift cannot call amqp_login_with_properties, which is variadic: here it is for the one way in that is used.

/// Logs in with a name and a password (SASL PLAIN). `name` is what the broker's operators see of the connection.
amqp_rpc_reply_t crabbitmq_login(amqp_connection_state_t connection, const char *vhost, int heartbeat, const char *name,
                                 const char *user, const char *password);
