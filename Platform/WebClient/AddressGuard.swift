public import Addresses
import FoundationEssentials
import Resilience

/// Looks at a URL that a user gave before it is called, so that nobody reaches our own network through us.
///
/// The name is resolved once; every address that it has must be public, and the call goes to the one that was looked at,
/// whatever the name resolves to a moment later.
public struct AddressGuard: Sendable {
    /// What a URL may begin with.
    public var schemes: Set<String> = ["https"]
    /// The ports that it may name.
    public var ports: Set<Int> = [443]
    /// How long resolving the name may take.
    public var timeout: Duration = .seconds(2)
    /// How a name becomes addresses: as the system does it.
    var resolve: @Sendable (_ host: String) async throws -> [IPAddress] = { try await NameResolution.addresses(of: $0) }
    /// Which addresses may be called: those that lead to somebody on the internet.
    var admits: @Sendable (IPAddress) -> Bool = \.isPublic

    /// A guard that lets `https` on port 443 pass.
    public init() {}

    /// The URL, ready to be called.
    ///
    /// - Throws: ``WebClientError`` with `url` or `address`, of which users may be told; with `connect` when the name cannot be
    ///   resolved.
    public func check(_ url: String) async throws -> GuardedURL {
        let parts = try parse(url)
        let addresses: [IPAddress]
        if let address = parts.literal {
            addresses = [address]
        } else {
            do {
                addresses = try await Deadline(timeout).call { [resolve] in try await resolve(parts.host) }
            } catch is DeadlineExceeded {
                throw WebClientError(.connect, "the host cannot be resolved within \(timeout)")
            } catch {
                throw WebClientError(error) ?? CancellationError()
            }
        }
        guard let address = addresses.first else { throw WebClientError(.connect, "the host has no address") }
        guard addresses.allSatisfy(admits) else {
            throw WebClientError(.address, "the host is not on the public internet")
        }
        return GuardedURL(text: parts.text, host: parts.host, address: address)
    }

    private struct Parts {
        let text: String
        let host: String
        let literal: IPAddress?
    }

    /// Takes the URL apart and puts it together anew, so that nobody after us can read it otherwise.
    private func parse(_ url: String) throws(WebClientError) -> Parts {
        guard url.utf8.count <= 2_048, url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !url.contains("\\"),
            let components = URLComponents(string: url), let scheme = components.scheme?.lowercased(),
            let written = components.percentEncodedHost?.lowercased()
        else { throw WebClientError(.url, "must be an absolute URL of at most 2048 characters of ASCII") }
        guard schemes.contains(scheme) else {
            throw WebClientError(
                .url,
                "must begin with \(schemes.sorted().map { "\($0)://" }.joined(separator: " or "))"
            )
        }
        guard components.user == nil, components.password == nil else {
            throw WebClientError(.url, "must not hold a user or a password")
        }
        let port = components.port ?? (scheme == "https" ? 443 : 80)
        guard ports.contains(port) else {
            throw WebClientError(.url, "must use port \(ports.sorted().map { "\($0)" }.joined(separator: " or "))")
        }
        let (host, literal) = try Self.host(written)
        let shown = literal?.bytes.count == 16 ? "[\(host)]" : host
        let path = components.percentEncodedPath
        let query = components.percentEncodedQuery.map { "?\($0)" } ?? ""
        return Parts(
            text: "\(scheme)://\(shown):\(port)\(path.isEmpty ? "/" : path)\(query)",
            host: host,
            literal: literal
        )
    }

    /// A name, or an address in its ordinary form; `0x7f.1`, `2130706433` and the like are neither.
    private static func host(_ written: String) throws(WebClientError) -> (String, IPAddress?) {
        if written.hasPrefix("["), written.hasSuffix("]"), let address = IPAddress(written.dropFirst().dropLast()) {
            return (address.description, address)
        }
        if let address = IPAddress(written), !written.contains(":") { return (address.description, address) }
        let labels = written.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            written.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
            }
            && labels.last?.utf8.contains { (0x61...0x7a).contains($0) } == true
            && labels.last?.hasPrefix("0x") == false
        guard isName else { throw WebClientError(.url, "must name a host, as in https://example.com/path") }
        return (written, nil)
    }
}

/// A URL that was looked at, and the address that it led to then.
public struct GuardedURL: Sendable, Hashable {
    /// The URL, put together anew from what was looked at.
    public let text: String
    /// Its host.
    public let host: String
    /// Where the call goes.
    public let address: IPAddress
}
