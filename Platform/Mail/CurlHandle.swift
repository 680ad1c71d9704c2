import CCurl

/// One easy handle of libcurl, used by one thread and freed when it goes.
@safe
struct CurlHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    /// Where libcurl writes its last error in words.
    private let words: UnsafeMutablePointer<CChar>
    private var list: UnsafeMutablePointer<curl_slist>?

    init() throws(CurlFailure) {
        try CurlFailure.check(Self.globalState)
        guard let handle = unsafe curl_easy_init() else { throw CurlFailure(code: CURLE_OUT_OF_MEMORY) }
        unsafe self.handle = handle
        unsafe words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(list)
        unsafe words.deallocate()
    }

    /// libcurl wants to be set up once per process, before any handle.
    private static let globalState = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    func set(_ option: CURLoption, to value: Int) throws(CurlFailure) {
        try CurlFailure.check(unsafe ccurl_set_number(handle, option, value))
    }

    func set(_ option: CURLoption, to value: String) throws(CurlFailure) {
        try CurlFailure.check(unsafe ccurl_set_string(handle, option, value))
    }

    /// Sets the one list of this handle, which has to live as long as the handle: libcurl does not copy it.
    mutating func setRecipient(_ recipient: String) throws(CurlFailure) {
        unsafe list = unsafe curl_slist_append(list, recipient)
        try CurlFailure.check(unsafe ccurl_set_list(handle, CURLOPT_MAIL_RCPT, list))
    }

    /// Blocks until the conversation is over.
    ///
    /// libcurl calls it back on this thread.
    borrowing func perform(_ conversation: SMTPConversation) throws(CurlFailure) {
        let context = unsafe Unmanaged.passUnretained(conversation).toOpaque()
        try CurlFailure.check(unsafe ccurl_set_error_buffer(handle, words))
        try CurlFailure.check(unsafe ccurl_set_reader(handle, SMTPConversation.onRead, context))
        try CurlFailure.check(unsafe ccurl_set_header_listener(handle, SMTPConversation.onReply, context))
        try CurlFailure.check(unsafe ccurl_set_progress_listener(handle, SMTPConversation.onProgress, context))
        let code = withExtendedLifetime(conversation) { unsafe curl_easy_perform(handle) }
        try CurlFailure.check(code, words: unsafe String(cString: words))
    }
}
