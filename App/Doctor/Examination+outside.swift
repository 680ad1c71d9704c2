import Diagnosis
import EventRelay
import Mail
import RabbitMQ

extension Examination {
    static func mail(_ configuration: Configuration) async -> [Finding] {
        let check = "mail"
        switch configuration.mail {
        case .directory(let folder):
            do {
                try await Mailer.directory(folder, from: configuration.mailFrom).check()
            } catch {
                return [
                    .error(
                        check,
                        "\(folder) cannot be written to",
                        fix: "let this account write there, or set STORYTIME_SMTP_URL"
                    )
                ]
            }
            return [
                .warning(
                    check,
                    "mails are written into \(folder) and sent to nobody",
                    fix: "set STORYTIME_SMTP_URL=smtps://user:password@host"
                )
            ]
        case .smtp(let server):
            do {
                try await Mailer.smtp(server, from: configuration.mailFrom).check()
                return [.ok(check, "\(server) lets us in")]
            } catch {
                return [
                    .error(
                        check,
                        "\(server): \(error)",
                        fix: "check STORYTIME_SMTP_URL, the firewall and the server's log"
                    )
                ]
            }
        }
    }

    static func broker(_ configuration: Configuration) async -> [Finding] {
        let check = "broker"
        guard let relay = configuration.relay else { return [.ok(check, "not configured")] }
        let publisher = RabbitMQPublisher(relay.broker, exchange: relay.exchange)
        do {
            try await publisher.keepAlive()
            await publisher.close()
            return [.ok(check, "\(relay.broker) is there, and so is \(relay.exchange.name)")]
        } catch {
            return [
                .error(
                    check,
                    "\(error)",
                    fix: "check STORYTIME_RELAY_URL, the broker and its exchange \(relay.exchange.name)"
                )
            ]
        }
    }
}
