import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Web

@Suite struct ConnectionRulesTests {
    private func channel(_ lifecycle: Lifecycle = Lifecycle()) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: ConnectionRules(.bodyLimit(100), lifecycle))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func head(_ headers: HTTPFields) -> HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/", headerFields: headers))
    }

    @Test func `a client that stops reading is cut off after the stall timeout`() throws {
        let channel = try channel()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `a client that reads on in time stays`() throws {
        let channel = try channel()
        for _ in 0..<10 {
            channel.isWritable = false
            channel.pipeline.fireChannelWritabilityChanged()
            channel.embeddedEventLoop.advanceTime(by: .seconds(20))
            channel.isWritable = true
            channel.pipeline.fireChannelWritabilityChanged()
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(channel.isActive)
    }

    @Test func `a connection that opens while the listener closes is turned away`() throws {
        let lifecycle = Lifecycle()
        let early = try channel(lifecycle)
        lifecycle.close()
        let late = try channel(lifecycle)
        late.embeddedEventLoop.run()
        #expect(!late.isActive)
        #expect(early.isActive)
    }

    @Test(arguments: [true, false]) func `a reply that says close is the last`(isLast: Bool) throws {
        let channel = try channel()
        try channel.writeInbound(head([.contentLength: "1000000"]))
        let reply = HTTPResponse(status: .contentTooLarge, headerFields: isLast ? [.connection: "close"] : [:])
        try channel.writeOutbound(HTTPResponsePart.head(reply))
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1900))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(100))
        #expect(channel.isActive != isLast)
    }

    @Test(arguments: [("100", true), ("101", false)])
    func `only a body that fits is invited`(length: String, isInvited: Bool) throws {
        let channel = try channel()
        try channel.writeInbound(head([.expect: "100-Continue", .contentLength: length]))
        let reply = try channel.readOutbound(as: HTTPResponsePart.self)
        #expect((reply == .head(HTTPResponse(status: .continue))) == isInvited)
    }

    @Test func `a pipelined request is not invited into the reply before it`() throws {
        let channel = try channel()
        try channel.writeInbound(head([:]))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeInbound(head([.expect: "100-continue", .contentLength: "1"]))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
    }
}
