#include "CRabbitMQ.h"

amqp_rpc_reply_t crabbitmq_login(amqp_connection_state_t connection, const char *vhost, int heartbeat, const char *name,
                                 const char *user, const char *password) {
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes("connection_name")};
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = amqp_cstring_bytes(name);
    amqp_table_t properties = {.num_entries = 1, .entries = &entry};
    return amqp_login_with_properties(connection, vhost, AMQP_DEFAULT_MAX_CHANNELS, AMQP_DEFAULT_FRAME_SIZE, heartbeat,
                                      &properties, AMQP_SASL_METHOD_PLAIN, user, password);
}
