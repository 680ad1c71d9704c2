import Foundation
import Mail

@testable import Jobs

extension Mailer {
    /// Sends as a job's first attempt would.
    func send(_ message: MailMessage) async throws {
        try await send(message, in: JobRun(id: UUID(), attempt: 1))
    }
}
