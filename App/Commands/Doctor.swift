import ArgumentParser
import Diagnosis
import Foundation

/// Looks at everything that a deployment needs.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at everything that a deployment needs, and say how to mend what is wrong.",
        discussion: """
            Changes nothing. It looks at the settings, the machine, Postgres, the migrations, the outbox, Redis, mail and
            the broker, and goes on when one of them is away. Exits with 1 when it finds an error, with --strict also when it
            finds a warning.
            """
    )

    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Exit with 1 on warnings, too.") var strict = false

    func run() async throws {
        let report = DoctorReport(findings: await Examination(ProcessInfo.processInfo.environment).findings())
        if json { try Output.json(report) } else { print(report) }
        if report.errors > 0 || (strict && report.warnings > 0) { throw ExitCode(1) }
    }

    private func print(_ report: DoctorReport) {
        for finding in report.findings {
            let severity = finding.severity.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0)
            Swift.print("\(severity)\(finding.check): \(finding.message)")
            if let fix = finding.fix { Swift.print("         → \(fix)") }
        }
        Swift.print("\nerrors: \(report.errors), warnings: \(report.warnings)")
    }
}

/// All findings, and how many matter.
struct DoctorReport: Encodable {
    let findings: [Finding]
    let errors: Int
    let warnings: Int

    init(findings: [Finding]) {
        self.findings = findings
        errors = findings.count { $0.severity == .error }
        warnings = findings.count { $0.severity == .warning }
    }
}
