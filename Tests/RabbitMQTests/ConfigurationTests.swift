import RabbitMQ
import Testing

/// URLs as RabbitMQ's own tools write them.
@Suite struct ConfigurationTests {
    @Test func `a host is enough`() throws {
        let configuration = try RabbitMQConfiguration(url: "amqp://broker.example")
        #expect(configuration.port == 5672)
        #expect(configuration.virtualHost == "/")
        #expect(configuration.encryption == nil)
    }

    @Test func `every part is read`() throws {
        let url =
            "amqps://teller:once%2Fupon@[::1]:5000/a%2Fb?heartbeat=7&connection_timeout=1500&cacertfile=/ca.pem&certfile=/c.pem&keyfile=/k.pem"
        let configuration = try RabbitMQConfiguration(url: url)
        #expect(configuration.port == 5000)
        #expect(configuration.virtualHost == "a/b")
        #expect(configuration.heartbeat == 7)
        #expect(configuration.connectTimeout == .milliseconds(1500))
        let encryption = try #require(configuration.encryption)
        #expect(encryption.isVerified)
        #expect(encryption.authority == "/ca.pem")
        #expect(encryption.identity?.certificate == "/c.pem")
        #expect(try RabbitMQConfiguration(url: "amqps://h?verify=verify_none").encryption?.isVerified == false)
        #expect(try RabbitMQConfiguration(url: "amqps://h").port == 5671)
    }

    @Test func `the login is not shown`() throws {
        let configuration = try RabbitMQConfiguration(url: "amqp://teller:onceupon@broker.example/stories")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("onceupon") && !text.contains("teller"), "\(text)")
            #expect(text.contains("broker.example:5672/stories"))
        }
    }

    @Test(arguments: [
        ("http://h", "must begin with amqp:// or amqps://"),
        ("amqp:///vhost", "is not of the form"),
        ("amqp://h/a/b", "%2F"),
        ("amqp://h?heartbeat=0", "heartbeat"),
        ("amqp://h?heartbeat=soon", "heartbeat"),
        ("amqp://h?verify=verify_peer", "only amqps:// has a use for"),
        ("amqps://h?verify=perhaps", "verify_none"),
        ("amqps://h?certfile=/c.pem", "give both or none"),
        ("amqp://h?colour=red", "unknown"),
    ]) func `what cannot be used is named`(url: String, part: String) {
        let error = #expect(throws: RabbitMQError.self) { try RabbitMQConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error?.reason.contains(part) == true, "\(String(describing: error))")
    }

    @Test(arguments: ["", String(repeating: "e", count: 256), "a\0b"]) func `an exchange needs a name`(name: String) {
        #expect(throws: RabbitMQError.self) { try RabbitMQExchange(name) }
    }
}
