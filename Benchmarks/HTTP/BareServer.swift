import ArgumentParser
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// What Hummingbird can do at best: one route with a body that is there already, and nothing of ours around it.
struct BareServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bare-server",
        abstract: "Serve a file at /v1/stories/{story} until killed; print the port.",
        shouldDisplay: false
    )

    @Argument(help: "The file.") var file: String

    func run() async throws {
        let body = ByteBuffer(bytes: try Data(contentsOf: URL(filePath: file)))
        let router = Router()
        router.get("/v1/stories/:story") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                print(channel.localAddress?.port ?? 0)
                fflush(nil)
            },
            logger: Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
        )
        try await application.runService()
    }
}
