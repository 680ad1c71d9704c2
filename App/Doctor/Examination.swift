import Auth
import Diagnosis
import EventOutbox
import Logging
import Machine
import Postgres
import Web

/// Puts together what `storytime doctor` looks at, as far as the settings allow.
struct Examination {
    private let report: ConfigurationReport
    private let configuration: Configuration?

    init(_ variables: [String: String]) {
        report = ConfigurationReport(variables)
        configuration = try? Configuration(variables)
    }

    func findings() async -> [Finding] {
        guard let configuration else {
            return settings + MachineDiagnosis.findings(folders: ["."], diskPercent: HealthLimits().disk)
                + [.skipped("postgres.reach", "the settings have to be right first")]
        }
        let folders = [".", configuration.outbox.retention.archive].compactMap { $0 }
        var findings =
            settings + MachineDiagnosis.findings(folders: folders, diskPercent: configuration.health.disk)
            + [Self.port(configuration.web)]
        findings += await postgres(configuration)
        if let replica = configuration.replica {
            findings.append(await PostgresDiagnosis(replica.database).reach(as: "replica.reach"))
        }
        if let redis = configuration.redis {
            findings += await RedisDiagnosis(redis).findings()
        } else {
            findings.append(.ok("redis", "not configured"))
        }
        findings += await Self.mail(configuration)
        findings += await Self.broker(configuration)
        return findings
    }

    // MARK: The parts

    private var settings: [Finding] {
        let mistakes = report.errors.map {
            Finding.error("settings", $0, fix: "correct it; `storytime config` shows what is in force")
        }
        let warnings = report.warnings.map { Finding.warning("settings", $0, fix: "correct or remove it") }
        let all = mistakes + warnings + prudence
        return all.isEmpty ? [.ok("settings", "\(report.settings.count) settings, all usable")] : all
    }

    /// What works and is not meant for production.
    private var prudence: [Finding] {
        guard let configuration else { return [] }
        var findings: [Finding] = []
        if configuration.auth.secret == nil {
            findings.append(
                .warning(
                    "settings.secret",
                    "the keys that tokens are signed with are not protected by a secret outside of the database",
                    fix: "set STORYTIME_AUTH_SECRET to what `openssl rand -base64 32` prints"
                )
            )
        }
        if !configuration.publicURL.hasPrefix("https://") {
            findings.append(
                .warning(
                    "settings.url",
                    "links in mails lead to \(configuration.publicURL), without TLS",
                    fix: "set STORYTIME_PUBLIC_URL to the https:// address of the product"
                )
            )
        }
        return findings
    }

    private static func port(_ web: WebConfiguration) -> Finding {
        let (check, address) = ("port", "\(web.host):\(web.port)")
        return switch ListeningPort.standing(host: web.host, port: web.port) {
        case .free: .ok(check, "\(address) is free")
        case .taken:
            .warning(
                check,
                "somebody listens on \(address) already",
                fix: "fine if that is Storytime; otherwise stop it, or set STORYTIME_PORT to another port"
            )
        case .refused(let reason):
            .error(
                check,
                "\(address) cannot be listened on: \(reason)",
                fix: "set STORYTIME_HOST to an address of this machine, and STORYTIME_PORT to one above 1023"
            )
        }
    }
}
