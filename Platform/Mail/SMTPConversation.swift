import CCurl

/// Who sends what to whom.
struct SMTPEnvelope: Sendable {
    let sender: String
    let recipient: String
    let content: String
}

/// One visit to the mail server: hands over an envelope, or only asks how it is.
///
/// Used by a single thread, which libcurl holds until the visit is over.
final class SMTPConversation {
    private let envelope: SMTPEnvelope?
    private let turn: MailTurn
    private var unsent: Substring.UTF8View
    private var replies = SMTPReplyLog()

    init(_ envelope: SMTPEnvelope?, turn: MailTurn) {
        self.envelope = envelope
        self.turn = turn
        unsent = (envelope?.content ?? "")[...].utf8
    }

    func hold(_ configuration: SMTPConfiguration) throws {
        do throws(CurlFailure) {
            var handle = try CurlHandle()
            try handle.connect(by: configuration)
            if let envelope { try handle.load(envelope) } else { try handle.ask() }
            try handle.perform(self)
        } catch {
            throw error.error(reply: replies.last)
        }
    }
}

extension SMTPConversation {
    /// Gives libcurl the next piece of the content; it doubles leading dots and writes the closing one itself.
    static let onRead: curl_read_callback = { buffer, size, count, context in
        guard let buffer = unsafe buffer, let conversation = unsafe from(context) else { return 0 }
        let piece = conversation.unsent.prefix(size * count)
        conversation.unsent = conversation.unsent.dropFirst(piece.count)
        for (offset, byte) in piece.enumerated() { unsafe buffer[offset] = CChar(bitPattern: byte) }
        return piece.count
    }

    static let onReply: curl_write_callback = { buffer, size, count, context in
        guard let buffer = unsafe buffer, let conversation = unsafe from(context) else { return 0 }
        let line = unsafe UnsafeRawBufferPointer(start: buffer, count: size * count)
        conversation.replies.read(unsafe String(decoding: line, as: UTF8.self))
        return size * count
    }

    static let onProgress: curl_xferinfo_callback = { context, _, _, _, _ in
        unsafe from(context)?.turn.isCancelled == true ? 1 : 0
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SMTPConversation? {
        unsafe context.map { unsafe Unmanaged<SMTPConversation>.fromOpaque($0).takeUnretainedValue() }
    }
}
