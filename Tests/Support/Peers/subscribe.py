"""A receiver that shares no code with the publisher: pika for AMQP, the CloudEvents SDK for what the headers mean.

It makes an exchange and a queue, prints {"ready": true}, and then one line a message, which it acknowledges afterwards.
When the broker goes away it comes back. Lines of input are commands; it ends when the input does.
"""

import argparse
import json
import os
import queue
import sys
import threading

import pika
from cloudevents.core.bindings.amqp import AMQPMessage, from_binary
from cloudevents.core.formats.json import JSONFormat


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--exchange", required=True)
    parser.add_argument("--queue", required=True)
    parser.add_argument("--bind", action="append", default=[])
    parser.add_argument("--max-length", type=int)
    parser.add_argument("--idle", action="store_true", help="do not consume before the command")
    return parser.parse_args()


def say(value):
    print(json.dumps(value), flush=True)


def cloud_event(properties, body):
    """The event as the SDK reads it; why not when it cannot."""
    if not any(name.startswith("cloudEvents") for name in properties.headers or {}):
        return None
    try:
        message = AMQPMessage({"content-type": properties.content_type}, properties.headers, body)
        event = from_binary(message, JSONFormat())
        return {name: str(value) for name, value in event.get_attributes().items()}
    except Exception as error:  # whatever it is, the test wants to see it
        return {"error": repr(error)}


class Subscriber:
    def __init__(self, options):
        self.options = options
        self.consumes = not options.idle
        self.is_ready = False
        self.commands = queue.Queue()
        threading.Thread(target=self.read_commands, daemon=True).start()

    def read_commands(self):
        for line in sys.stdin:
            self.commands.put(line.split())
        os._exit(0)

    def run(self):
        while True:
            try:
                self.subscribe()
            except (pika.exceptions.AMQPError, OSError) as error:
                print("away:", repr(error), file=sys.stderr, flush=True)
                threading.Event().wait(0.1)

    def subscribe(self):
        connection = pika.BlockingConnection(pika.URLParameters(self.options.url))
        channel = connection.channel()
        channel.basic_qos(prefetch_count=200)
        channel.exchange_declare(self.options.exchange, "topic", durable=True)
        limit = {"x-max-length": self.options.max_length, "x-overflow": "reject-publish"}
        channel.queue_declare(
            self.options.queue, durable=True, arguments=limit if self.options.max_length is not None else None
        )
        for key in self.options.bind:
            channel.queue_bind(self.options.queue, self.options.exchange, key)
        if self.consumes:
            channel.basic_consume(self.options.queue, self.receive)
        if not self.is_ready:
            self.is_ready = True
            say({"ready": True})
        while True:
            connection.process_data_events(time_limit=0.02)
            while not self.commands.empty():
                self.obey(channel, *self.commands.get())

    def obey(self, channel, verb, *rest):
        if verb == "bind":
            self.options.bind.append(rest[0])
            channel.queue_bind(self.options.queue, self.options.exchange, rest[0])
        elif verb == "purge":
            channel.queue_purge(self.options.queue)
        elif verb == "consume":
            self.consumes = True
            channel.basic_consume(self.options.queue, self.receive)
        say({"done": verb})

    def receive(self, channel, method, properties, body):
        say(
            {
                "id": properties.message_id,
                "routingKey": method.routing_key,
                "contentType": properties.content_type,
                "type": properties.type,
                "timestamp": properties.timestamp,
                "deliveryMode": properties.delivery_mode,
                "headers": {name: str(value) for name, value in (properties.headers or {}).items()},
                "event": cloud_event(properties, body),
                "size": len(body),
                "body": body.decode() if len(body) < 10_000 else "",
            }
        )
        channel.basic_ack(method.delivery_tag)


Subscriber(arguments()).run()
