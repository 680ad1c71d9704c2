import CCurl

/// What libcurl says went wrong: its code, and its words when it had any.
struct CurlFailure: Error {
    let code: CURLcode
    var words = ""

    static func check(_ code: CURLcode, words: String = "") throws(CurlFailure) {
        guard code == CURLE_OK else { throw CurlFailure(code: code, words: words) }
    }

    /// A refusal of the message is final when its reply says so.
    ///
    /// A refusal of the session is ours to mend, so it is temporary.
    func error(reply: SMTPReply?) -> any Error {
        if code == CURLE_ABORTED_BY_CALLBACK { return CancellationError() }
        let refusal = reply.flatMap { $0.isRefusal ? $0 : nil }
        let isPermanent = refusal.map { $0.isPermanent && !concernsSession } ?? false
        return MailError(isPermanent ? .permanent : .temporary, reply: refusal, reason: reason)
    }

    private var concernsSession: Bool {
        [CURLE_LOGIN_DENIED, CURLE_USE_SSL_FAILED, CURLE_REMOTE_ACCESS_DENIED, CURLE_OPERATION_TIMEDOUT].contains(code)
    }

    private var reason: String {
        guard words.isEmpty, let constant = unsafe curl_easy_strerror(code) else { return maskingAddresses(in: words) }
        return unsafe String(cString: constant)
    }
}
