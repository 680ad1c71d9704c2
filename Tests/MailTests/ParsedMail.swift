import Foundation

/// A message as an independent reader, Python's `email` package, understands it.
struct ParsedMail: Decodable {
    let headers: [[String]]
    let sender: [String]
    let recipient: [String]
    /// The same header read by the package's older parser: the newer one puts blanks between encoded words of a name.
    let wholeRecipient: String
    let moment: String
    let type: String
    let parts: [[String]]
    let defects: [String]
    let longestLine: Int
    let strayBreaks: Int

    init(_ content: String) throws {
        let process = Python.process("parse.py")
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(content.utf8))
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        self = try JSONDecoder().decode(ParsedMail.self, from: answer)
    }

    subscript(header: String) -> String? { headers.first { $0[0] == header }?[1] }
}
