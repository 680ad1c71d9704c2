import FoundationEssentials
public import Postgres

/// Looks over a Postgres server, over one connection of its own and with reads alone.
public struct PostgresDiagnosis: Sendable {
    private let configuration: DatabaseConfiguration

    /// A diagnosis of the server that a configuration leads to.
    public init(_ configuration: DatabaseConfiguration) { self.configuration = configuration }

    /// Whether the server answers, and if it does, how it is.
    public func findings() async -> [Finding] {
        await connecting { session, reached in
            var findings = [reached]
            let checks = PostgresCheck.server + [PostgresCheck.role, connectionBudget] + PostgresCheck.database
            for check in checks { findings += await check.run(session) }
            return findings + (await clock(session))
        }
    }

    /// Whether the server answers, as a finding of this name.
    public func reach(as check: String) async -> Finding {
        await connecting(as: check) { _, reached in [reached] }[0]
    }

    private func connecting(
        as check: String = reach,
        _ body: (Session, Finding) async -> [Finding]
    ) async -> [Finding] {
        let start = ContinuousClock.now
        do {
            return try await Session.with(configuration, role: "doctor") { session in
                let milliseconds = Int(start.duration(to: .now) / .milliseconds(1))
                return await body(session, .ok(check, "connected in \(milliseconds) ms"))
            }
        } catch {
            return [.error(check, "cannot connect: \(error)", fix: Self.fix(for: "\(error)"))]
        }
    }

    static let reach = "postgres.reach"

    /// What most likely helps when the server cannot be reached for this reason.
    static func fix(for error: String) -> String {
        if error.contains("authentication failed") || error.contains("no password supplied") {
            return "correct user and password in STORYTIME_DATABASE_URL"
        }
        if error.contains("does not exist") {
            return "create the database and the role that STORYTIME_DATABASE_URL names"
        }
        if error.contains("pg_hba") { return "let pg_hba.conf admit this address, user and database" }
        if error.contains("translate host name") {
            return "correct the host in STORYTIME_DATABASE_URL, or the name server"
        }
        return "start the server, and check host and port in STORYTIME_DATABASE_URL and the firewall in between"
    }

    /// One process of this configuration has to fit, with room for another that takes over and for an operator.
    private var connectionBudget: PostgresCheck {
        let wanted = configuration.poolMaximum + configuration.readConnections + 3
        return PostgresCheck(
            "connections.budget",
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        ) { check, rows in
            let most = Int(rows.first?[0] ?? "") ?? 0
            let message = "one process takes up to \(wanted) connections of \(most)"
            if wanted > most { return [.error(check, message, fix: "set pool_max in STORYTIME_DATABASE_URL lower")] }
            if wanted * 2 > most {
                return [.warning(check, "\(message): two do not fit", fix: "lower pool_max, or raise max_connections")]
            }
            return [.ok(check, message)]
        }
    }

    private func clock(_ session: Session) async -> [Finding] {
        let check = "postgres.clock"
        let before = Date()
        guard let text = try? await session.run("SELECT extract(epoch FROM clock_timestamp())").first?.first,
            let server = text.flatMap(Double.init)
        else { return [.skipped(check, "the server does not tell the time")] }
        return [
            Self.clock(check, server: server, between: before.timeIntervalSince1970, and: Date().timeIntervalSince1970)
        ]
    }

    /// How far two clocks are apart at least, when one was read somewhere between two moments of the other.
    static func clock(_ check: String, server: Double, between before: Double, and after: Double) -> Finding {
        let apart = max(0, before - server, server - after)
        let words = "this machine's clock and the server's are \((apart * 1000).rounded() / 1000) s apart"
        let fix = "let both follow the same time servers: timedatectl set-ntp true"
        return switch apart {
        case 30...: .error(check, "\(words): tokens and schedules go wrong", fix: fix)
        case 1...: .warning(check, words, fix: fix)
        default: .ok(check, apart == 0 ? "this machine's clock and the server's agree" : words)
        }
    }
}
