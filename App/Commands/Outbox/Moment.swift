import ArgumentParser
import Foundation
import StrictJSON

/// A moment on the command line: RFC 3339, or how long ago, such as `90m`.
struct Moment: ExpressibleByArgument {
    let date: Date

    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    init?(argument: String) {
        if let date = Date(rfc3339: argument) {
            self.date = date
        } else if let unit = argument.last.flatMap({ Self.units[$0] }), let count = Double(argument.dropLast()),
            count >= 0
        {
            date = Date(timeIntervalSinceNow: -count * unit)
        } else {
            return nil
        }
    }
}
