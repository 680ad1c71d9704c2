import Addresses
import Glibc
import NIOPosix
import Synchronization

/// Asks the system for the addresses of a name.
///
/// The system cannot be interrupted, and whoever owns a name can make it wait. So it is asked on a few threads of its own,
/// and who does not want to wait longer leaves.
enum NameResolution {
    private static let threads = {
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        return threads
    }()

    /// All of them.
    static func addresses(
        of host: String,
        by lookUp: @escaping @Sendable (String) throws -> [IPAddress] = { try lookUp($0) }
    ) async throws -> [IPAddress] {
        let question = Question()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                question.ask(continuation)
                threads.submit { _ in
                    guard question.isOpen else { return }
                    question.settle(Result { try lookUp(host) })
                }
            }
        } onCancel: {
            question.settle(.failure(CancellationError()))
        }
    }

    private static func lookUp(_ host: String) throws(WebClientError) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = unsafe getaddrinfo(host, nil, &hints, &list)
        guard failure == 0 else {
            throw WebClientError(
                .connect,
                "the host cannot be resolved: \(unsafe String(cString: gai_strerror(failure)))"
            )
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe address(entry.pointee.ai_addr, entry.pointee.ai_addrlen) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }

    /// The system writes the address out, with a zone where it has one; such an address is never public.
    private static func address(_ socket: UnsafeMutablePointer<sockaddr>?, _ length: socklen_t) -> IPAddress? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard unsafe getnameinfo(socket, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        let words = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return IPAddress(words.prefix { $0 != "%" })
    }
}

/// A question that is answered once: by the system, or by whoever does not wait for it.
private final class Question: Sendable {
    private enum State {
        case new
        case asked(CheckedContinuation<[IPAddress], any Error>)
        case settled(Result<[IPAddress], any Error>)
    }

    private let state = Mutex(State.new)

    var isOpen: Bool { state.withLock { if case .asked = $0 { true } else { false } } }

    func ask(_ continuation: CheckedContinuation<[IPAddress], any Error>) {
        let answer = state.withLock { state -> Result<[IPAddress], any Error>? in
            if case .settled(let answer) = state { return answer }
            state = .asked(continuation)
            return nil
        }
        if let answer { continuation.resume(with: answer) }
    }

    func settle(_ answer: Result<[IPAddress], any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<[IPAddress], any Error>? in
            switch state {
            case .settled: return nil
            case .new:
                state = .settled(answer)
                return nil
            case .asked(let continuation):
                state = .settled(answer)
                return continuation
            }
        }
        continuation?.resume(with: answer)
    }
}
