import HTTPTypes
import HummingbirdCore
import NIOCore

/// The body was still arriving when the request's time was up.
private struct BodyTimeout: Error {}

extension Exchange {
    /// Reads the body within the limit and the deadline; what nobody wants is read too, so that the connection stays good.
    ///
    /// - Throws: ``Problem`` 413 or 408, after which the connection closes.
    func readBody(keeping isWanted: Bool, limit: Int, deadlines: Deadlines) async throws -> [UInt8] {
        guard head.announcesBody else { return [] }
        if let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Self.tooLarge(limit)
        }
        let channel = channel
        let token = deadlines.add(at: deadline) { channel.pipeline.fireErrorCaught(BodyTimeout()) }
        defer { deadlines.remove(token) }
        do {
            return try await collect(keeping: isWanted, limit: limit)
        } catch is BodyTimeout {
            throw Problem(
                .requestTimeout,
                "The body did not arrive in time; send it again at once",
                headers: [.connection: "close"]
            )
        }
    }

    private func collect(keeping isWanted: Bool, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var count = 0
        for try await buffer in body {
            count += buffer.readableBytes
            guard count <= limit else { throw Self.tooLarge(limit) }
            if isWanted { bytes.append(contentsOf: buffer.readableBytesView) }
        }
        return bytes
    }

    private static func tooLarge(_ limit: Int) -> Problem {
        Problem(.payloadTooLarge, "Send at most \(limit) bytes", headers: [.connection: "close"])
    }
}
