import ArgumentParser
import Foundation

/// How often this disk makes a page durable in a second, one after the other: what bounds a commit that waits for it.
enum FlushRate {
    static func measure(in folder: String, for time: Duration = .seconds(1)) throws -> Int {
        let path = "\(folder)/storytime-flush-\(UUID().uuidString)"
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        defer {
            close(file)
            unsafe unlink(path)
        }
        let page = [UInt8](repeating: 1, count: 8_192)
        let start = ContinuousClock.now
        var count = 0
        while start.duration(to: .now) < time {
            guard unsafe pwrite(file, page, page.count, 0) == page.count, fdatasync(file) == 0 else {
                throw ValidationError("\(path) cannot be written")
            }
            count += 1
        }
        return Int(Double(count) / (start.duration(to: .now) / .seconds(1)))
    }
}
