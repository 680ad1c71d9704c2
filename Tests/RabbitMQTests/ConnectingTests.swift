import Foundation
import RabbitMQ
import TestSupport
import Testing

/// Logins, encryption, exchanges: what has to be right before a message goes out, and what is said when it is not.
@Suite(.timeLimit(.minutes(3))) struct ConnectingTests {
    @Test(arguments: ["check", "declare"]) func `an exchange is found or made`(setup: String) async throws {
        let broker = try await PrivateBroker.shared
        let setup = try #require(RabbitMQExchange.Setup(rawValue: setup))
        let name = "tests.\(UUID().uuidString)"
        let error = await failure(broker.url, try RabbitMQExchange(name, setup: setup))
        #expect(error?.code == (setup == .check ? .missing : nil))
        #expect(setup == .declare || error?.reason.contains("no exchange '\(name)'") == true)
        // Made once, it is there for whoever only checks.
        guard setup == .declare else { return }
        #expect(await failure(broker.url, try RabbitMQExchange(name)) == nil)
    }

    @Test func `an exchange of another kind is not taken for ours`() async throws {
        let broker = try await PrivateBroker.shared
        let error = await failure(broker.url, try RabbitMQExchange("amq.fanout", setup: .declare))
        #expect(error?.code == .missing)
        #expect(error?.reason.contains("inequivalent arg 'type'") == true)
    }

    @Test(arguments: [("storytime", "wrong-word"), ("nobody", "wrong-word"), ("stranger", "a%20quiet%20evening")])
    func `a login that is not enough is refused, and stays a secret`(user: String, password: String) async throws {
        let broker = try await PrivateBroker.shared
        let error = try #require(await failure(broker.url(user: user, password: password)))
        #expect(error.code == .forbidden)
        for secret in [user, password, "quiet evening"] { #expect(!"\(error)".contains("'\(secret)'"), "\(error)") }
        #expect(!"\(error)".contains("wrong-word"))
    }

    @Test func `a virtual host that does not exist is missing`() async throws {
        let broker = try await PrivateBroker.shared
        #expect(await failure(broker.url + "/elsewhere")?.code == .missing)
    }

    @Test func `nobody there is told apart from a refusal`() async throws {
        let error = await failure("amqp://127.0.0.1:1")
        #expect(error?.code == .unreachable)
        #expect(error?.reason.hasPrefix("127.0.0.1:1 does not answer") == true)
        #expect(await failure("amqp://nowhere.invalid")?.code == .unreachable)
    }

    @Test func `TLS is spoken with whom the certificate says`() async throws {
        let broker = try await PrivateBroker.shared
        let authority = "?cacertfile=\(broker.authority)"
        #expect(await failure(broker.encryptedURL(authority)) == nil)
        #expect(await failure(broker.encryptedURL("?verify=verify_none")) == nil)
        #expect(await failure(broker.encryptedURL())?.code == .untrusted)
        #expect(await failure(broker.encryptedURL(authority, host: "127.1"))?.code == .untrusted)
        #expect(await failure(broker.encryptedURL("?cacertfile=/nowhere.pem"))?.code == .configuration)
        #expect(await failure(broker.url.replacing("amqp:", with: "amqps:"))?.code == .untrusted)
    }

    /// Why connecting fails; nil when it does not.
    private func failure(_ url: String, _ exchange: RabbitMQExchange? = nil) async -> RabbitMQError? {
        do {
            let publisher = RabbitMQPublisher(
                try RabbitMQConfiguration(url: url),
                exchange: try exchange ?? RabbitMQExchange("amq.topic")
            )
            try await publisher.keepAlive()
            // Who may not publish is told so then.
            _ = try await publisher.publish([message("a")])
            await publisher.close()
            return nil
        } catch {
            return error as? RabbitMQError
        }
    }
}
