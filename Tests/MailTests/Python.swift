import Foundation

/// The interpreter that plays our peers.
///
/// `STORYTIME_TEST_PYTHON` names one that has aiosmtpd.
enum Python {
    static let withServer = ProcessInfo.processInfo.environment["STORYTIME_TEST_PYTHON"]

    static func process(_ script: String, _ arguments: [String] = []) -> Process {
        let peers = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peers")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [withServer ?? "python3", peers.appending(path: script).path(percentEncoded: false)] + arguments
        return process
    }
}
