import ArgumentParser
import Foundation

/// A RabbitMQ of the benchmarks' own, for as long as they run.
struct BenchmarkBroker {
    /// The exchange that it has, with a queue that takes everything.
    static let exchange = "storytime.events"

    private struct Place: Decodable {
        let url: String
    }

    let url: String
    private let input: FileHandle

    init() throws {
        let (input, output) = (Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(filePath: "Scripts/rabbitmq")
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")), case let data = output.fileHandleForReading.availableData,
            !data.isEmpty
        {
            line += data
        }
        guard let place = try? JSONDecoder().decode(Place.self, from: line) else {
            throw ValidationError("RabbitMQ did not start; see above")
        }
        url = place.url
        self.input = input.fileHandleForWriting
    }

    func end() { try? input.close() }
}
